package io.weir.core.window;

import java.nio.charset.StandardCharsets;

/** Reads what {@link StateOutput} wrote. Never reads past the end, and never trusts a length. */
public final class StateInput {
    private final byte[] bytes;
    private int at;

    public StateInput(byte[] bytes) {
        this.bytes = bytes;
    }

    /**
     * Reads a number.
     *
     * @throws StateFormatException when there is none
     */
    public long readVarLong() {
        long zigzag = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            byte next = readByte();
            zigzag |= (next & 0x7FL) << shift;
            if (next >= 0) {
                return (zigzag >>> 1) ^ -(zigzag & 1);
            }
        }
        throw new StateFormatException("a number has more than 10 bytes at byte " + at);
    }

    /**
     * Reads a number that must lie in a range: a count, an index.
     *
     * @throws StateFormatException when it does not
     */
    public int readCount(int max) {
        long value = readVarLong();
        if (value < 0 || value > max) {
            throw new StateFormatException("a count of " + value + " at byte " + at + " is not in 0 to " + max);
        }
        return (int) value;
    }

    /**
     * Reads a number of 8 bytes.
     *
     * @throws StateFormatException when there is none
     */
    public long readLong() {
        long value = 0;
        for (int i = 0; i < Long.BYTES; i++) {
            value = value << 8 | (readByte() & 0xFF);
        }
        return value;
    }

    /**
     * Reads a text.
     *
     * @throws StateFormatException when there is none
     */
    public String readString() {
        int length = readCount(bytes.length - at);
        if (length > bytes.length - at) {
            throw new StateFormatException("a text ends after the state, at byte " + at);
        }
        String value = new String(bytes, at, length, StandardCharsets.UTF_8);
        at += length;
        return value;
    }

    /**
     * Passes over bytes.
     *
     * @throws StateFormatException when there are not as many
     */
    public void skip(int length) {
        if (length > remaining()) {
            throw new StateFormatException("the state ends early, at byte " + bytes.length);
        }
        at += length;
    }

    /** Bytes left. */
    public int remaining() {
        return bytes.length - at;
    }

    private byte readByte() {
        if (at == bytes.length) {
            throw new StateFormatException("the state ends early, at byte " + at);
        }
        return bytes[at++];
    }
}
