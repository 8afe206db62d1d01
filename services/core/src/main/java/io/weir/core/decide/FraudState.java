package io.weir.core.decide;

import io.weir.core.decide.AccountWindows.Original;
import io.weir.core.policy.Aggregate;
import io.weir.core.policy.Entity;
import io.weir.core.policy.Label;
import io.weir.core.policy.Measure;
import io.weir.core.window.EntityWindows;
import io.weir.core.window.StateFormatException;
import io.weir.events.AccountSnapshot;
import io.weir.events.EntitySnapshot;
import io.weir.events.Hash64;
import io.weir.events.TransactionLabelled;
import io.weir.events.TransactionSubmitted;
import java.nio.ByteBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Everything folded from the log of transactions. A function of the set of events: the order in which partitions were
 * interleaved leaves no trace. Within a partition the order counts only for which of two submissions under one id came
 * first, and which of two labels came last.
 */
@SuppressWarnings("EnumOrdinal") // an index into an array of this class; nothing that is written goes by it
final class FraudState {
    private static final Entity[] ENTITIES = Entity.values();
    /** Without transactions. */
    private static final EntityWindows NOBODY = new EntityWindows();

    private final int exactEvents;
    private final AccountTable accounts;
    private final Map<Entity, EntityTable> entities = new EnumMap<>(Entity.class);
    /** By ordinal, the account and the other entities of the transaction that was folded last; null for one it does not name. */
    private final @Nullable SelectingWindows[] concerned = new SelectingWindows[ENTITIES.length];

    /** Of the ids of those kinds that other entities count, in the transaction that is being folded; 0 for none. */
    private long[] idHashes;

    /** By measure, what it gave for the transaction that is being labelled. */
    private long[] labelled;

    private Selections selections;
    private Measuring measuring;
    private StateForm form;
    private final Changes changes = new Changes();
    /** Each different vector of the loaded snapshots once; cleared when everything in them has been passed. */
    private final Map<LongBuffer, long[]> vectors = new HashMap<>();

    private boolean restoring;
    /** Of how many aggregates' values panes were taken into account. No part of the state. */
    private long panedValues;

    /** A state whose windows are exact for this many most recent transactions of each entity. */
    FraudState(int exactEvents, Selections selections) {
        this.exactEvents = exactEvents;
        this.selections = selections;
        measuring = new Measuring(selections);
        idHashes = new long[selections.peers().size()];
        labelled = new long[selections.measures().size()];
        form = new StateForm(this::table, selections);
        accounts = new AccountTable(exactEvents, selections);
        for (Entity entity : ENTITIES) {
            if (entity != Entity.ACCOUNT) {
                entities.put(entity, new EntityTable(entity, exactEvents, selections));
            }
        }
    }

    /** Whether snapshots were loaded and events that they contain may still come. */
    boolean restoring() {
        return restoring;
    }

    /** Whether the snapshot from which an event's account was loaded contains the event. */
    boolean contains(String accountId, int partition, long offset) {
        AccountWindows account = restoring ? accounts.find(accountId, partition) : null;
        return account != null && offset < account.position();
    }

    /** What is kept of an account or another entity; null if it is unknown. */
    @Nullable
    SelectingWindows find(Entity kind, String id) {
        return kind == Entity.ACCOUNT ? accounts.find(id) : table(kind).find(id);
    }

    /**
     * Folds a transaction, unless its id is known to its account.
     *
     * @return null if it was folded, otherwise the earlier submission under the id
     */
    @Nullable
    Original fold(TransactionSubmitted transaction, long submissionHash, int partition, long offset) {
        AccountWindows account = accounts.findOrAdd(transaction.accountId(), partition);
        long idHash = Hash64.of(transaction.transactionId());
        Original original = account.original(idHash);
        if (original != null) {
            return original;
        }
        changes.beforeChange(account);
        long timeMs = transaction.occurredAtMs();
        int row = account.insert(timeMs, transaction.amountMinor(), idHash, submissionHash, offset);
        concerned[Entity.ACCOUNT.ordinal()] = account;
        for (int ordinal = 1; ordinal < ENTITIES.length; ordinal++) {
            String id = ENTITIES[ordinal].idIn(transaction);
            TrackedEntity entity = id == null ? null : table(ENTITIES[ordinal]).findOrAdd(id);
            concerned[ordinal] = entity;
            if (entity != null && row >= 0) {
                account.setEntity(row, ordinal, entity.number());
            }
        }
        measuring.measure(transaction, account, row); // may read which entities the row names
        selections.hashPeers(transaction, idHashes);
        for (int ordinal = 1; ordinal < ENTITIES.length; ordinal++) {
            if (concerned[ordinal] instanceof TrackedEntity entity && !entity.contains(partition, offset)) {
                changes.mark(entity);
                entity.setPeers(entity.insert(timeMs, transaction.amountMinor()), timeMs, idHashes);
                entity.select(timeMs, measuring);
            }
        }
        return null;
    }

    /**
     * Folds a label into the account and the entities of the labelled transaction.
     *
     * @return false if the account has no row for such a transaction
     */
    boolean fold(TransactionLabelled label, int partition, long offset) {
        AccountWindows account = accounts.find(label.accountId(), partition);
        int row = account == null ? -1 : account.rowOf(Hash64.of(label.transactionId()));
        if (account == null || row < 0) {
            return false;
        }
        Label was = account.label(row);
        Label is = label.fraud() ? Label.FRAUD : selections.keepsGenuine() ? Label.GENUINE : null;
        if (was != is) {
            changes.beforeChange(account);
            account.setLabel(row, is);
            long timeMs = account.events().timeMs(row);
            long amountMinor = account.events().amountMinor(row);
            account.results(row, selections.measures(), labelled);
            account.relabel(timeMs, amountMinor, labelled, was, is);
            for (int ordinal = 1; ordinal < ENTITIES.length; ordinal++) {
                int number = account.entity(row, ordinal);
                TrackedEntity entity =
                        number < 0 ? null : table(ENTITIES[ordinal]).get(number);
                if (entity != null && changes(entity, was, is) && !entity.contains(partition, offset)) {
                    changes.mark(entity);
                    entity.relabel(timeMs, amountMinor, labelled, was, is);
                }
            }
        }
        return true;
    }

    /** Whether a change of label is one for an entity: genuine is as good as no label where no selection asks for it. */
    private boolean changes(TrackedEntity entity, @Nullable Label was, @Nullable Label is) {
        return was == Label.FRAUD || is == Label.FRAUD || selections.keepsAnyGenuine(entity.kind());
    }

    /**
     * The value of an aggregate for the transaction that was folded last. An entity that it does not name has no
     * transactions.
     *
     * @param windows those that the aggregate is over, see {@link Selections#windowsOf}
     */
    double aggregate(Aggregate aggregate, int windows, TransactionSubmitted transaction) {
        SelectingWindows entity = concerned[aggregate.entity().ordinal()];
        long timeMs = transaction.occurredAtMs();
        if (entity == null) {
            return aggregate.distinct() == null ? NOBODY.aggregate(aggregate, timeMs) : 0;
        }
        boolean taken = measuring.takes(entity, windows);
        panedValues += entity.isPaned(aggregate, windows, timeMs, taken) ? 1 : 0;
        return entity.value(aggregate, windows, timeMs, taken);
    }

    /** The values of aggregates over an account or another entity at its newest event, in their order; null if unknown. */
    @Nullable
    Profile profile(Entity kind, String id, Map<String, Aggregate> aggregates) {
        SelectingWindows windows = find(kind, id);
        if (windows == null) {
            return null;
        }
        long newestAtMs = windows.newestMs();
        Map<String, Double> values = new LinkedHashMap<>();
        aggregates.forEach((name, aggregate) -> {
            int of = selections.windowsOf(aggregate);
            EntityWindows over = windows.windows(of);
            boolean taken = over != null && over.newestMs() == newestAtMs;
            values.put(name, windows.value(aggregate, of, newestAtMs, taken));
        });
        int rows = windows.events().end() - windows.events().start();
        long oldestAtMs =
                rows == 0 ? 0 : windows.events().timeMs(windows.events().start());
        return new Profile(kind, id, rows, windows.panedEvents(), oldestAtMs, newestAtMs, windows.frauds(), values);
    }

    /** Takes in the state of an entity. */
    void load(EntitySnapshot snapshot) {
        require(snapshot.intact(), snapshot, "its checksum does not fit");
        Entity kind = StateForm.kindNamed(snapshot.kind());
        if (kind == null) {
            throw new StateFormatException(snapshot + ": there is no such kind of entity");
        }
        requireFormat(snapshot.formatVersion(), snapshot);
        EntityTable table = table(kind);
        if (table.find(snapshot.id()) != null) {
            throw new IllegalStateException(snapshot + " was loaded or folded before");
        }
        TrackedEntity entity = table.findOrAdd(snapshot.id());
        long[] positions = snapshot.positions();
        entity.setPositions(vectors.computeIfAbsent(LongBuffer.wrap(positions), vector -> positions));
        restoring = true;
        try {
            form.read(entity, snapshot.state());
        } catch (StateFormatException e) {
            throw new StateFormatException(snapshot + ": " + e.getMessage());
        }
    }

    /** Takes in the state of an account. */
    void load(AccountSnapshot snapshot) {
        require(snapshot.intact(), snapshot, "its checksum does not fit");
        requireFormat(snapshot.formatVersion(), snapshot);
        require(snapshot.partition() >= 0 && snapshot.position() >= 0, snapshot, "it has no position");
        if (accounts.find(snapshot.accountId(), snapshot.partition()) != null) {
            throw new IllegalStateException(snapshot + " was loaded or folded before");
        }
        AccountWindows account = accounts.findOrAdd(snapshot.accountId(), snapshot.partition());
        account.setPosition(snapshot.position());
        restoring = true;
        try {
            form.read(account, snapshot.state());
        } catch (StateFormatException e) {
            throw new StateFormatException(snapshot + ": " + e.getMessage());
        }
    }

    /** Nothing is skipped from here on. */
    void restored() {
        restoring = false;
        vectors.clear();
        accounts.forEach(account -> account.setPosition(0));
        entities.values().forEach(table -> table.all().forEach(entity -> entity.setPositions(null)));
    }

    /** Gives up the selections of those policies for which some loaded snapshot lacks a part. */
    void forgetIncomplete() {
        Set<Long> missing = form.missing();
        if (!missing.isEmpty()) {
            keep(new Adoption(selections, selections.without(missing)), null);
        }
    }

    /** Keeps what another state of the same vector keeps, see {@link Adoption}. Every snapshot is to be written anew. */
    void adopt(FraudState other) {
        if (restoring || other.restoring || changes.sweeping() || other.exactEvents != exactEvents) {
            throw new IllegalStateException(
                    "selections are adopted between states that are restored, of one kind, while no sweep is running");
        }
        keep(new Adoption(selections, other.selections), other);
        accounts.forEach(changes::beforeChange);
        entities.values().forEach(table -> table.all().forEach(changes::mark));
    }

    private void keep(Adoption adoption, @Nullable FraudState from) {
        accounts.adopt(adoption, from == null ? null : from.accounts);
        entities.forEach((kind, table) -> table.adopt(adoption, from == null ? null : from.table(kind)));
        selections = adoption.selections();
        measuring = new Measuring(selections);
        idHashes = new long[selections.peers().size()];
        labelled = new long[selections.measures().size()];
        form = new StateForm(this::table, selections);
    }

    Sweep sweep(long[] positions) {
        return changes.sweep(positions, form);
    }

    byte @Nullable [] state(String accountId) {
        AccountWindows account = accounts.find(accountId);
        return account == null ? null : form.write(account);
    }

    byte @Nullable [] state(Entity kind, String id) {
        if (kind == Entity.ACCOUNT) {
            return state(id);
        }
        TrackedEntity entity = table(kind).find(id);
        return entity == null ? null : form.write(entity);
    }

    /** The same with those parts only that another state of the kind has. */
    byte @Nullable [] state(Entity kind, String id, byte[] like) {
        if (kind == Entity.ACCOUNT) {
            AccountWindows account = accounts.find(id);
            return account == null ? null : form.writeLike(account, like);
        }
        TrackedEntity entity = table(kind).find(id);
        return entity == null ? null : form.writeLike(entity, like);
    }

    long lastResult(Measure measure) {
        int number = selections.measures().indexOf(measure);
        if (number < 0) {
            throw new IllegalStateException(measure + " is not evaluated here");
        }
        return measuring.result(number);
    }

    Selections selections() {
        return selections;
    }

    long panedValues() {
        return panedValues;
    }

    int exactEvents() {
        return exactEvents;
    }

    int accounts() {
        return accounts.size();
    }

    int entities() {
        return entities.values().stream().mapToInt(EntityTable::size).sum();
    }

    /** A hash of all of it, over its form in snapshots; the same for the same set of events. */
    long hash() {
        Hash64 hash = new Hash64();
        List<AccountWindows> sorted = new ArrayList<>(accounts.size());
        accounts.forEach(sorted::add);
        sorted.sort(Comparator.comparing(AccountWindows::id).thenComparingInt(AccountWindows::partition));
        for (AccountWindows account : sorted) {
            add(form.write(account), hash.add(account.id()).add(account.partition()));
        }
        entities.forEach((kind, table) -> {
            hash.add(kind.name());
            table.all().stream()
                    .sorted(Comparator.comparing(TrackedEntity::id))
                    .forEach(entity -> add(form.write(entity), hash.add(entity.id())));
        });
        return hash.value();
    }

    private static void add(byte[] state, Hash64 hash) {
        hash.add(state.length);
        ByteBuffer bytes = ByteBuffer.wrap(state);
        while (bytes.remaining() >= Long.BYTES) {
            hash.add(bytes.getLong());
        }
        while (bytes.hasRemaining()) {
            hash.add(bytes.get());
        }
    }

    /** The entities of a kind. */
    IdTable<? extends SelectingWindows> byId(Entity kind) {
        return kind == Entity.ACCOUNT ? accounts.byId() : table(kind).byId();
    }

    private EntityTable table(Entity entity) {
        EntityTable table = entities.get(entity);
        if (table == null) {
            throw new IllegalStateException("no table for " + entity);
        }
        return table;
    }

    private static void requireFormat(int version, Object snapshot) {
        require(
                version == DecisionStateMachine.STATE_FORMAT,
                snapshot,
                "its form is version " + version + ", this one reads version " + DecisionStateMachine.STATE_FORMAT);
    }

    private static void require(boolean possible, Object snapshot, String problem) {
        if (!possible) {
            throw new StateFormatException(snapshot + ": " + problem);
        }
    }
}
