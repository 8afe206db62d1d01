package io.weir.server.views;

/** Estimates of what objects take on the heap, in bytes, with compressed references. */
final class HeapSize {
    static final int ARRAY = 16;
    static final int REFERENCE = 4;

    private static final int STRING = 24;

    private HeapSize() {}

    static int of(String text) {
        return STRING + ARRAY + padded(text.length());
    }

    static int of(byte[] value) {
        return ARRAY + padded(value.length);
    }

    private static int padded(int bytes) {
        return (bytes + 7) & ~7;
    }
}
