package io.weir.events;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes Avro's binary encoding into a buffer that is kept from one value to the next. Not thread-safe. */
final class AvroOutput {
    private static final VarHandle DOUBLES =
            MethodHandles.byteArrayViewVarHandle(double[].class, ByteOrder.LITTLE_ENDIAN);

    private byte[] buffer = new byte[1024];
    private int size;

    void clear() {
        size = 0;
    }

    byte[] toByteArray() {
        return Arrays.copyOf(buffer, size);
    }

    void rawByte(int value) {
        reserve(1);
        buffer[size++] = (byte) value;
    }

    void rawInt(int value) {
        reserve(4);
        buffer[size++] = (byte) (value >>> 24);
        buffer[size++] = (byte) (value >>> 16);
        buffer[size++] = (byte) (value >>> 8);
        buffer[size++] = (byte) value;
    }

    void writeInt(int value) {
        writeLong(value);
    }

    void writeLong(long value) {
        reserve(10);
        long zigzag = (value << 1) ^ (value >> 63);
        while ((zigzag & ~0x7FL) != 0) {
            buffer[size++] = (byte) (zigzag | 0x80);
            zigzag >>>= 7;
        }
        buffer[size++] = (byte) zigzag;
    }

    void writeBoolean(boolean value) {
        rawByte(value ? 1 : 0);
    }

    void writeDouble(double value) {
        reserve(Double.BYTES);
        DOUBLES.set(buffer, size, value);
        size += Double.BYTES;
    }

    @SuppressWarnings("EnumOrdinal") // Avro writes an enum as its index; a test holds our order to the schema's
    void writeEnum(Enum<?> value) {
        writeLong(value.ordinal());
    }

    void writeFixed(byte[] value) {
        reserve(value.length);
        System.arraycopy(value, 0, buffer, size, value.length);
        size += value.length;
    }

    void writeString(String value) {
        int length = value.length();
        if (isAscii(value)) {
            writeLong(length);
            reserve(length);
            for (int i = 0; i < length; i++) {
                buffer[size + i] = (byte) value.charAt(i);
            }
            size += length;
        } else {
            byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
            writeLong(utf8.length);
            writeFixed(utf8);
        }
    }

    void writeBytes(byte[] value) {
        writeLong(value.length);
        writeFixed(value);
    }

    /** An array of longs, in one block. */
    void writeLongs(long[] values) {
        startArray(values.length);
        for (long value : values) {
            writeLong(value);
        }
        endArray();
    }

    /** An array of doubles, in one block. */
    void writeDoubles(double[] values) {
        startArray(values.length);
        for (double value : values) {
            writeDouble(value);
        }
        endArray();
    }

    /** An array of strings, in one block. */
    void writeStrings(List<String> values) {
        startArray(values.size());
        for (String value : values) {
            writeString(value);
        }
        endArray();
    }

    /** A {@code ["null", "string"]} union. */
    void writeOptionalString(@Nullable String value) {
        if (value == null) {
            writeLong(0);
        } else {
            writeLong(1);
            writeString(value);
        }
    }

    /** Starts an array of {@code count} items in one block; {@link #endArray} ends it. */
    void startArray(int count) {
        if (count > 0) {
            writeLong(count);
        }
    }

    void endArray() {
        writeLong(0);
    }

    private static boolean isAscii(String value) {
        for (int i = 0; i < value.length(); i++) {
            if (value.charAt(i) > 0x7F) {
                return false;
            }
        }
        return true;
    }

    private void reserve(int bytes) {
        if (size + bytes > buffer.length) {
            buffer = Arrays.copyOf(buffer, Math.max(buffer.length * 2, size + bytes));
        }
    }
}
