package io.weir.server.audit;

import io.weir.core.decide.DecisionStateMachine;
import io.weir.core.decide.Selections;
import io.weir.core.policy.Entity;
import io.weir.core.window.StateFormatException;
import io.weir.events.AccountSnapshot;
import io.weir.events.EntitySnapshot;
import io.weir.events.SchemaIds;
import io.weir.events.SweepCompleted;
import io.weir.events.Topics;
import io.weir.server.audit.RebuildReport.Difference;
import io.weir.server.audit.RebuildReport.Tally;
import io.weir.server.log.History;
import io.weir.server.score.RecordDecoder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Folds the whole log into a machine of its own and holds each snapshot against it at the moment that the snapshot is of.
 * One engine at a time sweeps, so the positions of its snapshots follow one another.
 */
final class Rebuild {
    private static final int REPORTED = 100;

    private final History history;
    private final Snapshots snapshots;
    private final AuditProgress progress;
    private final DecisionStateMachine machine;
    private final Walker walker;
    private final Tape[] tapes;
    /** By partition, the accounts' snapshots in the order of their positions. */
    private final List<Deque<AccountSnapshot>> accounts = new ArrayList<>();

    /** What was folded before the last sweep began, and so must have a snapshot. */
    private final Known swept = new Known();

    private final Tally accountTally = new Tally();
    private final Tally entityTally = new Tally();
    private final List<Difference> differences = new ArrayList<>();

    /**
     * A rebuild.
     *
     * @param kept by the machine; snapshots are compared in what of it they have
     */
    Rebuild(History history, SchemaIds schemaIds, Snapshots snapshots, Selections kept, AuditProgress progress) {
        this.history = history;
        this.snapshots = snapshots;
        this.progress = progress;
        int partitions = history.partitions();
        machine = new DecisionStateMachine(kept);
        walker = new Walker(machine, new long[partitions]);
        tapes = new Tape[partitions];
        RecordDecoder decoder = new RecordDecoder(schemaIds, history::partitions);
        for (int partition = 0; partition < partitions; partition++) {
            long start = history.start(Topics.TRANSACTIONS, partition);
            if (start > 0) {
                throw new AuditException("the state cannot be rebuilt from the log: partition " + partition + " of "
                        + Topics.TRANSACTIONS.topicName() + " begins at offset " + start
                        + ", older records are deleted by retention");
            }
            tapes[partition] = new Tape(history, partition, decoder, this::read);
            accounts.add(new ArrayDeque<>());
        }
        snapshots.accounts().stream()
                .filter(snapshot -> snapshot.partition() >= 0 && snapshot.partition() < partitions)
                .sorted(Comparator.comparingLong(AccountSnapshot::position))
                .forEach(snapshot -> accounts.get(snapshot.partition()).add(snapshot));
    }

    /** Null if it was cancelled. */
    @Nullable
    RebuildReport run(BooleanSupplier cancelled) {
        snapshots.damaged().forEach((key, why) -> differ(key.contains(":") ? entityTally : accountTally, key, why));
        List<EntitySnapshot> entities = new ArrayList<>(snapshots.entities());
        entities.sort(Comparator.comparingLong(
                snapshot -> Arrays.stream(snapshot.positions()).sum()));
        for (EntitySnapshot snapshot : entities) {
            if (cancelled.getAsBoolean()) {
                return null;
            }
            compare(snapshot);
        }
        for (int partition = 0; partition < history.partitions(); partition++) {
            fold(partition, history.end(Topics.TRANSACTIONS, partition));
            compareAccounts(partition, Long.MAX_VALUE);
        }
        missing();
        return new RebuildReport(
                accountTally,
                entityTally,
                snapshots.sweep() != null,
                differences,
                machine.accounts(),
                machine.entities(),
                machine.stateHash(),
                progress.records(),
                progress.seconds(),
                progress.recordsPerSecond());
    }

    private void read(int partition, Tape.Entry entry) {
        progress.folded();
        SweepCompleted sweep = snapshots.sweep();
        boolean before =
                sweep != null && partition < sweep.positions().length && entry.offset() < sweep.positions()[partition];
        if (before && entry.event() != null) {
            swept.add(partition, entry.event());
        }
    }

    private void compare(EntitySnapshot snapshot) {
        Entity kind = Snapshots.kind(snapshot);
        long[] positions = snapshot.positions();
        if (kind == null || positions.length != history.partitions()) {
            differ(entityTally, snapshot.key(), "it is of another version, or of another number of partitions");
            return;
        }
        for (int partition = 0; partition < positions.length; partition++) {
            if (walker.position(partition) > positions[partition]) {
                differ(
                        entityTally,
                        snapshot.key(),
                        "its positions " + Arrays.toString(positions)
                                + " do not follow those of other snapshots: it was not written by the sweeping engine");
                return;
            }
        }
        for (int partition = 0; partition < positions.length; partition++) {
            fold(partition, positions[partition]);
        }
        compare(entityTally, snapshot.key(), kind, snapshot.id(), snapshot.state());
    }

    private void fold(int partition, long to) {
        Tape tape = tapes[partition];
        Tape.Entry entry;
        while ((entry = tape.at(walker.index(partition))) != null && entry.offset() < to) {
            compareAccounts(partition, entry.offset());
            walker.fold(partition, entry);
            walker.passed(partition, entry);
            tape.forgetBefore(walker.index(partition));
        }
        walker.reached(partition, to);
    }

    /** Those whose position lies at or before the next record. */
    private void compareAccounts(int partition, long next) {
        Deque<AccountSnapshot> waiting = accounts.get(partition);
        while (!waiting.isEmpty() && waiting.element().position() <= next) {
            AccountSnapshot snapshot = waiting.remove();
            compare(accountTally, snapshot.accountId(), Entity.ACCOUNT, snapshot.accountId(), snapshot.state());
        }
    }

    private void compare(Tally tally, String key, Entity kind, String id, byte[] recorded) {
        byte[] rebuilt;
        try {
            rebuilt = machine.stateLike(kind, id, recorded);
        } catch (StateFormatException e) {
            differ(tally, key, "it is no state: " + e.getMessage());
            return;
        }
        if (rebuilt == null) {
            differ(tally, key, "nothing on the log is about it");
        } else if (Arrays.equals(rebuilt, recorded)) {
            tally.addEqual();
        } else {
            differ(
                    tally,
                    key,
                    "the rebuilt state has other bytes (" + rebuilt.length + ", the snapshot " + recorded.length
                            + ", first difference at " + Arrays.mismatch(rebuilt, recorded) + ")");
        }
    }

    private void missing() {
        Set<String> there = new HashSet<>(snapshots.damaged().keySet());
        snapshots.accounts().forEach(snapshot -> there.add(snapshot.key()));
        swept.accounts().keySet().forEach(id -> {
            if (!there.contains(id) && machine.state(id) != null) {
                accountTally.addMissing();
                report(new Difference(id, "there is no snapshot"));
            }
        });
        Set<String> entities = new HashSet<>(snapshots.damaged().keySet());
        snapshots.entities().forEach(snapshot -> entities.add(snapshot.key()));
        for (Map.Entry<Entity, Set<String>> kind : swept.entities().entrySet()) {
            for (String id : kind.getValue()) {
                String key = kind.getKey().name().toLowerCase(java.util.Locale.ROOT) + ":" + id;
                if (!entities.contains(key) && machine.state(kind.getKey(), id) != null) {
                    entityTally.addMissing();
                    report(new Difference(key, "there is no snapshot"));
                }
            }
        }
    }

    private void differ(Tally tally, String key, String why) {
        tally.addDifferent();
        progress.foundDivergent();
        report(new Difference(key, why));
    }

    private void report(Difference difference) {
        if (differences.size() < REPORTED) {
            differences.add(difference);
        }
    }
}
