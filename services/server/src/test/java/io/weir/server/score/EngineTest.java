package io.weir.server.score;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.core.policy.Aggregate;
import io.weir.core.policy.Aggregate.Function;
import io.weir.core.policy.Entity;
import io.weir.core.policy.FeatureDefinition.Aggregated;
import io.weir.core.policy.Policy;
import io.weir.core.policy.Rule;
import io.weir.events.Decision;
import io.weir.events.DuplicateDetected;
import io.weir.events.FraudAlertRaised;
import io.weir.events.PolicyActivated;
import io.weir.events.PolicyPublished;
import io.weir.events.Provenance;
import io.weir.events.Sha256;
import io.weir.events.Topics;
import io.weir.events.TransactionDecided;
import io.weir.events.TransactionSubmitted;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EngineTest {
    private static final long NOON_MS = 1_700_000_000_000L;
    private static final String DOCUMENT = "the policy of this test";

    private final List<Scorer> scorers = new ArrayList<>();
    private TestLog log;

    @BeforeEach
    void start(@TempDir Path directory) throws Exception {
        log = new TestLog(directory);
        publishPolicy();
    }

    @AfterEach
    void stop() {
        scorers.forEach(Scorer::close);
        log.close();
    }

    @Test
    void everySubmittedTransactionIsDecidedOnceAndAlertsGoWithThoseNotApproved() throws Exception {
        ready(scorer("one"));
        for (int i = 0; i < 100; i++) {
            log.append(
                    Topics.TRANSACTIONS, transaction("t" + i, "a" + i % 7, NOON_MS + i, i % 10 == 0 ? 90_000 : 1_000));
        }
        List<TransactionDecided> decided = log.events(Topics.DECISIONS, TransactionDecided.class, 100);
        assertThat(decided)
                .hasSize(100)
                .extracting(TransactionDecided::transactionId)
                .doesNotHaveDuplicates();
        assertThat(decided).filteredOn(d -> d.decision() == Decision.DECLINE).hasSize(10);
        assertThat(log.events(Topics.FRAUD_ALERTS, FraudAlertRaised.class, 10)).hasSize(10);
        for (TransactionDecided decision : decided) {
            int number = Integer.parseInt(decision.transactionId().substring(1));
            assertThat(decision.featureValues()).containsExactly(number / 7 + 1.0);
        }
    }

    @Test
    void decisionsLieInThePartitionOfTheirTransactionAndTheFirstOfABatchSaysWhatWasFolded() throws Exception {
        ready(scorer("one"));
        for (int i = 0; i < 50; i++) {
            log.append(Topics.TRANSACTIONS, transaction("t" + i, "a" + i, NOON_MS + i, 1_000));
        }
        var records = log.read(Topics.DECISIONS, all -> all.size() >= 50);
        for (ConsumerRecord<byte[], byte[]> record : records) {
            TransactionDecided decision =
                    (TransactionDecided) new io.weir.events.EventReader(log.schemas).read(record.value());
            assertThat(record.partition()).isEqualTo(decision.sourcePartition());
        }
        var header = records.getFirst().headers().lastHeader(Provenance.HEADER);
        Provenance provenance = Provenance.parse(new String(header.value(), StandardCharsets.UTF_8));
        assertThat(provenance.ranges()).hasSize(1 + TestLog.PARTITIONS);
        assertThat(provenance).hasToString(new String(header.value(), StandardCharsets.UTF_8));
    }

    @Test
    void aRestartedEngineRestoresItsWindowsAndKnowsWhatItHasDecided() throws Exception {
        Scorer first = scorer("one");
        ready(first);
        log.append(Topics.TRANSACTIONS, transaction("t1", "a", NOON_MS, 1_000));
        log.append(Topics.TRANSACTIONS, transaction("t2", "a", NOON_MS + 1, 1_000));
        log.events(Topics.DECISIONS, TransactionDecided.class, 2);
        first.close();
        ready(scorer("one"));
        log.append(Topics.TRANSACTIONS, transaction("t2", "a", NOON_MS + 1, 1_000));
        log.append(Topics.TRANSACTIONS, transaction("t2", "a", NOON_MS + 1, 2_000));
        log.append(Topics.TRANSACTIONS, transaction("t3", "a", NOON_MS + 2, 1_000));
        List<TransactionDecided> decided = log.events(Topics.DECISIONS, TransactionDecided.class, 3);
        assertThat(decided).extracting(TransactionDecided::transactionId).containsExactly("t1", "t2", "t3");
        assertThat(decided.getLast().featureValues()).containsExactly(3.0);
        List<DuplicateDetected> duplicates = log.events(Topics.DUPLICATES, DuplicateDetected.class, 2);
        assertThat(duplicates).extracting(DuplicateDetected::conflicting).containsExactly(false, true);
    }

    @Test
    void enginesThatComeAndGoNeitherLoseNorDoubleNorChangeADecision() throws Exception {
        Scorer first = scorer("one");
        ready(first);
        int count = 600;
        for (int i = 0; i < count; i++) {
            if (i == 200) {
                scorer("two");
            }
            if (i == 400) {
                first.close();
            }
            log.append(Topics.TRANSACTIONS, transaction("t" + i, "a" + i % 13, NOON_MS + i, 1_000));
        }
        List<TransactionDecided> decided = log.events(Topics.DECISIONS, TransactionDecided.class, count);
        assertThat(decided.stream().map(TransactionDecided::transactionId).collect(Collectors.toSet()))
                .hasSize(count);
        assertThat(decided).hasSize(count);
        for (TransactionDecided decision : decided) {
            int number = Integer.parseInt(decision.transactionId().substring(1));
            assertThat(decision.featureValues())
                    .describedAs(decision.toString())
                    .containsExactly(number / 13 + 1.0);
        }
    }

    @Test
    void undecodableAndInvalidRecordsBecomeDeadLettersAndTheStreamGoesOn() throws Exception {
        ready(scorer("one"));
        log.appendRaw(Topics.TRANSACTIONS, "a", new byte[] {1, 2, 3});
        log.appendRaw(Topics.TRANSACTIONS, "a", null);
        log.appendRaw(Topics.TRANSACTIONS, null, new byte[] {0, 0, 0, 0, 99, 1});
        log.append(Topics.TRANSACTIONS, transaction("far", "a", NOON_MS + 3_600_000_000L, 1));
        log.append(Topics.TRANSACTIONS, transaction("t1", "a", NOON_MS, 1_000));
        List<TransactionDecided> decided = log.events(Topics.DECISIONS, TransactionDecided.class, 1);
        assertThat(decided).extracting(TransactionDecided::transactionId).containsExactly("t1");
        var letters = log.read(Topics.DEAD_LETTERS, all -> all.size() >= 4);
        assertThat(letters).hasSize(4);
        assertThat(letters).allSatisfy(letter -> {
            for (String name : List.of(
                    "source.topic",
                    "source.partition",
                    "source.offset",
                    "source.timestamp.ms",
                    "stage",
                    "error",
                    "message",
                    "instance")) {
                assertThat(letter.headers().lastHeader(name)).describedAs(name).isNotNull();
            }
        });
        assertThat(letters).anySatisfy(letter -> assertThat(letter.value()).containsExactly(1, 2, 3));
    }

    @Test
    void nothingIsDecidedWhileTheBrokerIsGoneAndAllOfItAfterwards() throws Exception {
        ready(scorer("one"));
        log.append(Topics.TRANSACTIONS, transaction("t1", "a", NOON_MS, 1_000));
        log.events(Topics.DECISIONS, TransactionDecided.class, 1);
        log.stack.broker().kill();
        log.stack.broker().start();
        log.append(Topics.TRANSACTIONS, transaction("t2", "a", NOON_MS + 1, 1_000));
        List<TransactionDecided> decided = log.events(Topics.DECISIONS, TransactionDecided.class, 2);
        assertThat(decided).extracting(TransactionDecided::transactionId).containsExactly("t1", "t2");
        assertThat(decided.getLast().featureValues()).containsExactly(2.0);
    }

    private Scorer scorer(String instanceId) {
        Scorer scorer = new Scorer(log.cluster, instanceId, log.schemas, EngineTest::policy, new SimpleMeterRegistry());
        scorers.add(scorer);
        scorer.start();
        return scorer;
    }

    private static void ready(Scorer scorer) {
        Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> scorer.notReadyBecause() == null);
    }

    private void publishPolicy() throws Exception {
        Sha256 sha256 = Sha256.of(DOCUMENT.getBytes(StandardCharsets.UTF_8));
        log.append(Topics.CONTROL, new PolicyPublished("test", sha256, DOCUMENT, NOON_MS, "test"));
        log.append(Topics.CONTROL, new PolicyActivated("test", sha256, NOON_MS, "test"));
    }

    /** Counts the account's transactions of the last hour; declines large amounts. */
    private static Policy policy(String document) {
        return new Policy(
                "test",
                Sha256.of(document.getBytes(StandardCharsets.UTF_8)),
                List.of(new Aggregated("count", new Aggregate(Entity.ACCOUNT, Function.COUNT, null, 3_600_000, 0))),
                List.of(new Rule("LARGE", (transaction, features) -> transaction.amountMinor() > 50_000, 90, "large")),
                50,
                80);
    }

    private static TransactionSubmitted transaction(String id, String account, long occurredAtMs, long amountMinor) {
        return new TransactionSubmitted(
                id, account, occurredAtMs, NOON_MS, amountMinor, "EUR", null, null, null, null, null, null, null, null);
    }
}
