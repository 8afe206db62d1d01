package io.weir.server.gateway;

import io.vertx.core.buffer.Buffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Cuts chunks of bytes into lines. Blank lines are counted and skipped; of a line that is too long nothing is kept. */
final class LineBuffer {
    /**
     * A line.
     *
     * @param number from 1, blank lines counted
     * @param bytes its content, or null if it is too long
     */
    @SuppressWarnings("ArrayRecordComponent") // handed over once, compared never
    record Line(long number, byte @Nullable [] bytes) {}

    private final int maxLineBytes;
    private byte[] bytes = new byte[8192];
    private int from;
    private int scanned;
    private int to;
    private boolean ended;
    private boolean tooLong;
    private long number;
    private @Nullable Line next;

    LineBuffer(int maxLineBytes) {
        this.maxLineBytes = maxLineBytes;
    }

    void add(Buffer chunk) {
        if (to + chunk.length() > bytes.length) {
            int size = to - from;
            byte[] target = size + chunk.length() > bytes.length
                    ? new byte[Math.max(bytes.length * 2, size + chunk.length())]
                    : bytes;
            System.arraycopy(bytes, from, target, 0, size);
            bytes = target;
            scanned -= from;
            to = size;
            from = 0;
        }
        chunk.getBytes(bytes, to);
        to += chunk.length();
    }

    /** No more chunks: what is there after the last line break is a line too. */
    void end() {
        ended = true;
    }

    /** Whether there is a line that {@link #next()} would give. */
    boolean hasNext() {
        if (next == null) {
            next = cut();
        }
        return next != null;
    }

    /** Whether there is nothing left, not even half a line. */
    boolean isEmpty() {
        return !hasNext() && from == to;
    }

    /** The next line, or null if none is complete. */
    @Nullable
    Line next() {
        Line line = hasNext() ? next : null;
        next = null;
        return line;
    }

    private @Nullable Line cut() {
        while (true) {
            int end = lineBreak();
            if (end < 0) {
                if (to - from > maxLineBytes) {
                    tooLong = true;
                    from = scanned = to; // the rest of it goes the same way
                }
                if (!ended || (from == to && !tooLong)) {
                    return null;
                }
                end = to;
            }
            int start = from;
            from = scanned = Math.min(end + 1, to);
            number++;
            if (tooLong || end - start > maxLineBytes) {
                tooLong = false;
                return new Line(number, null);
            }
            if (!isBlank(start, end)) {
                return new Line(number, Arrays.copyOfRange(bytes, start, end));
            }
        }
    }

    private int lineBreak() {
        for (; scanned < to; scanned++) {
            if (bytes[scanned] == '\n') {
                return scanned;
            }
        }
        return -1;
    }

    private boolean isBlank(int start, int end) {
        for (int i = start; i < end; i++) {
            if (bytes[i] != ' ' && bytes[i] != '\t' && bytes[i] != '\r') {
                return false;
            }
        }
        return true;
    }
}
