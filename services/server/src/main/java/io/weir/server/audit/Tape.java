package io.weir.server.audit;

import io.weir.events.Event;
import io.weir.events.SchemaIds;
import io.weir.events.Topics;
import io.weir.server.log.History;
import io.weir.server.log.LogRecord;
import io.weir.server.log.ReadAhead;
import io.weir.server.score.RecordDecoder;
import io.weir.server.score.RecordDecoder.UndecodableException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One partition of the transaction log, decoded once for all walkers: what lies between the slowest and the fastest of them
 * is kept, the rest is read when it is asked for, a page ahead in the background, and forgotten when all have passed it.
 */
final class Tape {
    /** Records read at a time. */
    private static final int PAGE = 500;

    private final History history;
    private final RecordDecoder decoder;
    private final Reader reader;
    private final int partition;
    private final ReadAhead<List<Entry>> pages;
    private Iterator<Entry> page = Collections.emptyIterator();
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

    /** A tape at the partition's beginning, or where the history is to start; {@code reader} is told by whoever asks for records. */
    Tape(History history, int partition, SchemaIds schemaIds, Reader reader) {
        this.history = history;
        this.partition = partition;
        this.decoder = new RecordDecoder(schemaIds, history::partitions);
        this.reader = reader;
        this.pages = new ReadAhead<>(history.background(), this::readPage);
    }

    /** The record with an index, counted from the first read; null after the last. */
    @Nullable
    Entry at(long index) {
        if (index < first) {
            throw new IllegalArgumentException("record " + index + " has been forgotten");
        }
        while (index >= end) {
            if (!read()) {
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
        if (!page.hasNext()) {
            List<Entry> next = ended ? null : pages.take();
            if (next == null) {
                ended = true;
                return false;
            }
            page = next.iterator();
        }
        if (end - first == ring.length) {
            grow();
        }
        Entry entry = page.next();
        ring[(int) (end & (ring.length - 1))] = entry;
        end++;
        reader.read(partition, entry);
        return true;
    }

    private @Nullable List<Entry> readPage() {
        List<Entry> read = new ArrayList<>(PAGE);
        LogRecord next;
        while (read.size() < PAGE && (next = history.next(Topics.TRANSACTIONS, partition)) != null) {
            read.add(new Entry(next.offset(), next.timestampMs(), decode(next)));
        }
        return read.isEmpty() ? null : read;
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
