package io.weir.server.log;

import io.weir.events.Topics;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What {@code weir.dead-letters} says of a record that was given up, in headers: {@code source.topic},
 * {@code source.partition}, {@code source.offset}, {@code source.timestamp.ms}, {@code stage}, {@code error},
 * {@code message}, {@code attempt}, {@code instance}, and what only some stages say. Key and value are the original's bytes.
 *
 * @param topic where the original lies
 * @param partition of it
 * @param offset of it
 * @param timestampMs when the original was appended
 * @param stage where it failed: {@code decode}, {@code decide} or {@code webhook}
 * @param error kind of fault, for programs
 * @param message what is wrong and what to do
 * @param attempt 1 where the original failed for the first time, one more each time that it was put back on the log
 * @param instance who gave it up
 * @param more further headers of its stage, for example the endpoint of a webhook
 */
public record DeadLetterContext(
        String topic,
        int partition,
        long offset,
        long timestampMs,
        String stage,
        String error,
        String message,
        int attempt,
        String instance,
        Map<String, String> more) {
    /** The header that says how often a record has been put on the log; also of a record that was put back. */
    public static final String ATTEMPT = "attempt";

    /** The error of a record that lies in another partition than the one where those of its key belong. */
    public static final String WRONG_PARTITION = "WrongPartition";

    private static final String TOPIC = "source.topic";
    private static final String PARTITION = "source.partition";
    private static final String OFFSET = "source.offset";
    private static final String TIMESTAMP = "source.timestamp.ms";
    private static final String STAGE = "stage";
    private static final String ERROR = "error";
    private static final String MESSAGE = "message";
    private static final String INSTANCE = "instance";
    private static final int MAX_MESSAGE_LENGTH = 1_000;

    public DeadLetterContext {
        message = message.length() <= MAX_MESSAGE_LENGTH ? message : message.substring(0, MAX_MESSAGE_LENGTH) + "…";
        more = Map.copyOf(more);
    }

    /** Of a record that {@code instance} gives up. */
    public static DeadLetterContext of(
            LogRecord record, String stage, String error, @Nullable String message, String instance) {
        return new DeadLetterContext(
                record.topic(),
                record.partition(),
                record.offset(),
                record.timestampMs(),
                stage,
                error,
                message == null ? error : message,
                attempt(record.headers()),
                instance,
                Map.of());
    }

    /** As a record's headers say; null if it is no dead letter. */
    public static @Nullable DeadLetterContext of(Map<String, String> headers) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        String topic = more.remove(TOPIC);
        String stage = more.remove(STAGE);
        String error = more.remove(ERROR);
        Long partition = number(more.remove(PARTITION));
        Long offset = number(more.remove(OFFSET));
        Long timestampMs = number(more.remove(TIMESTAMP));
        String message = more.remove(MESSAGE);
        String instance = more.remove(INSTANCE);
        more.remove(ATTEMPT);
        if (topic == null || stage == null || error == null || partition == null || offset == null) {
            return null;
        }
        return new DeadLetterContext(
                topic,
                partition.intValue(),
                offset,
                timestampMs == null ? 0 : timestampMs,
                stage,
                error,
                message == null ? error : message,
                attempt(headers),
                instance == null ? "" : instance,
                more);
    }

    /** How often a record with these headers has been put on the log. */
    private static int attempt(Map<String, String> headers) {
        Long attempt = number(headers.get(ATTEMPT));
        return attempt == null ? 1 : attempt.intValue();
    }

    /** The same, with a further header. */
    public DeadLetterContext with(String header, String value) {
        Map<String, String> all = new LinkedHashMap<>(more);
        all.put(header, value);
        return new DeadLetterContext(
                topic, partition, offset, timestampMs, stage, error, message, attempt, instance, all);
    }

    /** The dead letter of {@code original}, in the partition that has the original's number. */
    public OutputRecord letter(LogRecord original) {
        return new OutputRecord(Topics.DEAD_LETTERS, partition, original.key(), original.value(), headers());
    }

    /** As headers. */
    public Map<String, String> headers() {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put(TOPIC, topic);
        headers.put(PARTITION, String.valueOf(partition));
        headers.put(OFFSET, String.valueOf(offset));
        headers.put(TIMESTAMP, String.valueOf(timestampMs));
        headers.put(STAGE, stage);
        headers.put(ERROR, error);
        headers.put(MESSAGE, message);
        headers.put(ATTEMPT, String.valueOf(attempt));
        headers.put(INSTANCE, instance);
        headers.putAll(more);
        return headers;
    }

    /** Null for what is no number: other people's headers may have any form. */
    private static @Nullable Long number(@Nullable String text) {
        try {
            return text == null ? null : Long.valueOf(text);
        } catch (NumberFormatException e) {
            return null;
        }
    }
}
