package io.weir.server.log;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Keeps dead letters to a size that their topic takes. A topic limits what is compressed, so a record of a megabyte may
 * unpack to many: a letter that does not fit would stop the stream at that record for good.
 */
public final class DeadLetterSize {
    private static final String KEY_BYTES = "key.bytes";
    private static final String VALUE_BYTES = "value.bytes";

    /** Of key and value each, at most. Together with headers they stay below the topic's limit, compressed or not. */
    static final int MAX_BYTES = 3 << 20;

    private DeadLetterSize() {}

    /**
     * The letter, with no more than the first {@value #MAX_BYTES} bytes of its key and of its value. If something is left
     * out, the headers {@code key.bytes} and {@code value.bytes} say how long they are in the original.
     */
    static OutputRecord bounded(OutputRecord letter) {
        if (fits(letter.key()) && fits(letter.value())) {
            return letter;
        }
        Map<String, String> headers = new LinkedHashMap<>(letter.headers());
        byte[] key = cut(KEY_BYTES, letter.key(), headers);
        byte[] value = cut(VALUE_BYTES, letter.value(), headers);
        return new OutputRecord(letter.topic(), letter.partition(), key, value, headers);
    }

    /** Whether a letter has less than its original: not to be put back. */
    public static boolean isCut(DeadLetterContext context) {
        return context.more().containsKey(KEY_BYTES) || context.more().containsKey(VALUE_BYTES);
    }

    private static boolean fits(byte @Nullable [] bytes) {
        return bytes == null || bytes.length <= MAX_BYTES;
    }

    private static byte @Nullable [] cut(String header, byte @Nullable [] bytes, Map<String, String> headers) {
        if (bytes == null || bytes.length <= MAX_BYTES) {
            return bytes;
        }
        headers.put(header, String.valueOf(bytes.length));
        return Arrays.copyOf(bytes, MAX_BYTES);
    }
}
