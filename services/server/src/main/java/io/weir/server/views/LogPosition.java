package io.weir.server.views;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * Where an event stands on its topic, ordered by time: the same order in every process that reads the topic, whatever way
 * partitions were interleaved for it. So what is newest does not depend on the reader, and a cursor outlives a restart.
 *
 * @param timestampMs when it was appended to the log
 */
record LogPosition(long timestampMs, int partition, long offset) implements Comparable<LogPosition> {
    private static final Comparator<LogPosition> ORDER = Comparator.comparingLong(LogPosition::timestampMs)
            .thenComparingInt(LogPosition::partition)
            .thenComparingLong(LogPosition::offset);

    private static final int BYTES = Long.BYTES + Integer.BYTES + Long.BYTES;

    @Override
    public int compareTo(LogPosition other) {
        return ORDER.compare(this, other);
    }

    /** As an opaque cursor, safe in a URL. */
    String toCursor() {
        byte[] bytes = ByteBuffer.allocate(BYTES)
                .putLong(timestampMs)
                .putInt(partition)
                .putLong(offset)
                .array();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** The position behind a cursor, or null if it is none. */
    static @Nullable LogPosition ofCursor(String cursor) {
        byte[] bytes;
        try {
            bytes = Base64.getUrlDecoder().decode(cursor);
        } catch (IllegalArgumentException e) {
            return null;
        }
        if (bytes.length != BYTES) {
            return null;
        }
        ByteBuffer in = ByteBuffer.wrap(bytes);
        LogPosition position = new LogPosition(in.getLong(), in.getInt(), in.getLong());
        return position.partition < 0 || position.offset < 0 ? null : position;
    }
}
