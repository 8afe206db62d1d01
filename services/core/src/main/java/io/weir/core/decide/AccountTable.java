package io.weir.core.decide;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The accounts. An account is an id in a partition: should a writer's partitioner send an id to two partitions, these are two
 * accounts, because between partitions no order says which of two submissions came first, and a snapshot's position is one
 * of one partition.
 */
final class AccountTable {
    /** By id, the account of the lowest partition, with the others behind it. */
    private final IdTable<AccountWindows> byId = new IdTable<>();

    private final int exactEvents;
    private Selections selections;
    private int size;

    AccountTable(int exactEvents, Selections selections) {
        this.exactEvents = exactEvents;
        this.selections = selections;
    }

    /** All that are there keep other selections, and all that will be. */
    void adopt(Adoption adoption, @Nullable AccountTable from) {
        selections = adoption.selections();
        forEach(account -> account.adopt(adoption, from == null ? null : from.find(account.id(), account.partition())));
    }

    @Nullable
    AccountWindows find(String id, int partition) {
        return of(partition, byId.find(id));
    }

    /** The account with an id in the lowest partition that has it, which is the only one unless writers disagree. */
    @Nullable
    AccountWindows find(String id) {
        return byId.find(id);
    }

    AccountWindows findOrAdd(String id, int partition) {
        int number = byId.number(id);
        AccountWindows first = number < 0 ? null : byId.get(number);
        AccountWindows known = of(partition, first);
        if (known != null) {
            return known;
        }
        AccountWindows added = new AccountWindows(id, partition, exactEvents, selections);
        if (first == null) {
            byId.add(added);
        } else {
            byId.replace(number, AccountWindows.inOrderOfPartition(first, added));
        }
        size++;
        return added;
    }

    private static @Nullable AccountWindows of(int partition, @Nullable AccountWindows first) {
        AccountWindows account = first;
        while (account != null && account.partition() != partition) {
            account = account.next();
        }
        return account;
    }

    void forEach(Consumer<AccountWindows> action) {
        for (AccountWindows first : byId.all()) {
            for (AccountWindows account = first; account != null; account = account.next()) {
                action.accept(account);
            }
        }
    }

    IdTable<AccountWindows> byId() {
        return byId;
    }

    int size() {
        return size;
    }
}
