package io.weir.server.log;

import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * When this process folded and committed what it decided, by position on the log: from here a gateway in the same process
 * learns where its callers' time went. A partition's engine writes, anybody reads. Only the newest batches are kept.
 *
 * <p>Times are those of {@link System#nanoTime}.
 */
public final class BatchTimes {
    /** Batches of a partition: a second of them at the least. */
    private static final int KEPT = 256;

    private final ConcurrentMap<Integer, Recent> partitions = new ConcurrentHashMap<>();

    /**
     * A batch was folded and decided.
     *
     * @param records its records, by partition and offset
     * @param beganNs when its folding began
     * @param foldedNs when it ended
     * @return to be told of its commit
     */
    public Batch folded(List<LogRecord> records, long beganNs, long foldedNs) {
        Batch batch = new Batch(beganNs, foldedNs);
        for (int from = 0; from < records.size(); ) {
            int partition = records.get(from).partition();
            int to = from;
            while (to + 1 < records.size() && records.get(to + 1).partition() == partition) {
                to++;
            }
            partitions
                    .computeIfAbsent(partition, first -> new Recent())
                    .add(new Entry(records.get(from).offset(), records.get(to).offset(), batch));
            from = to + 1;
        }
        return batch;
    }

    /** The batch that a record was in; null if that was long ago, or in another process. */
    public @Nullable Batch of(int partition, long offset) {
        Recent recent = partitions.get(partition);
        return recent == null ? null : recent.find(offset);
    }

    /** One batch. */
    public static final class Batch {
        private final long beganNs;
        private final long foldedNs;
        private volatile @Nullable Long committedNs;

        private Batch(long beganNs, long foldedNs) {
            this.beganNs = beganNs;
            this.foldedNs = foldedNs;
        }

        /** Its commit has returned. Readers may have seen its decisions before. */
        public void committed(long nowNs) {
            committedNs = nowNs;
        }

        public long beganNs() {
            return beganNs;
        }

        public long foldedNs() {
            return foldedNs;
        }

        /** When its commit returned; null while it has not. */
        public @Nullable Long committedNs() {
            return committedNs;
        }
    }

    /** The records of a partition from one offset to another are in a batch. */
    private record Entry(long from, long to, Batch batch) {}

    /** The newest entries of one partition. */
    private static final class Recent {
        private final AtomicReferenceArray<@Nullable Entry> ring = new AtomicReferenceArray<>(KEPT);
        private volatile int added;

        @SuppressWarnings("NonAtomicVolatileUpdate") // one engine at a time has the partition
        void add(Entry entry) {
            ring.set(Math.floorMod(added, KEPT), entry);
            added++;
        }

        @Nullable
        Batch find(long offset) {
            int newest = added - 1;
            for (int back = 0; back < KEPT; back++) {
                Entry entry = ring.get(Math.floorMod(newest - back, KEPT));
                if (entry == null || offset > entry.to) {
                    return null;
                }
                if (offset >= entry.from) {
                    return entry.batch;
                }
            }
            return null;
        }
    }
}
