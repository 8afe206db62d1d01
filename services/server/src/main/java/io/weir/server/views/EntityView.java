package io.weir.server.views;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.weir.core.policy.Entity;
import io.weir.events.TransactionSubmitted;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The last transactions of every entity other than accounts, as many entities as fit the bytes; those that are busy or asked
 * for stay longest. Decisions do not name entities: what was decided is looked up by transaction. Thread-safe.
 */
final class EntityView {
    /** How many of its last transactions an entity shows. */
    static final int TRANSACTIONS = 20;

    private static final int OVERHEAD = 96 + 40;

    private final Cache<Key, List<Seen>> entities;

    EntityView(long maximumBytes) {
        entities = Caffeine.newBuilder()
                .maximumWeight(maximumBytes)
                .weigher((Key key, List<Seen> seen) -> bytes(key, seen))
                .executor(Runnable::run) // eviction is short, and bounded at once
                .recordStats()
                .build();
    }

    /** A kind's name in paths and in JSON, for example {@code terminal}. */
    static String nameOf(Entity kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }

    void add(LogPosition position, TransactionSubmitted transaction) {
        Seen seen = new Seen(
                position,
                transaction.transactionId(),
                transaction.accountId(),
                transaction.occurredAtMs(),
                transaction.amountMinor(),
                transaction.currency());
        for (Entity kind : Entity.values()) {
            String id = kind == Entity.ACCOUNT ? null : kind.idIn(transaction);
            if (id != null) {
                entities.asMap()
                        .merge(new Key(kind, id), List.of(seen), (before, one) -> after(before, one.getFirst()));
            }
        }
    }

    /** Its last transactions on the log, newest first; none if it is not known. */
    List<Seen> get(Entity kind, String id) {
        List<Seen> seen = entities.getIfPresent(new Key(kind, id));
        return seen == null ? List.of() : seen;
    }

    long size() {
        return entities.estimatedSize();
    }

    /** What it takes on the heap, estimated. */
    long bytes() {
        return entities.policy().eviction().orElseThrow().weightedSize().orElseThrow();
    }

    long evicted() {
        return entities.stats().evictionCount();
    }

    /** Partitions are read in any order, hence by position. A retry stands on the log again; the first of them is shown. */
    private static List<Seen> after(List<Seen> before, Seen seen) {
        List<Seen> after = new ArrayList<>(before.size() + 1);
        boolean placed = false;
        for (Seen other : before) {
            boolean newer = seen.position.compareTo(other.position) > 0;
            if (seen.transactionId.equals(other.transactionId) && seen.accountId.equals(other.accountId)) {
                if (newer) {
                    return before;
                }
            } else {
                if (newer && !placed) {
                    after.add(seen);
                    placed = true;
                }
                after.add(other);
            }
        }
        if (!placed) {
            after.add(seen);
        }
        return List.copyOf(after.subList(0, Math.min(after.size(), TRANSACTIONS)));
    }

    private static int bytes(Key key, List<Seen> transactions) {
        int bytes = OVERHEAD + HeapSize.of(key.id);
        for (Seen seen : transactions) {
            bytes += Seen.OVERHEAD
                    + HeapSize.of(seen.transactionId)
                    + HeapSize.of(seen.accountId)
                    + HeapSize.of(seen.currency);
        }
        return bytes;
    }

    private record Key(Entity kind, String id) {}

    /** A transaction that named the entity. */
    record Seen(
            LogPosition position,
            String transactionId,
            String accountId,
            long occurredAtMs,
            long amountMinor,
            String currency) {
        private static final int OVERHEAD = 48 + 32 + HeapSize.REFERENCE;
    }
}
