package io.weir.core.window;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Writes state compactly into a buffer that is kept from one entity to the next. Not thread-safe. */
public final class StateOutput {
    private byte[] buffer = new byte[4096];
    private int size;

    /** Starts anew. */
    public void clear() {
        size = 0;
    }

    /** Bytes written since {@link #clear}. */
    public int size() {
        return size;
    }

    /** What was written since {@link #clear}. */
    public byte[] toByteArray() {
        return Arrays.copyOf(buffer, size);
    }

    /** Writes a number in 1 to 10 bytes; numbers near zero, negative ones too, take the fewest. */
    public void writeVarLong(long value) {
        reserve(10);
        long zigzag = (value << 1) ^ (value >> 63);
        while ((zigzag & ~0x7FL) != 0) {
            buffer[size++] = (byte) (zigzag | 0x80);
            zigzag >>>= 7;
        }
        buffer[size++] = (byte) zigzag;
    }

    /** Writes a number in 8 bytes, most significant first: for hashes, which no shorter form suits. */
    public void writeLong(long value) {
        reserve(Long.BYTES);
        for (int shift = 56; shift >= 0; shift -= 8) {
            buffer[size++] = (byte) (value >>> shift);
        }
    }

    /** Writes a text: its length in bytes, then UTF-8. */
    public void writeString(String value) {
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        writeVarLong(utf8.length);
        reserve(utf8.length);
        System.arraycopy(utf8, 0, buffer, size, utf8.length);
        size += utf8.length;
    }

    /** Writes what another output has. */
    public void write(StateOutput other) {
        reserve(other.size);
        System.arraycopy(other.buffer, 0, buffer, size, other.size);
        size += other.size;
    }

    private void reserve(int bytes) {
        if (size + bytes > buffer.length) {
            buffer = Arrays.copyOf(buffer, Math.max(buffer.length * 2, size + bytes));
        }
    }
}
