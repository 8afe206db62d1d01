package io.weir.server.score;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.core.decide.DecisionStateMachine;
import io.weir.core.decide.InShadow;
import io.weir.core.policy.Aggregate;
import io.weir.core.policy.Aggregate.Function;
import io.weir.core.policy.Entity;
import io.weir.core.policy.FeatureDefinition.Aggregated;
import io.weir.core.policy.Policy;
import io.weir.core.policy.Rule;
import io.weir.events.EventReader;
import io.weir.events.PolicyPublished;
import io.weir.events.PolicyShadowed;
import io.weir.events.Sha256;
import io.weir.events.Topics;
import io.weir.events.TransactionDecided;
import io.weir.events.TransactionSubmitted;
import io.weir.server.log.CommittedPosition;
import io.weir.server.log.GroupPositions;
import io.weir.server.log.HomePartition;
import io.weir.server.log.ShadowLog;
import io.weir.server.log.memory.Calls;
import io.weir.server.log.memory.MemoryEngineLog;
import io.weir.server.log.memory.MemoryLog;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** An engine in shadow that dies at any of its calls to the log, again and again. */
class ShadowCrashTest {
    private static final int PARTITIONS = 3;
    private static final int TRANSACTIONS = 60;
    private static final int SEEDS = Integer.getInteger("weir.shadow.seeds", 60);
    private static final long NOON_MS = 1_700_000_000_000L;
    private static final long SINCE = 2;

    private static final class Died extends Error {
        private static final long serialVersionUID = 1L;
    }

    /** Ends a life at one of its calls, before or after it has had its effect. */
    private static final class Mortal implements Calls {
        private int left;
        private final boolean afterwards;

        Mortal(int left, boolean afterwards) {
            this.left = left;
            this.afterwards = afterwards;
        }

        @Override
        public void before(String call) {
            left--;
            if (left <= 0 && !afterwards) {
                throw new Died();
            }
        }

        @Override
        public void after(String call) {
            if (left <= 0) {
                throw new Died();
            }
        }
    }

    /** Of a group that has decided up to a position of each partition. */
    private static final class Deciding implements GroupPositions {
        private final Map<Integer, CommittedPosition> positions = new HashMap<>();
        private boolean asked;

        @Override
        public void ask(boolean stable) {
            asked = true;
        }

        @Override
        public boolean asking() {
            return asked;
        }

        @Override
        public Map<Integer, CommittedPosition> take() {
            if (!asked) {
                return null;
            }
            asked = false;
            return Map.copyOf(positions);
        }
    }

    @Test
    void everyTransactionSinceTheBeginningOfTheTimeInShadowIsDecidedOnceByEachPolicyWhereverItDies() {
        for (long seed = 1; seed <= SEEDS; seed++) {
            run(seed);
        }
    }

    private static void run(long seed) {
        RandomGenerator random = new java.util.Random(seed);
        MemoryLog log = new MemoryLog(PARTITIONS, new java.util.Random(seed), 40);
        List<String> documents = List.of("50", "70");
        for (String document : documents) {
            Policy policy = policy(document);
            log.append(Topics.CONTROL, 0, new PolicyPublished(policy.id(), policy.sha256(), document, NOON_MS, "ann"));
        }
        Deciding deciding = new Deciding();
        List<TransactionSubmitted> submitted = new ArrayList<>();
        Map<String, Integer> partitionOf = new HashMap<>();
        submit(log, random, submitted, partitionOf);
        for (int partition = 0; partition < PARTITIONS; partition++) {
            long end = log.history(Topics.TRANSACTIONS, partition).size();
            deciding.positions.put(partition, new CommittedPosition(end, ""));
        }
        for (String document : documents) {
            Policy policy = policy(document);
            log.append(Topics.CONTROL, 0, new PolicyShadowed(policy.id(), policy.sha256(), true, NOON_MS, "ann"));
        }
        int before = submitted.size();

        // A first life settles where it begins; from there on nothing may be missing.
        boolean settled = false;
        for (int life = 0; life < 40; life++) {
            boolean last = life == 39;
            if (last) {
                log.calm();
            }
            int calls = last || !settled ? Integer.MAX_VALUE : 5 + random.nextInt(150);
            live(log, deciding, new Mortal(calls, random.nextBoolean()), !settled || last ? 600 : 200);
            settled = settled || log.committed().size() == PARTITIONS;
            if (settled && submitted.size() < before + TRANSACTIONS) {
                submit(log, random, submitted, partitionOf);
            }
            log.pass(Duration.ofSeconds(20).toNanos());
            log.timeOutSomeTransaction();
            log.removeSomeMember();
            log.writeSomeMarker();
        }
        assertThat(settled).as("seed %d", seed).isTrue();
        assertThat(decided(log))
                .as("seed %d", seed)
                .isEqualTo(expected(log, documents, submitted, before, partitionOf));
    }

    private static void live(MemoryLog log, Deciding deciding, Mortal calls, int steps) {
        MemoryEngineLog engineLog = log.engine("shadow", "shadow", calls);
        try {
            Engine engine = new Engine(
                    Duty.SHADOW,
                    "shadow",
                    new ShadowLog(engineLog, deciding, SINCE, false),
                    MemoryLog.IDS,
                    ShadowCrashTest::policy,
                    Duration.ZERO,
                    1,
                    Warming.PACE,
                    DeadLetterBreakerSettings.defaults(),
                    new EngineMetrics(new SimpleMeterRegistry(), "shadow", "weir.shadow."),
                    new EngineStatus());
            engine.begin();
            for (int step = 0; step < steps; step++) {
                engine.step();
                log.writeSomeMarker();
            }
            engineLog.close();
        } catch (Died e) {
            // nothing is closed
        } catch (RuntimeException e) {
            engineLog.close(); // no answer: thrown away, as everywhere
        }
    }

    private static void submit(
            MemoryLog log,
            RandomGenerator random,
            List<TransactionSubmitted> submitted,
            Map<String, Integer> partitionOf) {
        for (int i = 0; i < TRANSACTIONS / 6; i++) {
            int account = random.nextInt(8);
            TransactionSubmitted transaction = new TransactionSubmitted(
                    "t" + submitted.size(),
                    "a" + account,
                    NOON_MS + submitted.size(),
                    NOON_MS,
                    random.nextInt(1_000),
                    "EUR",
                    null,
                    null,
                    null,
                    null,
                    null,
                    null,
                    null,
                    null);
            submitted.add(transaction);
            int partition = HomePartition.of(transaction.accountId().getBytes(StandardCharsets.UTF_8), PARTITIONS);
            partitionOf.put(transaction.transactionId(), partition);
            log.append(Topics.TRANSACTIONS, partition, transaction);
        }
    }

    /** By policy and transaction: how often, and the features. */
    private static Map<String, List<String>> decided(MemoryLog log) {
        Map<String, List<String>> decided = new TreeMap<>();
        EventReader reader = new EventReader(MemoryLog.IDS);
        for (int partition = 0; partition < PARTITIONS; partition++) {
            for (MemoryLog.Stored stored : log.history(Topics.SHADOW_DECISIONS, partition)) {
                TransactionDecided decision =
                        (TransactionDecided) reader.read(stored.record().value());
                decided.computeIfAbsent(
                                decision.policySha256().hex() + " " + decision.transactionId(),
                                unseen -> new ArrayList<>())
                        .add(decision.decision() + " " + decision.featureValues()[0]);
            }
        }
        return decided;
    }

    private static Map<String, List<String>> expected(
            MemoryLog log,
            List<String> documents,
            List<TransactionSubmitted> submitted,
            int before,
            Map<String, Integer> partitionOf) {
        Map<String, List<String>> expected = new TreeMap<>();
        DecisionStateMachine machine = new DecisionStateMachine();
        for (int i = 0; i < submitted.size(); i++) {
            TransactionSubmitted transaction = submitted.get(i);
            var outcomes = machine.decideBeside(
                    documents.stream().map(ShadowCrashTest::policy).toList(),
                    transaction,
                    partitionOf.get(transaction.transactionId()),
                    i);
            if (i >= before) {
                outcomes.forEach(outcome -> expected.put(
                        outcome.decision().policySha256().hex() + " " + transaction.transactionId(),
                        List.of(outcome.decision().decision() + " "
                                + outcome.decision().featureValues()[0])));
            }
        }
        return expected;
    }

    /** The document is the score from which it declines. */
    private static Policy policy(String document) {
        return new Policy(
                "p" + document,
                Sha256.of(document.getBytes(StandardCharsets.UTF_8)),
                List.of(new Aggregated("sum", new Aggregate(Entity.ACCOUNT, Function.SUM, null, 3_600_000, 0))),
                List.of(new Rule("LARGE", (transaction, features) -> transaction.amountMinor() > 500, 60, "large")),
                40,
                Double.parseDouble(document));
    }

    @Test
    void theTimeInShadowBeginsWithTheFirstPolicyAndNoMoreThanFourAreTaken() {
        InShadow inShadow = new InShadow();
        for (int i = 0; i < 6; i++) {
            Policy policy = policy(String.valueOf(50 + i));
            PolicyShadowed change = new PolicyShadowed(policy.id(), policy.sha256(), true, NOON_MS, "ann");
            assertThat(inShadow.fold(change, 10 + i)).isEqualTo(i < InShadow.MOST);
        }
        assertThat(inShadow.since()).isEqualTo(10);
        for (Sha256 policy : List.copyOf(inShadow.policies())) {
            assertThat(inShadow.since()).isEqualTo(10);
            assertThat(inShadow.fold(new PolicyShadowed("p", policy, false, NOON_MS, "ann"), 20))
                    .isTrue();
        }
        assertThat(inShadow.since()).isEqualTo(InShadow.NEVER);
    }
}
