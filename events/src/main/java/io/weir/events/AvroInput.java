package io.weir.events;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads Avro's binary encoding from a byte array, trusting nothing: a length is compared with the bytes that are there
 * before anything is allocated, so that a few hostile bytes cannot claim gigabytes. Not thread-safe.
 */
final class AvroInput {
    private static final VarHandle DOUBLES =
            MethodHandles.byteArrayViewVarHandle(double[].class, ByteOrder.LITTLE_ENDIAN);

    private static final int LONGEST_NAME = 64;

    /** By a hash of their bytes, the names and digests that came last: few ever come, and who keeps an event keeps these. */
    private final String[] names = new String[64];

    private final Sha256[] digests = new Sha256[16];

    private byte[] bytes = new byte[0];
    private int position;
    private int end;

    void reset(byte[] source, int from, int to) {
        bytes = source;
        position = from;
        end = to;
    }

    int remaining() {
        return end - position;
    }

    int readInt(String field) {
        long value = readLong(field);
        if (value != (int) value) {
            throw new MalformedValueException(field, "is not a 32-bit integer");
        }
        return (int) value;
    }

    long readLong(String field) {
        long zigzag = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            if (position == end) {
                throw truncated(field);
            }
            byte b = bytes[position++];
            zigzag |= (long) (b & 0x7F) << shift;
            if (b >= 0) {
                return (zigzag >>> 1) ^ -(zigzag & 1);
            }
        }
        throw new MalformedValueException(field, "is a variable-length integer of more than 10 bytes");
    }

    boolean readBoolean(String field) {
        if (position == end) {
            throw truncated(field);
        }
        byte b = bytes[position++];
        if (b != 0 && b != 1) {
            throw new MalformedValueException(field, "is not a boolean");
        }
        return b == 1;
    }

    double readDouble(String field) {
        if (remaining() < 8) {
            throw truncated(field);
        }
        double value = (double) DOUBLES.get(bytes, position);
        position += Double.BYTES;
        return value;
    }

    <T> T readEnum(String field, T[] symbols) {
        return symbols[readIndex(field, symbols.length)];
    }

    /** The index of one of {@code count} enum symbols or union branches. */
    int readIndex(String field, int count) {
        long index = readLong(field);
        if (index < 0 || index >= count) {
            throw new MalformedValueException(field, "is not one of its " + count + " alternatives");
        }
        return (int) index;
    }

    byte[] readFixed(String field, int length) {
        if (remaining() < length) {
            throw truncated(field);
        }
        byte[] value = new byte[length];
        System.arraycopy(bytes, position, value, 0, length);
        position += length;
        return value;
    }

    String readString(String field) {
        int from = skipBytes(field);
        for (int i = from; i < position; i++) {
            if (bytes[i] < 0) {
                return decodeUtf8(field, from, position - from);
            }
        }
        return new String(bytes, from, position - from, StandardCharsets.ISO_8859_1);
    }

    /** A text of which there are few, such as a currency: the same object when it comes again. */
    String readName(String field) {
        int start = position;
        int from = skipBytes(field);
        int length = position - from;
        if (length > LONGEST_NAME) {
            position = start;
            return readString(field);
        }
        int hash = length;
        for (int i = from; i < position; i++) {
            hash = 31 * hash + bytes[i];
        }
        int slot = (hash ^ hash >>> 6) & (names.length - 1);
        String known = names[slot];
        if (known == null || !isAt(from, known, length)) {
            position = start;
            known = readString(field);
            names[slot] = known;
        }
        return known;
    }

    private boolean isAt(int from, String text, int length) {
        if (text.length() != length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (bytes[from + i] != text.charAt(i)) { // nor is a byte of a longer character, which is below 0
                return false;
            }
        }
        return true;
    }

    /** A digest; the same object when it comes again soon. */
    Sha256 readSha256(String field) {
        if (remaining() < Sha256.BYTES) {
            throw truncated(field);
        }
        int slot = bytes[position] & (digests.length - 1);
        Sha256 known = digests[slot];
        if (known == null || !Arrays.equals(bytes, position, position + Sha256.BYTES, known.bytes(), 0, Sha256.BYTES)) {
            known = Sha256.ofDigest(Arrays.copyOfRange(bytes, position, position + Sha256.BYTES));
            digests[slot] = known;
        }
        position += Sha256.BYTES;
        return known;
    }

    byte[] readBytes(String field) {
        int from = skipBytes(field);
        return Arrays.copyOfRange(bytes, from, position);
    }

    /** An array of longs, in any number of blocks. */
    long[] readLongs(String field) {
        long[] values = new long[0];
        int size = 0;
        for (int count; (count = readBlock(field, 1)) > 0; ) {
            if (size + count
                    > values.length) { // doubled from the second block on: linear time for any number of blocks
                values = Arrays.copyOf(values, Math.max(2 * size, size + count));
            }
            for (int i = 0; i < count; i++) {
                values[size++] = readLong(field);
            }
        }
        return size == values.length ? values : Arrays.copyOf(values, size);
    }

    /** An array of doubles, in any number of blocks. */
    double[] readDoubles(String field) {
        double[] values = new double[0];
        int size = 0;
        for (int count; (count = readBlock(field, Double.BYTES)) > 0; ) {
            if (size + count > values.length) {
                values = Arrays.copyOf(values, Math.max(2 * size, size + count));
            }
            for (int i = 0; i < count; i++) {
                values[size++] = readDouble(field);
            }
        }
        return size == values.length ? values : Arrays.copyOf(values, size);
    }

    /** An array of strings, in any number of blocks. */
    List<String> readStrings(String field) {
        int count = readBlock(field, 1);
        if (count == 0) {
            return List.of();
        }
        List<String> values = new ArrayList<>(count);
        for (; count > 0; count = readBlock(field, 1)) {
            for (int i = 0; i < count; i++) {
                values.add(readString(field));
            }
        }
        return List.copyOf(values);
    }

    @Nullable
    String readOptionalName(String field) {
        return readIndex(field, 2) == 0 ? null : readName(field);
    }

    @Nullable
    String readOptionalString(String field) {
        return readIndex(field, 2) == 0 ? null : readString(field);
    }

    /** Skips a length and that many bytes; answers where the bytes start. */
    int skipBytes(String field) {
        long length = readLong(field);
        if (length < 0) {
            throw new MalformedValueException(field, "has a negative length");
        }
        if (length > remaining()) {
            throw truncated(field);
        }
        int from = position;
        position += (int) length;
        return from;
    }

    /**
     * The number of items in the next block of an array; 0 at its end. Every item takes {@code minimumItemBytes} at
     * least, which bounds what a block can claim.
     */
    int readBlock(String field, int minimumItemBytes) {
        long count = readLong(field);
        if (count < 0) {
            count = -count;
            long size = readLong(field); // in bytes, for readers that skip
            if (size < 0) {
                throw new MalformedValueException(field, "has a block of negative size");
            }
            if (size > remaining()) {
                throw truncated(field);
            }
        }
        if (count < 0 || count > remaining() / minimumItemBytes) {
            throw truncated(field);
        }
        return (int) count;
    }

    private String decodeUtf8(String field, int from, int length) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, from, length))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new MalformedValueException(field, "is not valid UTF-8", e);
        }
    }

    private static MalformedValueException truncated(String field) {
        return new MalformedValueException(field, "is cut off: the value ends before it does");
    }
}
