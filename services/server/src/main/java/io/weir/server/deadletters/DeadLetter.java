package io.weir.server.deadletters;

import io.weir.server.log.DeadLetterContext;
import io.weir.server.log.LogRecord;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * A record that was given up.
 *
 * @param position where it lies on {@code weir.dead-letters}
 * @param timestampMs when it was given up
 * @param key of the original
 * @param value of the original
 * @param redriven how it was put back; null if it was not
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier on its way through, never compared
public record DeadLetter(
        Position position,
        long timestampMs,
        byte @Nullable [] key,
        byte @Nullable [] value,
        DeadLetterContext context,
        @Nullable Redriven redriven) {

    /** A place on {@code weir.dead-letters}; written {@code partition/offset}. */
    public record Position(int partition, long offset) {
        /**
         * From its written form.
         *
         * @throws IllegalArgumentException when it is none
         */
        public static Position parse(String text) {
            int slash = text.indexOf('/');
            try {
                return new Position(
                        Integer.parseInt(text.substring(0, Math.max(0, slash))),
                        Long.parseLong(text.substring(slash + 1)));
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException(
                        "'" + text
                                + "' is no position; write partition/offset as weir dead-letters list shows it, for example 3/17",
                        e);
            }
        }

        @Override
        public String toString() {
            return partition + "/" + offset;
        }
    }

    /**
     * That a letter was put back on the log.
     *
     * @param timestampMs when
     * @param by whom
     */
    public record Redriven(long timestampMs, String by) {}

    /** A record of the topic, or null if that is no dead letter. */
    static @Nullable DeadLetter of(LogRecord record, @Nullable Redriven redriven) {
        DeadLetterContext context = DeadLetterContext.of(record.headers());
        return context == null
                ? null
                : new DeadLetter(
                        new Position(record.partition(), record.offset()),
                        record.timestampMs(),
                        record.key(),
                        record.value(),
                        context,
                        redriven);
    }

    /** The key as text; in hexadecimal digits if it is none. */
    public String keyText() {
        if (key == null) {
            return "";
        }
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(key))
                    .toString();
            if (text.chars().noneMatch(Character::isISOControl)) {
                return text;
            }
        } catch (CharacterCodingException e) {
            // as digits, then
        }
        return "0x" + HexFormat.of().formatHex(key);
    }
}
