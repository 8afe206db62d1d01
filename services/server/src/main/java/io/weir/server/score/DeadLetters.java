package io.weir.server.score;

import io.weir.events.Topics;
import io.weir.server.log.LogRecord;
import io.weir.server.log.OutputRecord;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What cannot be folded, kept for people: key and value are the original's bytes, the context is in the headers
 * {@code source.topic}, {@code source.partition}, {@code source.offset}, {@code source.timestamp.ms}, {@code stage},
 * {@code error}, {@code message} and {@code instance}.
 */
final class DeadLetters {
    private static final int MAX_MESSAGE_LENGTH = 1_000;

    private final String instanceId;

    DeadLetters(String instanceId) {
        this.instanceId = instanceId;
    }

    /**
     * A dead letter.
     *
     * @param stage where it failed: decode or decide
     * @param error kind of fault, for programs
     * @param message what is wrong and what to do
     */
    OutputRecord of(LogRecord record, String stage, String error, @Nullable String message) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("source.topic", record.topic());
        headers.put("source.partition", String.valueOf(record.partition()));
        headers.put("source.offset", String.valueOf(record.offset()));
        headers.put("source.timestamp.ms", String.valueOf(record.timestampMs()));
        headers.put("stage", stage);
        headers.put("error", error);
        headers.put("message", bounded(message == null ? error : message));
        headers.put("instance", instanceId);
        return new OutputRecord(Topics.DEAD_LETTERS, record.partition(), record.key(), record.value(), headers);
    }

    private static String bounded(String message) {
        return message.length() <= MAX_MESSAGE_LENGTH ? message : message.substring(0, MAX_MESSAGE_LENGTH) + "…";
    }
}
