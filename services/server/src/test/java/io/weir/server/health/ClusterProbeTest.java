package io.weir.server.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.weir.events.Topics;
import io.weir.server.health.ClusterSample.Offsets;
import io.weir.server.health.ClusterSample.Partition;
import io.weir.server.health.GroupLag.PartitionLag;
import io.weir.server.log.Cluster;
import io.weir.server.log.KafkaSettings;
import io.weir.server.log.TestLog;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Looks at a real broker. */
class ClusterProbeTest {
    private static final String TRANSACTIONS = Topics.TRANSACTIONS.topicName();

    @Test
    void lagAndTheAgeOfAnOpenTransactionAreWhatTheBrokerTells() throws Exception {
        try (TestLog log = TestLog.empty(2);
                ClusterProbe probe = new ClusterProbe(log.cluster())) {
            for (int i = 0; i < 10; i++) {
                log.appendRaw(Topics.TRANSACTIONS, i % 2, "a", new byte[] {1});
            }
            commit(log, 0, 2);
            HealthHistory history = new HealthHistory(probe, HealthThresholds.ofLag(8, 100));

            ClusterHealth before = history.look();
            GroupLag lag = lag(before);
            assertThat(lag.partitions()).extracting(PartitionLag::lag).containsExactly(3L, 5L);
            assertThat(lag.partitions()).extracting(PartitionLag::held).containsExactly(0L, 0L);
            assertThat(lag.level()).isEqualTo(Level.WARNING);
            assertThat(before.unknown()).isEmpty();
            assertThat(before.transactions()).isEmpty();
            assertThat(before.brokers()).hasSize(1);
            assertThat(before.topics()).extracting(TopicReplicas::topic).contains(TRANSACTIONS, "__transaction_state");
            assertThat(before.bytes()).containsKey(new TopicPartition(TRANSACTIONS, 1));

            try (KafkaProducer<String, byte[]> producer = producer(log.cluster())) {
                producer.initTransactions();
                producer.beginTransaction();
                producer.send(new ProducerRecord<>(TRANSACTIONS, 1, "a", new byte[] {1}))
                        .get();
                commit(log, 1, 5);
                ClusterHealth during = Awaitility.await()
                        .atMost(Duration.ofSeconds(30))
                        .until(history::look, health -> health.oldestTransactionMs() > 0);

                assertThat(during.transactions()).singleElement().satisfies(open -> {
                    assertThat(open.transactionalId()).isEqualTo("weir-health-test");
                    assertThat(open.partitions()).containsExactly(new TopicPartition(TRANSACTIONS, 1));
                    assertThat(open.timeoutMs()).isEqualTo(60_000);
                });
                PartitionLag second = lag(during).partitions().get(1);
                assertThat(second.lag()).as("what is held back is behind, too").isEqualTo(1);
                assertThat(second.held()).isEqualTo(1);
                assertThat(second.rate().consumed()).isPositive();
                producer.abortTransaction();
            }
        }
    }

    @Test
    void whatDoesNotAnswerIsUnknownAndTheRestIsNotAsked() {
        try (ClusterProbe probe = new ClusterProbe(
                new Cluster("127.0.0.1:1", Map.of("default.api.timeout.ms", "1000", "request.timeout.ms", "500")))) {
            ClusterHealth health = new HealthHistory(probe, HealthThresholds.defaults()).look();
            assertThat(health.level()).isEqualTo(Level.CRITICAL);
            assertThat(health.unknown()).extracting(Unknown::question).containsExactly("cluster");

            PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
            new HealthMetrics(registry, HealthThresholds.defaults()).publish(health, List.of());
            assertThat(registry.scrape())
                    .contains("weir_health_level 2.0", "weir_health_unknown{question=\"cluster\"} 1");
        }
    }

    @Test
    void theEndOfAPartitionIsNeverBeforeWhatReadersMaySee() throws Exception {
        try (TestLog log = TestLog.empty(1);
                ClusterProbe probe = new ClusterProbe(log.cluster())) {
            assertThat(probe.look().partitions())
                    .map(Partition::offsets)
                    .filteredOn(Objects::nonNull)
                    .isNotEmpty()
                    .allSatisfy(offsets -> assertThat(offsets.stable()).isLessThanOrEqualTo(offsets.end()))
                    .contains(new Offsets(0, 0, 0));
        }
    }

    private static GroupLag lag(ClusterHealth health) {
        return health.lags().stream()
                .filter(lag -> lag.group().equals(KafkaSettings.SCORER_GROUP)
                        && lag.topic().equals(TRANSACTIONS))
                .findFirst()
                .orElseThrow();
    }

    private static void commit(TestLog log, int partition, long offset) throws Exception {
        try (Admin admin = log.admin()) {
            admin.alterConsumerGroupOffsets(
                            KafkaSettings.SCORER_GROUP,
                            Map.of(new TopicPartition(TRANSACTIONS, partition), new OffsetAndMetadata(offset)))
                    .all()
                    .get();
        }
    }

    private static KafkaProducer<String, byte[]> producer(Cluster cluster) {
        Map<String, Object> settings = new HashMap<>(KafkaSettings.engineProducer(cluster, "weir-health-test"));
        settings.put("transaction.timeout.ms", "60000"); // the broker must not abort it while it is looked at
        return new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer());
    }
}
