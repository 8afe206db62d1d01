package io.weir.server.score;

import static io.weir.server.score.EngineFixture.NOON_MS;
import static io.weir.server.score.EngineFixture.transaction;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.events.Decision;
import io.weir.events.DuplicateDetected;
import io.weir.events.FraudAlertRaised;
import io.weir.events.Provenance;
import io.weir.events.Topics;
import io.weir.events.TransactionDecided;
import io.weir.server.log.KafkaSettings;
import io.weir.server.log.TestLog;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EngineTest {
    private EngineFixture engines;
    private TestLog log;

    @BeforeEach
    void start() throws Exception {
        engines = new EngineFixture();
        log = engines.log;
    }

    @AfterEach
    void stop() {
        engines.close();
    }

    @Test
    void everySubmittedTransactionIsDecidedOnceAndAlertsGoWithThoseNotApproved() throws Exception {
        engines.ready(engines.scorer("one"));
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
            assertThat(decision.featureValues()[0]).isEqualTo(number / 7 + 1.0);
        }
    }

    @Test
    void decisionsLieInThePartitionOfTheirTransactionAndTheFirstOfABatchSaysWhatWasFolded() throws Exception {
        engines.ready(engines.scorer("one"));
        for (int i = 0; i < 50; i++) {
            log.append(Topics.TRANSACTIONS, transaction("t" + i, "a" + i, NOON_MS + i, 1_000));
        }
        var records = log.read(Topics.DECISIONS, all -> all.size() >= 50);
        for (ConsumerRecord<byte[], byte[]> record : records) {
            TransactionDecided decision = (TransactionDecided) log.event(record);
            assertThat(record.partition()).isEqualTo(decision.sourcePartition());
        }
        var header = records.getFirst().headers().lastHeader(Provenance.HEADER);
        Provenance provenance = Provenance.parse(new String(header.value(), StandardCharsets.UTF_8));
        assertThat(provenance.ranges()).hasSize(1 + EngineFixture.PARTITIONS);
        assertThat(provenance).hasToString(new String(header.value(), StandardCharsets.UTF_8));
    }

    @Test
    void aRestartedEngineRestoresItsWindowsAndKnowsWhatItHasDecided() throws Exception {
        Scorer first = engines.scorer("one");
        engines.ready(first);
        log.append(Topics.TRANSACTIONS, transaction("t1", "a", NOON_MS, 1_000));
        log.append(Topics.TRANSACTIONS, transaction("t2", "a", NOON_MS + 1, 1_000));
        log.events(Topics.DECISIONS, TransactionDecided.class, 2);
        first.close();
        engines.ready(engines.scorer("one"));
        log.append(Topics.TRANSACTIONS, transaction("t2", "a", NOON_MS + 1, 1_000));
        log.append(Topics.TRANSACTIONS, transaction("t2", "a", NOON_MS + 1, 2_000));
        log.append(Topics.TRANSACTIONS, transaction("t3", "a", NOON_MS + 2, 1_000));
        List<TransactionDecided> decided = log.events(Topics.DECISIONS, TransactionDecided.class, 3);
        assertThat(decided).extracting(TransactionDecided::transactionId).containsExactly("t1", "t2", "t3");
        assertThat(decided.getLast().featureValues()[0]).isEqualTo(3.0);
        List<DuplicateDetected> duplicates = log.events(Topics.DUPLICATES, DuplicateDetected.class, 2);
        assertThat(duplicates).extracting(DuplicateDetected::conflicting).containsExactly(false, true);
    }

    @Test
    void enginesThatComeAndGoNeitherLoseNorDoubleNorChangeADecision() throws Exception {
        Scorer first = engines.scorer("one");
        engines.ready(first);
        int count = 600;
        for (int i = 0; i < count; i++) {
            if (i == 200) {
                engines.scorer("two");
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
            assertThat(decision.featureValues()[0])
                    .describedAs(decision.toString())
                    .isEqualTo(number / 13 + 1.0);
        }
    }

    @Test
    void undecodableAndInvalidRecordsBecomeDeadLettersAndTheStreamGoesOn() throws Exception {
        engines.ready(engines.scorer("one"));
        log.appendRaw(Topics.TRANSACTIONS, null, "a", new byte[] {1, 2, 3});
        log.appendRaw(Topics.TRANSACTIONS, null, "a", null);
        log.appendRaw(Topics.TRANSACTIONS, null, null, new byte[] {0, 0, 0, 0, 99, 1});
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
                    "attempt",
                    "instance")) {
                assertThat(letter.headers().lastHeader(name)).describedAs(name).isNotNull();
            }
        });
        assertThat(letters).anySatisfy(letter -> assertThat(letter.value()).containsExactly(1, 2, 3));
    }

    @Test
    void nothingIsDecidedWhileTheBrokerIsGoneAndAllOfItAfterwards() throws Exception {
        engines.ready(engines.scorer("one"));
        log.append(Topics.TRANSACTIONS, transaction("t1", "a", NOON_MS, 1_000));
        log.events(Topics.DECISIONS, TransactionDecided.class, 1);
        log.stack().broker().kill();
        log.stack().broker().start();
        log.append(Topics.TRANSACTIONS, transaction("t2", "a", NOON_MS + 1, 1_000));
        List<TransactionDecided> decided = log.events(Topics.DECISIONS, TransactionDecided.class, 2);
        assertThat(decided).extracting(TransactionDecided::transactionId).containsExactly("t1", "t2");
        assertThat(decided.getLast().featureValues()[0]).isEqualTo(2.0);
    }

    @Test
    void theChainOfDecisionsGoesOnWhereItEndedAcrossRestartsAndRebalances() throws Exception {
        Scorer first = engines.ready(engines.scorer("one"));
        for (int i = 0; i < 300; i++) {
            if (i == 100) {
                engines.scorer("two");
            }
            if (i == 150) {
                engines.decided(150);
                first.close();
            }
            if (i == 200) {
                engines.scorer("one");
            }
            log.append(Topics.TRANSACTIONS, transaction("t" + i, "a" + i % 13, NOON_MS + i, 1_000));
        }
        Map<Integer, EngineFixture.Chain> chains = engines.chains(300);
        assertThat(chains).hasSize(EngineFixture.PARTITIONS);
        Map<Integer, OffsetAndMetadata> committed = engines.committed();
        chains.forEach((partition, chain) -> {
            assertThat(chain.batches()).isGreaterThan(2);
            assertThat(committed.get(partition).metadata())
                    .describedAs("head of partition %s", partition)
                    .isEqualTo(chain.head().hex());
        });
    }

    @Test
    void withoutThePositionsOfTheGroupItRefusesToDecideASecondTimeAndGoesOnOnceTheyAreGivenBack() throws Exception {
        Scorer first = engines.ready(engines.scorer("one"));
        for (int i = 0; i < 20; i++) {
            log.append(Topics.TRANSACTIONS, transaction("t" + i, "a", NOON_MS + i, 1_000));
        }
        int partition = engines.decided(20).getFirst().sourcePartition();
        first.close();
        try (Admin admin = log.admin()) {
            admin.deleteConsumerGroups(List.of(KafkaSettings.SCORER_GROUP))
                    .all()
                    .get();
        }
        Scorer refusing = engines.scorer("one");
        String refusal = engines.refusal(refusing, "has no position for partition " + partition, "--to-offset 20 ");
        assertThat(refusal).contains("kafka-consumer-groups", KafkaSettings.SCORER_GROUP, "second time");
        refusing.close();
        engines.commit(partition, 20);
        engines.ready(engines.scorer("one"));
        log.append(Topics.TRANSACTIONS, transaction("t20", "a", NOON_MS + 20, 1_000));
        List<TransactionDecided> decided = engines.decided(21);
        assertThat(decided).hasSize(21);
        assertThat(decided.getLast().featureValues()[0]).isEqualTo(21.0);
        engines.chains(21);
    }
}
