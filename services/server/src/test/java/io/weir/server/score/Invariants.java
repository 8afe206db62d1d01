package io.weir.server.score;

import io.weir.core.decide.Outcome;
import io.weir.events.AccountSnapshot;
import io.weir.events.Decision;
import io.weir.events.DecisionChain;
import io.weir.events.DuplicateDetected;
import io.weir.events.EntitySnapshot;
import io.weir.events.Event;
import io.weir.events.EventReader;
import io.weir.events.EventWriter;
import io.weir.events.FraudAlertRaised;
import io.weir.events.Provenance;
import io.weir.events.Provenance.Kind;
import io.weir.events.Provenance.Range;
import io.weir.events.Sha256;
import io.weir.events.SweepCompleted;
import io.weir.events.Topics;
import io.weir.events.TransactionDecided;
import io.weir.server.log.CommittedPosition;
import io.weir.server.log.LogRecord;
import io.weir.server.log.memory.MemoryLog;
import io.weir.server.log.memory.MemoryLog.Stored;
import io.weir.server.log.memory.MemoryTransaction;
import io.weir.server.score.Outcomes.Concern;
import io.weir.server.score.Replay.Inputs;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** What must hold of a log when the work is finished, whatever its engines went through. */
final class Invariants {
    private final MemoryLog log;
    private final Inputs inputs;
    private final EventReader reader = new EventReader(MemoryLog.IDS);
    private final EventWriter writer = new EventWriter(MemoryLog.IDS);
    /** By partition, what should become of its records. */
    private final List<Outcomes> expected = new ArrayList<>();
    /** By partition, the decisions. */
    private final List<List<Decided>> decided = new ArrayList<>();

    /**
     * A decision on the log.
     *
     * @param provenance of its batch, where it is the first
     */
    private record Decided(
            LogRecord record, MemoryTransaction transaction, TransactionDecided event, String provenance) {}

    Invariants(MemoryLog log) {
        this.log = log;
        this.inputs = Inputs.of(log);
        for (int partition = 0; partition < log.partitions(); partition++) {
            expected.add(new Outcomes(inputs, partition));
            decided.add(log.history(Topics.DECISIONS, partition).stream()
                    .map(stored -> new Decided(
                            stored.record(),
                            stored.transaction(),
                            (TransactionDecided) reader.read(stored.record().value()),
                            stored.record().headers().get(Provenance.HEADER)))
                    .toList());
        }
    }

    void hold() {
        everyTransactionHasOneOutcome();
        accountDecisionsDoNotDependOnEngines();
        vectorsNeverRunBackwards();
        chainIsUnbroken();
        recomputedEqualsRecorded();
        snapshotsObeyTheOrder();
    }

    /** One decision, or a duplicate, or a dead letter; nothing twice; an alert with each decision that is no approval. */
    private void everyTransactionHasOneOutcome() {
        for (int partition = 0; partition < log.partitions(); partition++) {
            Map<Long, String> found = new TreeMap<>();
            List<String> toAlert = new ArrayList<>();
            for (Decided one : decided.get(partition)) {
                found.merge(one.event.sourceOffset(), "decided", (all, next) -> all + " and " + next);
                if (one.event.decision() != Decision.APPROVE) {
                    toAlert.add(one.event.transactionId());
                }
            }
            for (Stored stored : log.history(Topics.DUPLICATES, partition)) {
                DuplicateDetected duplicate =
                        (DuplicateDetected) reader.read(stored.record().value());
                found.merge(duplicate.sourceOffset(), "repeated", (all, next) -> all + " and " + next);
            }
            for (Stored stored : log.history(Topics.DEAD_LETTERS, partition)) {
                long offset = Long.parseLong(stored.record().headers().get("source.offset"));
                found.merge(offset, "refused", (all, next) -> all + " and " + next);
            }
            Map<Long, String> wanted = new TreeMap<>(expected.get(partition).kinds);
            wanted.values().removeIf(kind -> kind.equals("labelled"));
            String where = " in partition " + partition;
            check("everyTransactionHasOneOutcome", found.equals(wanted), () -> difference(wanted, found) + where);
            List<String> alerts = log.history(Topics.FRAUD_ALERTS, partition).stream()
                    .map(stored ->
                            (FraudAlertRaised) reader.read(stored.record().value()))
                    .map(FraudAlertRaised::transactionId)
                    .toList();
            check(
                    "everyTransactionHasOneOutcome",
                    alerts.equals(toAlert),
                    () -> "alerts " + alerts + ", not " + toAlert);
        }
    }

    private static String difference(Map<Long, String> wanted, Map<Long, String> found) {
        Set<Long> offsets = new TreeSet<>(wanted.keySet());
        offsets.addAll(found.keySet());
        offsets.removeIf(offset -> Objects.equals(wanted.get(offset), found.get(offset)));
        return offsets.stream()
                .map(offset -> offset + " is " + found.get(offset) + " and should be " + wanted.get(offset))
                .collect(Collectors.joining("; "));
    }

    /** What a decision says about the account is what one undisturbed engine says. */
    private void accountDecisionsDoNotDependOnEngines() {
        for (int partition = 0; partition < log.partitions(); partition++) {
            for (Decided one : decided.get(partition)) {
                TransactionDecided alone = expected.get(partition).decisions.get(one.event.sourceOffset());
                for (int feature = 0; feature < SimulatedTraffic.ACCOUNT_FEATURES; feature++) {
                    check(
                            "accountDecisionsDoNotDependOnEngines",
                            one.event.featureValues()[feature] == alone.featureValues()[feature],
                            () -> one.event + ", and alone " + alone);
                }
            }
        }
    }

    /** Along a partition of the decisions, no batch was made from less than the batch before it. */
    private void vectorsNeverRunBackwards() {
        for (int partition = 0; partition < log.partitions(); partition++) {
            Map<String, Long> before = new HashMap<>();
            for (Decided one : decided.get(partition)) {
                if (one.provenance == null) {
                    continue;
                }
                for (Range range : Provenance.parse(one.provenance).ranges()) {
                    String of = range.kind() == Kind.CONTROL ? "control" : "partition " + range.partition();
                    Long last = before.put(of, range.to());
                    boolean own = range.kind() == Kind.OWN && range.partition() == partition;
                    long reached = own ? range.from() : range.to();
                    check(
                            "vectorsNeverRunBackwards",
                            last == null || last <= reached,
                            () -> of + " was at " + last + " before " + one);
                }
            }
        }
    }

    /** Each batch carries the head that the one before it left; the group's metadata the last. */
    private void chainIsUnbroken() {
        for (int partition = 0; partition < log.partitions(); partition++) {
            Sha256 head = DecisionChain.START;
            DecisionChain batch = null;
            for (Decided one : decided.get(partition)) {
                if (one.provenance != null) {
                    head = batch == null ? head : batch.head();
                    String wanted = head.hex();
                    check(
                            "chainIsUnbroken",
                            wanted.equals(one.record.headers().get(DecisionChain.HEADER)),
                            () -> one + " should have " + wanted);
                    batch = DecisionChain.batch(head, one.provenance);
                }
                batch.add(one.record.value());
            }
            String last = (batch == null ? head : batch.head()).hex();
            CommittedPosition committed = log.committed().get(partition);
            check(
                    "chainIsUnbroken",
                    batch == null || committed.chain().equals(last),
                    () -> "it ends with " + last + ", and the group has " + committed);
        }
    }

    /** For each batch, a state machine that folds the log up to its vector decides the same bytes. */
    private void recomputedEqualsRecorded() {
        Map<MemoryTransaction, Map<Integer, List<byte[]>>> batches = new IdentityHashMap<>();
        Map<MemoryTransaction, String> provenances = new IdentityHashMap<>();
        for (int partition = 0; partition < log.partitions(); partition++) {
            for (Decided one : decided.get(partition)) {
                provenances.putIfAbsent(one.transaction, one.provenance);
                batches.computeIfAbsent(one.transaction, transaction -> new TreeMap<>())
                        .computeIfAbsent(partition, p -> new ArrayList<>())
                        .add(one.record.value());
            }
        }
        Map<Object, Replay> byEngine = new IdentityHashMap<>();
        batches.keySet().stream()
                .sorted(Comparator.comparing(MemoryTransaction::order))
                .forEach(transaction -> {
                    // Its engine's batches have rising vectors: one replay along them all saves beginning anew.
                    Replay replay = byEngine.computeIfAbsent(transaction.writer(), engine -> new Replay(inputs));
                    String provenance = provenances.get(transaction);
                    var again = recomputed(replay, Provenance.parse(provenance));
                    check(
                            "recomputedEqualsRecorded",
                            equal(again, batches.get(transaction)),
                            () -> provenance + " of " + transaction.writer() + ": " + events(batches.get(transaction))
                                    + " and again " + events(again));
                });
    }

    private Map<Integer, List<byte[]>> recomputed(Replay replay, Provenance provenance) {
        for (Range range : provenance.ranges()) {
            long to = range.kind() == Kind.OWN ? range.from() : range.to();
            if (range.kind() == Kind.CONTROL) {
                replay.foldControl(to);
            } else {
                check(
                        "recomputedEqualsRecorded",
                        replay.position(range.partition()) <= to,
                        () -> "the engine of " + provenance + " had been further");
                replay.fold(range.partition(), to);
            }
        }
        Map<Integer, List<byte[]>> decisions = new TreeMap<>();
        for (Range range : provenance.ranges()) {
            if (range.kind() == Kind.OWN) {
                replay.decide(range.partition(), range.to(), (record, outcome) -> {
                    if (outcome instanceof Outcome.Decided one) {
                        decisions
                                .computeIfAbsent(record.partition(), partition -> new ArrayList<>())
                                .add(writer.write(one.decision()));
                    }
                });
            }
        }
        return decisions;
    }

    private Map<Integer, List<Event>> events(Map<Integer, List<byte[]>> values) {
        Map<Integer, List<Event>> events = new TreeMap<>();
        values.forEach((partition, all) ->
                events.put(partition, all.stream().map(reader::read).toList()));
        return events;
    }

    private static boolean equal(Map<Integer, List<byte[]>> one, Map<Integer, List<byte[]>> other) {
        return one.keySet().equals(other.keySet())
                && one.keySet().stream()
                        .allMatch(partition -> Arrays.deepEquals(
                                one.get(partition).toArray(),
                                other.get(partition).toArray()));
    }

    /**
     * At every moment: what an account's snapshot contains is contained in the snapshots of all entities that it concerns.
     * Stamps never go back; so it is enough to look at each account's snapshot when it is committed.
     */
    private void snapshotsObeyTheOrder() {
        Map<MemoryTransaction, List<Event>> written = new IdentityHashMap<>();
        for (Topics topic : List.of(Topics.ENTITY_PROFILES, Topics.ACCOUNT_PROFILES)) {
            for (int partition = 0; partition < log.partitions(); partition++) {
                for (Stored stored : log.history(topic, partition)) {
                    written.computeIfAbsent(stored.transaction(), transaction -> new ArrayList<>())
                            .add(reader.read(stored.record().value()));
                }
            }
        }
        Map<String, long[]> entities = new HashMap<>();
        Map<String, Long> accounts = new HashMap<>();
        written.keySet().stream()
                .sorted(Comparator.comparing(MemoryTransaction::order))
                .forEach(transaction -> written.get(transaction).forEach(event -> {
                    switch (event) {
                        case EntitySnapshot entity -> rise(entities, entity.key(), entity.positions());
                        case SweepCompleted sweep -> rise(entities, sweep.key(), sweep.positions());
                        case AccountSnapshot account -> containedInEntities(account, entities, accounts);
                        default -> throw new AssertionError("snapshotsObeyTheOrder: no snapshot, " + event);
                    }
                }));
    }

    private static void rise(Map<String, long[]> stamps, String key, long[] stamp) {
        long[] before = stamps.put(key, stamp);
        for (int partition = 0; before != null && partition < stamp.length; partition++) {
            check(
                    "snapshotsObeyTheOrder",
                    before[partition] <= stamp[partition],
                    () -> key + " at " + Arrays.toString(stamp) + " after " + Arrays.toString(before));
        }
    }

    private void containedInEntities(
            AccountSnapshot account, Map<String, long[]> entities, Map<String, Long> accounts) {
        Long last = accounts.put(account.partition() + " " + account.accountId(), account.position());
        check("snapshotsObeyTheOrder", last == null || last <= account.position(), () -> account + " after " + last);
        for (Concern concern : expected.get(account.partition()).concerns.get(account.accountId())) {
            for (String entity : concern.offset() < account.position() ? concern.entities() : List.<String>of()) {
                long[] stamp = entities.get(entity);
                check(
                        "snapshotsObeyTheOrder",
                        stamp != null && concern.offset() < stamp[account.partition()],
                        () -> account + " contains offset " + concern.offset() + ", the snapshot of " + entity + " at "
                                + Arrays.toString(stamp) + " does not");
            }
        }
    }

    private static void check(String invariant, boolean holds, Supplier<String> otherwise) {
        if (!holds) {
            throw new AssertionError(invariant + ": " + otherwise.get());
        }
    }
}
