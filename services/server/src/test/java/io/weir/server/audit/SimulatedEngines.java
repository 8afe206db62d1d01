package io.weir.server.audit;

import io.weir.core.decide.DecisionStateMachine;
import io.weir.core.decide.Outcome;
import io.weir.core.decide.Selections;
import io.weir.core.policy.Policy;
import io.weir.events.DecisionChain;
import io.weir.events.Event;
import io.weir.events.EventReader;
import io.weir.events.MalformedValueException;
import io.weir.events.PolicyActivated;
import io.weir.events.PolicyPublished;
import io.weir.events.Provenance;
import io.weir.events.Provenance.Kind;
import io.weir.events.Provenance.Range;
import io.weir.events.Sha256;
import io.weir.events.Topics;
import io.weir.events.TransactionLabelled;
import io.weir.events.TransactionSubmitted;
import io.weir.server.log.History.Committed;
import io.weir.server.log.HomePartition;
import io.weir.server.log.LogRecord;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;

/**
 * Engines that work side by side over a log in memory, as they do over the real one: each at a position vector of its own,
 * partitions wander between them, engines crash and begin anew. What happens when is drawn from a seed.
 */
final class SimulatedEngines {
    private static final long NOON_MS = 1_700_000_000_000L;

    final MemoryLog log;
    private final Random random;
    private final List<Engine> engines = new ArrayList<>();
    private final Map<String, Policy> policies;
    private final EventReader reader = new EventReader(MemoryLog.IDS);
    private final Map<Integer, Sha256> heads = new HashMap<>();
    private final List<TransactionSubmitted> submitted = new ArrayList<>();
    long decided;

    SimulatedEngines(long seed, int engineCount, Map<String, Policy> policies) {
        this.random = new Random(seed);
        this.policies = policies;
        this.log = new MemoryLog(1 + random.nextInt(4));
        policies.forEach((document, policy) -> {
            log.append(
                    Topics.CONTROL,
                    0,
                    new PolicyPublished(policy.id(), policy.sha256(), document, NOON_MS, "test"),
                    Map.of());
        });
        activate();
        for (int i = 0; i < engineCount; i++) {
            engines.add(new Engine());
        }
        for (int partition = 0; partition < log.partitions; partition++) {
            engines.get(random.nextInt(engineCount)).own.add(partition);
            heads.put(partition, DecisionChain.START);
        }
    }

    void run(int steps) {
        for (int step = 0; step < steps; step++) {
            switch (random.nextInt(20)) {
                case 0 -> rebalance();
                case 1 -> engines.get(random.nextInt(engines.size())).restart();
                case 2 -> activateSometimes();
                case 3, 4, 5, 6, 7, 8, 9 ->
                    engines.get(random.nextInt(engines.size())).step();
                default -> submit();
            }
        }
    }

    private void activateSometimes() {
        if (random.nextInt(8) == 0) {
            activate();
        }
    }

    private void activate() {
        List<Policy> all = List.copyOf(policies.values());
        Policy policy = all.get(random.nextInt(all.size()));
        log.append(Topics.CONTROL, 0, new PolicyActivated(policy.id(), policy.sha256(), NOON_MS, "test"), Map.of());
    }

    private void submit() {
        int kind = random.nextInt(20);
        TransactionSubmitted earlier = submitted.isEmpty() ? null : submitted.get(random.nextInt(submitted.size()));
        if (kind == 0) {
            int partition = random.nextInt(log.partitions);
            log.append(Topics.TRANSACTIONS, partition, new byte[] {'x'}, new byte[] {1, 2, 3}, Map.of());
        } else if (kind == 1 && earlier != null) {
            append(earlier);
        } else if (kind < 5 && earlier != null) {
            append(new TransactionLabelled(
                    earlier.transactionId(), earlier.accountId(), NOON_MS, NOON_MS, random.nextBoolean(), "test"));
        } else {
            TransactionSubmitted transaction = new TransactionSubmitted(
                    "t" + submitted.size(),
                    "a" + random.nextInt(9),
                    NOON_MS + random.nextInt(3_600_000) - (kind == 5 ? 86_400_000L : 0) + (kind == 6 ? 86_400_000L : 0),
                    NOON_MS,
                    random.nextInt(100_000),
                    "EUR",
                    "s" + random.nextInt(3),
                    "m" + random.nextInt(2),
                    null,
                    null,
                    null,
                    null,
                    null,
                    null);
            submitted.add(transaction);
            append(transaction);
        }
    }

    private void append(Event event) {
        int partition = HomePartition.of(event.key().getBytes(StandardCharsets.UTF_8), log.partitions);
        log.append(Topics.TRANSACTIONS, partition, event, Map.of());
    }

    private void rebalance() {
        int partition = random.nextInt(log.partitions);
        Engine to = engines.get(random.nextInt(engines.size()));
        if (!to.own.contains(partition)) {
            engines.forEach(engine -> engine.own.remove(partition));
            to.catchUp();
            to.own.add(partition);
        }
    }

    private long committed(int partition) {
        Committed committed = log.committed.get(partition);
        return committed == null ? 0 : committed.offset();
    }

    private final class Engine {
        private DecisionStateMachine machine = machine();
        private final TreeSet<Integer> own = new TreeSet<>();
        private long[] folded = new long[log.partitions];
        private long control;

        void restart() {
            machine = machine();
            folded = new long[log.partitions];
            control = 0;
            catchUp();
        }

        private DecisionStateMachine machine() {
            return new DecisionStateMachine(Selections.of(policies.values()));
        }

        /** Folds all that is committed and published. */
        void catchUp() {
            foldControl();
            for (int partition = 0; partition < log.partitions; partition++) {
                fold(partition, committed(partition));
            }
        }

        void step() {
            if (random.nextBoolean() || !machine.hasPolicy()) {
                foldControl();
            }
            List<Range> ranges = new ArrayList<>();
            ranges.add(new Range(Kind.CONTROL, 0, 0, control));
            for (int partition = 0; partition < log.partitions; partition++) {
                if (!own.contains(partition)) {
                    long to = folded[partition]
                            + (long) (random.nextDouble() * 1.3 * (committed(partition) - folded[partition]));
                    fold(partition, Math.min(to, committed(partition)));
                    ranges.add(new Range(Kind.TAIL, partition, 0, folded[partition]));
                }
            }
            Map<Integer, List<LogRecord>> batch = new HashMap<>();
            for (int partition : own) {
                List<LogRecord> polled = log.records(Topics.TRANSACTIONS, partition).stream()
                        .filter(record -> record.offset() >= committed(partition))
                        .limit(random.nextInt(6))
                        .toList();
                batch.put(partition, polled);
                long from = committed(partition);
                long to = polled.isEmpty() ? from : polled.getLast().offset() + 1;
                ranges.add(new Range(Kind.OWN, partition, from, to));
            }
            String provenance = new Provenance(ranges).toString();
            for (int partition : own) {
                commit(partition, batch.get(partition), provenance);
            }
        }

        private void commit(int partition, List<LogRecord> records, String provenance) {
            DecisionChain chain = null;
            for (LogRecord record : records) {
                folded[partition] = record.offset() + 1;
                if (decide(record) instanceof Outcome.Decided outcome) {
                    Map<String, String> headers = Map.of();
                    if (chain == null) {
                        Sha256 head = heads.get(partition);
                        headers = Map.of(Provenance.HEADER, provenance, DecisionChain.HEADER, head.hex());
                        chain = DecisionChain.batch(head, provenance);
                    }
                    chain.add(log.append(Topics.DECISIONS, partition, outcome.decision(), headers));
                    if (outcome.alert() != null) {
                        log.append(Topics.FRAUD_ALERTS, partition, outcome.alert(), Map.of());
                    }
                    decided++;
                }
            }
            if (chain != null) {
                heads.put(partition, chain.head());
            }
            log.committed.put(
                    partition,
                    new Committed(
                            Math.max(folded[partition], committed(partition)),
                            heads.get(partition).hex()));
        }

        private Outcome decide(LogRecord record) {
            try {
                Event event = reader.read(record.value());
                return machine.decide(event, record.partition(), record.offset());
            } catch (MalformedValueException e) {
                return new Outcome.Refused("MalformedValue", "");
            }
        }

        private void foldControl() {
            for (LogRecord record : log.records(Topics.CONTROL, 0)) {
                if (record.offset() >= control && reader.read(record.value()) instanceof PolicyActivated activated) {
                    policies.values().stream()
                            .filter(policy -> policy.sha256().equals(activated.policySha256()))
                            .forEach(machine::activate);
                }
            }
            control = log.end(Topics.CONTROL, 0);
        }

        private void fold(int partition, long to) {
            for (LogRecord record : log.records(Topics.TRANSACTIONS, partition)) {
                if (record.offset() >= folded[partition] && record.offset() < to) {
                    try {
                        machine.fold(reader.read(record.value()), partition, record.offset());
                    } catch (MalformedValueException e) {
                        // passed over
                    }
                }
            }
            folded[partition] = Math.max(folded[partition], to);
        }
    }

    /** A policy document stands for itself. */
    static Sha256 sha256(String document) {
        return Sha256.of(document.getBytes(StandardCharsets.UTF_8));
    }
}
