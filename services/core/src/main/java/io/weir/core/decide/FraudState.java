package io.weir.core.decide;

import io.weir.core.policy.Aggregate;
import io.weir.core.policy.Aggregate.Function;
import io.weir.core.policy.Entity;
import io.weir.core.window.EntityWindows;
import io.weir.events.Hash64;
import io.weir.events.TransactionLabelled;
import io.weir.events.TransactionSubmitted;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Everything folded from the log of transactions. A function of the set of events: the order in which partitions were
 * interleaved leaves no trace. Within a partition the order counts only for which of two submissions under one id came
 * first, and which of two labels came last.
 */
final class FraudState {
    private static final Entity[] ENTITIES = Entity.values();

    private final Map<String, AccountWindows> accounts = new HashMap<>();
    private final Map<Entity, EntityTable> entities = new EnumMap<>(Entity.class);

    /** Of how many aggregates' values panes were taken into account. No part of the state. */
    private long panedValues;

    private final int exactEvents;

    /** A state whose windows are exact for this many most recent transactions of each entity. */
    FraudState(int exactEvents) {
        this.exactEvents = exactEvents;
        for (Entity entity : ENTITIES) {
            if (entity != Entity.ACCOUNT) {
                entities.put(entity, new EntityTable(exactEvents));
            }
        }
    }

    /**
     * Folds a transaction, unless its id is known to its account.
     *
     * @return null if it was folded, otherwise the earlier submission under the id
     */
    AccountWindows.@Nullable Original fold(TransactionSubmitted transaction, long submissionHash, long offset) {
        AccountWindows account =
                accounts.computeIfAbsent(transaction.accountId(), id -> new AccountWindows(exactEvents));
        long idHash = Hash64.of(transaction.transactionId());
        AccountWindows.Original original = account.original(idHash);
        if (original != null) {
            return original;
        }
        long timeMs = transaction.occurredAtMs();
        int row = account.insert(timeMs, transaction.amountMinor(), idHash, submissionHash, offset);
        for (int ordinal = 1; ordinal < ENTITIES.length; ordinal++) {
            String id = ENTITIES[ordinal].idIn(transaction);
            if (id != null) {
                EntityTable table = table(ENTITIES[ordinal]);
                int number = table.numberOf(id);
                table.get(number).insert(timeMs, transaction.amountMinor());
                if (row >= 0) {
                    account.setEntity(row, ordinal, number);
                }
            }
        }
        return null;
    }

    /**
     * Folds a label into the account and the entities of the labelled transaction.
     *
     * @return false if the account has no such transaction, or none within the horizon
     */
    boolean fold(TransactionLabelled label) {
        AccountWindows account = accounts.get(label.accountId());
        int row = account == null ? -1 : account.rowOf(Hash64.of(label.transactionId()));
        if (account == null || row < 0) {
            return false;
        }
        if (account.label(row, label.fraud())) {
            long timeMs = account.events().timeMs(row);
            account.markFraud(timeMs, label.fraud());
            for (int ordinal = 1; ordinal < ENTITIES.length; ordinal++) {
                int number = account.entity(row, ordinal);
                if (number >= 0) {
                    table(ENTITIES[ordinal]).get(number).markFraud(timeMs, label.fraud());
                }
            }
        }
        return true;
    }

    /** The value of an aggregate for a folded transaction. An entity that it does not name has no transactions. */
    double aggregate(Aggregate aggregate, TransactionSubmitted transaction) {
        Entity entity = aggregate.entity();
        String id = entity.idIn(transaction);
        EntityWindows windows = id == null
                ? null
                : entity == Entity.ACCOUNT ? accounts.get(id) : table(entity).find(id);
        if (windows == null) {
            windows = new EntityWindows();
        }
        panedValues += windows.isPaned(aggregate, transaction.occurredAtMs()) ? 1 : 0;
        Entity distinct = aggregate.distinct();
        if (aggregate.function() == Function.DISTINCT
                && distinct != null
                && windows instanceof AccountWindows account) {
            return account.distinctEntities(aggregate, ordinalOf(distinct), transaction.occurredAtMs());
        }
        return windows.aggregate(aggregate, transaction.occurredAtMs());
    }

    long panedValues() {
        return panedValues;
    }

    int accounts() {
        return accounts.size();
    }

    int entities() {
        return entities.values().stream().mapToInt(EntityTable::size).sum();
    }

    /** A hash of all of it, the same for the same set of events. */
    long hash() {
        Hash64 hash = new Hash64();
        new TreeMap<>(accounts).forEach((id, account) -> account.addTo(hash.add(id)));
        entities.forEach((entity, table) -> table.addTo(hash.add(entity.name())));
        return hash.value();
    }

    private EntityTable table(Entity entity) {
        EntityTable table = entities.get(entity);
        if (table == null) {
            throw new IllegalStateException("no table for " + entity);
        }
        return table;
    }

    private static int ordinalOf(Entity entity) {
        for (int ordinal = 0; ordinal < ENTITIES.length; ordinal++) {
            if (ENTITIES[ordinal] == entity) {
                return ordinal;
            }
        }
        throw new IllegalStateException(entity.name());
    }
}
