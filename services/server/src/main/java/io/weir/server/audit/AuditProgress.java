package io.weir.server.audit;

import java.util.concurrent.atomic.AtomicLong;

/** How far an audit has come. Written by its thread, read by any. */
public final class AuditProgress {
    private final long startedNs = System.nanoTime();
    /** When the first record came: connecting is no throughput. */
    private volatile long foldingSinceNs = startedNs;

    private final AtomicLong total = new AtomicLong();
    private final AtomicLong records = new AtomicLong();
    private final AtomicLong verified = new AtomicLong();
    private final AtomicLong divergent = new AtomicLong();

    /** Records of the transaction log to fold; 0 until it is known. */
    public long total() {
        return total.get();
    }

    /** Records of the transaction log folded. */
    public long records() {
        return records.get();
    }

    /** Decisions that were recomputed and are the same. */
    public long verified() {
        return verified.get();
    }

    /** Decisions that differ, are missing or too many. */
    public long divergent() {
        return divergent.get();
    }

    /** Records folded in a second, on average since the first. */
    public double recordsPerSecond() {
        return records() / Math.max(1e-3, (System.nanoTime() - foldingSinceNs) / 1e9);
    }

    /** Time since the beginning. */
    public double seconds() {
        return (System.nanoTime() - startedNs) / 1e9;
    }

    void expect(long records) {
        total.set(records);
    }

    void folded() {
        if (records.getAndIncrement() == 0) {
            foldingSinceNs = System.nanoTime();
        }
    }

    void foundVerified() {
        verified.incrementAndGet();
    }

    void foundDivergent() {
        divergent.incrementAndGet();
    }
}
