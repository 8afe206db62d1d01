package io.weir.server.views;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * How far a reader is in each partition of a topic. Its text is what the stream of alerts has for an event id,
 * {@code partition-offset} joined by dots, for example {@code 0-812.3-77}: with several partitions one offset alone would not
 * say what the reader has seen of the others, and the order between them is different in every process. Not thread-safe.
 */
final class StreamPosition {
    private static final int MAXIMUM_PARTITIONS = 10_000;

    /** By partition, the first offset that the reader has not passed. */
    private long[] next;

    /** The beginning. */
    StreamPosition() {
        this(new long[0]);
    }

    private StreamPosition(long[] next) {
        this.next = next;
    }

    StreamPosition copy() {
        return new StreamPosition(next.clone());
    }

    /** Moves on past an offset; never back. */
    void pass(int partition, long offset) {
        if (partition >= next.length) {
            next = Arrays.copyOf(next, partition + 1);
        }
        next[partition] = Math.max(next[partition], offset + 1);
    }

    /** Moves on to where the other is, in each partition; never back. */
    void pass(StreamPosition other) {
        for (int partition = 0; partition < other.next.length; partition++) {
            if (other.next[partition] > 0) {
                pass(partition, other.next[partition] - 1);
            }
        }
    }

    /** Whether it is past an offset. */
    boolean isPast(int partition, long offset) {
        return partition < next.length && offset < next[partition];
    }

    /** Whether it is at or past the other in every partition. */
    boolean covers(StreamPosition other) {
        for (int partition = 0; partition < other.next.length; partition++) {
            if (other.next[partition] > 0 && !isPast(partition, other.next[partition] - 1)) {
                return false;
            }
        }
        return true;
    }

    /** The text; {@code -} at the beginning. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (int partition = 0; partition < next.length; partition++) {
            if (next[partition] > 0) {
                text.append(text.isEmpty() ? "" : ".")
                        .append(partition)
                        .append('-')
                        .append(next[partition] - 1);
            }
        }
        return text.isEmpty() ? "-" : text.toString();
    }

    /** The position behind a text, or null if it is none. */
    static @Nullable StreamPosition parse(String text) {
        StreamPosition position = new StreamPosition();
        if (text.equals("-")) {
            return position;
        }
        for (String part : text.split("\\.", -1)) {
            int dash = part.indexOf('-');
            try {
                int partition = Integer.parseInt(part, 0, Math.max(dash, 0), 10);
                long offset = Long.parseLong(part, dash + 1, part.length(), 10);
                if (partition < 0 || partition >= MAXIMUM_PARTITIONS || offset < 0 || offset == Long.MAX_VALUE) {
                    return null;
                }
                position.pass(partition, offset);
            } catch (NumberFormatException e) {
                return null;
            }
        }
        return position;
    }
}
