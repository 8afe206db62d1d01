package io.weir.server.views;

import io.weir.events.TransactionDecided;
import java.util.PriorityQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * Decisions by transaction id: the newest on the log, as many as fit the bytes. One thread adds, any reads.
 *
 * <p>Not a cache by frequency of use: ids hardly come twice, and of those a cache would keep the old and turn away the new,
 * which are the ones that callers ask for.
 */
final class DecisionView {
    /** A map's node and table slot, and an element of the queue with its position and place there. */
    private static final int OVERHEAD = 32 + 8 + 32 + 32 + 8;

    private final long maximumBytes;
    private final ConcurrentMap<String, Held> byId = new ConcurrentHashMap<>();
    private final PriorityQueue<Held> oldestFirst = new PriorityQueue<>();
    private volatile long bytes;
    private volatile long evicted;

    DecisionView(long maximumBytes) {
        this.maximumBytes = maximumBytes;
    }

    void add(LogPosition position, String transactionId, HeldEvent<TransactionDecided> decision) {
        int size = HeapSize.of(transactionId) + decision.bytes() + OVERHEAD;
        long held = bytes + size;
        Held added = new Held(position, transactionId, decision, size);
        byId.put(transactionId, added);
        oldestFirst.add(added);
        long removed = evicted;
        while (held > maximumBytes) {
            Held oldest = oldestFirst.remove();
            byId.remove(oldest.transactionId, oldest); // not if the id came again since
            held -= oldest.bytes;
            removed++;
        }
        bytes = held;
        evicted = removed;
    }

    @Nullable
    TransactionDecided get(String transactionId) {
        Held held = byId.get(transactionId);
        return held == null ? null : held.decision.read();
    }

    long size() {
        return byId.size();
    }

    /** What it takes on the heap, estimated. */
    long bytes() {
        return bytes;
    }

    long evicted() {
        return evicted;
    }

    private record Held(LogPosition position, String transactionId, HeldEvent<TransactionDecided> decision, int bytes)
            implements Comparable<Held> {
        @Override
        public int compareTo(Held other) {
            return position.compareTo(other.position);
        }
    }
}
