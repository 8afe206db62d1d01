package io.weir.server.audit;

import io.weir.events.Event;
import io.weir.events.Topics;
import io.weir.server.log.History;
import io.weir.server.log.LogRecord;
import io.weir.server.score.RecordDecoder;
import io.weir.server.score.RecordDecoder.UndecodableException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One partition of the transaction log, decoded once for all walkers: what lies between the slowest and the fastest of them
 * is kept, the rest is read when it is asked for and forgotten when all have passed it.
 */
final class Tape {
    private final History history;
    private final RecordDecoder decoder;
    private final Reader reader;
    private final int partition;
    private @Nullable Entry[] ring = new Entry[1024];
    private long first;
    private long end;
    private boolean ended;

    /**
     * A record.
     *
     * @param timestampMs append time
     * @param event null if the record is no event of this log
     */
    record Entry(long offset, long timestampMs, @Nullable Event event) {}

    /** Sees every record once, when it is read. */
    @FunctionalInterface
    interface Reader {
        void read(int partition, Entry entry);
    }

    Tape(History history, int partition, RecordDecoder decoder, Reader reader) {
        this.history = history;
        this.partition = partition;
        this.decoder = decoder;
        this.reader = reader;
    }

    /** The record with an index, counted from the first read; null after the last. */
    @Nullable
    Entry at(long index) {
        if (index < first) {
            throw new IllegalArgumentException("record " + index + " has been forgotten");
        }
        while (index >= end) {
            if (ended || !read()) {
                return null;
            }
        }
        return ring[(int) (index & (ring.length - 1))];
    }

    /** Forgets everything before an index. */
    void forgetBefore(long index) {
        while (first < index && first < end) {
            ring[(int) (first & (ring.length - 1))] = null;
            first++;
        }
    }

    /** Records kept. */
    long size() {
        return end - first;
    }

    private boolean read() {
        LogRecord next = history.next(Topics.TRANSACTIONS, partition);
        if (next == null) {
            ended = true;
            return false;
        }
        if (end - first == ring.length) {
            grow();
        }
        Entry entry = new Entry(next.offset(), next.timestampMs(), decode(next));
        ring[(int) (end & (ring.length - 1))] = entry;
        end++;
        reader.read(partition, entry);
        return true;
    }

    private @Nullable Event decode(LogRecord record) {
        try {
            return decoder.decode(record);
        } catch (UndecodableException e) {
            return null; // whoever decided it made a dead letter of it
        }
    }

    private void grow() {
        @Nullable Entry[] larger = Arrays.copyOf(ring, ring.length * 2);
        Arrays.fill(larger, null);
        for (long i = first; i < end; i++) {
            larger[(int) (i & (larger.length - 1))] = ring[(int) (i & (ring.length - 1))];
        }
        ring = larger;
    }
}
