package io.weir.server.score;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.core.policy.Aggregate;
import io.weir.core.policy.Aggregate.Function;
import io.weir.core.policy.Entity;
import io.weir.core.policy.FeatureDefinition;
import io.weir.core.policy.FeatureDefinition.Aggregated;
import io.weir.core.policy.Label;
import io.weir.core.policy.Measure;
import io.weir.core.policy.Policy;
import io.weir.core.policy.Rule;
import io.weir.events.DecisionChain;
import io.weir.events.PolicyActivated;
import io.weir.events.PolicyPublished;
import io.weir.events.Provenance;
import io.weir.events.Sha256;
import io.weir.events.Topics;
import io.weir.events.TransactionDecided;
import io.weir.events.TransactionSubmitted;
import io.weir.server.health.HotKeys;
import io.weir.server.log.BatchTimes;
import io.weir.server.log.Cluster;
import io.weir.server.log.GroupProtocol;
import io.weir.server.log.KafkaSettings;
import io.weir.server.log.TestLog;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.assertj.core.api.Assertions;
import org.awaitility.Awaitility;

/** Engines on the real broker, under a policy that counts. */
final class EngineFixture implements AutoCloseable {
    static final int PARTITIONS = 4;
    static final long NOON_MS = 1_700_000_000_000L;
    private static final String DOCUMENT = "the policy of this test";

    final TestLog log;
    private final List<Scorer> scorers = new ArrayList<>();
    private GroupProtocol groupProtocol = GroupProtocol.AUTO;

    EngineFixture() throws Exception {
        this(TestLog.empty(PARTITIONS));
    }

    EngineFixture(TestLog log) throws Exception {
        this.log = log;
        publish(DOCUMENT);
        activate(DOCUMENT);
    }

    /** What engines started from now on join by. */
    void groupProtocol(GroupProtocol protocol) {
        groupProtocol = protocol;
    }

    void publish(String document) throws Exception {
        log.append(Topics.CONTROL, new PolicyPublished("test", sha256(document), document, NOON_MS, "test"));
    }

    void activate(String document) throws Exception {
        log.append(Topics.CONTROL, new PolicyActivated("test", sha256(document), NOON_MS, "test"));
    }

    static Sha256 sha256(String document) {
        return Sha256.of(document.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() {
        scorers.forEach(Scorer::close);
        log.close();
    }

    /** An engine that writes no snapshots. */
    Scorer scorer(String instanceId) {
        return scorer(instanceId, Duration.ZERO, new SimpleMeterRegistry());
    }

    /** An engine with clients of its own kind. */
    Scorer scorer(String instanceId, Cluster cluster) {
        return scorer(
                cluster, instanceId, Duration.ZERO, DeadLetterBreakerSettings.defaults(), new SimpleMeterRegistry());
    }

    Scorer scorer(String instanceId, Duration snapshotInterval, SimpleMeterRegistry metrics) {
        return scorer(log.cluster(), instanceId, snapshotInterval, DeadLetterBreakerSettings.defaults(), metrics);
    }

    /** An engine that writes no snapshots. */
    Scorer scorer(String instanceId, DeadLetterBreakerSettings breaker, SimpleMeterRegistry metrics) {
        return scorer(log.cluster(), instanceId, Duration.ZERO, breaker, metrics);
    }

    private Scorer scorer(
            Cluster cluster,
            String instanceId,
            Duration snapshotInterval,
            DeadLetterBreakerSettings breaker,
            SimpleMeterRegistry metrics) {
        Scorer scorer = new Scorer(
                cluster.with(groupProtocol),
                instanceId,
                log.schemas(),
                EngineFixture::policy,
                snapshotInterval,
                metrics,
                new BatchTimes(),
                new HotKeys());
        scorer.breaker(breaker);
        scorers.add(scorer);
        scorer.start();
        return scorer;
    }

    Scorer ready(Scorer scorer) {
        Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> scorer.notReadyBecause() == null);
        return scorer;
    }

    /** Waits until it says that it is not ready because of something with all of these words. */
    String refusal(Scorer scorer, String... words) {
        Awaitility.await().atMost(Duration.ofMinutes(1)).untilAsserted(() -> Assertions.assertThat(
                        scorer.notReadyBecause())
                .contains(words));
        return String.valueOf(scorer.notReadyBecause());
    }

    List<TransactionDecided> decided(int count) {
        return log.events(Topics.DECISIONS, TransactionDecided.class, count);
    }

    /** By partition, what the group has committed. */
    Map<Integer, OffsetAndMetadata> committed() throws Exception {
        Map<Integer, OffsetAndMetadata> committed = new TreeMap<>();
        try (Admin admin = log.admin()) {
            admin.listConsumerGroupOffsets(KafkaSettings.SCORER_GROUP)
                    .partitionsToOffsetAndMetadata()
                    .get()
                    .forEach((partition, position) -> committed.put(partition.partition(), position));
        }
        return committed;
    }

    void commit(int partition, long offset) throws Exception {
        try (Admin admin = log.admin()) {
            TopicPartition asked = new TopicPartition(Topics.TRANSACTIONS.topicName(), partition);
            admin.alterConsumerGroupOffsets(KafkaSettings.SCORER_GROUP, Map.of(asked, new OffsetAndMetadata(offset)))
                    .all()
                    .get();
        }
    }

    /** Follows the chain through all that lies on the topic; by partition, the number of batches and the last head. */
    Map<Integer, Chain> chains(int count) {
        Map<Integer, List<ConsumerRecord<byte[], byte[]>>> byPartition = new TreeMap<>();
        log.read(Topics.DECISIONS, all -> all.size() >= count).forEach(record -> byPartition
                .computeIfAbsent(record.partition(), p -> new ArrayList<>())
                .add(record));
        Map<Integer, Chain> chains = new HashMap<>();
        byPartition.forEach((partition, records) -> chains.put(partition, chain(records)));
        return chains;
    }

    record Chain(int batches, Sha256 head) {}

    private static Chain chain(List<ConsumerRecord<byte[], byte[]>> records) {
        Sha256 head = DecisionChain.START;
        DecisionChain batch = null;
        int batches = 0;
        for (ConsumerRecord<byte[], byte[]> record : records) {
            String provenance = header(record, Provenance.HEADER);
            if (provenance != null) {
                head = batch == null ? head : batch.head();
                Assertions.assertThat(header(record, DecisionChain.HEADER))
                        .describedAs("chain header of %s/%s", record.partition(), record.offset())
                        .isEqualTo(head.hex());
                batch = DecisionChain.batch(head, provenance);
                batches++;
            }
            Assertions.assertThat(batch).isNotNull();
            batch.add(record.value());
        }
        return new Chain(batches, batch == null ? head : batch.head());
    }

    static String header(ConsumerRecord<byte[], byte[]> record, String name) {
        var header = record.headers().lastHeader(name);
        return header == null ? null : new String(header.value(), StandardCharsets.UTF_8);
    }

    /** A document that is another policy: it also looks at the large payments, and the known genuine ones, at the terminal. */
    static final String OF_HISTORY = "with history";

    private static final Measure LARGE =
            new Measure("large", (transaction, f) -> transaction.amountMinor() > 500, null, Map.of());

    /** Counts the transactions of the last hour of the account and of the terminal; declines large amounts. */
    static Policy policy(String document) {
        List<FeatureDefinition> features = new ArrayList<>(List.of(
                new Aggregated("count", new Aggregate(Entity.ACCOUNT, Function.COUNT, null, 3_600_000, 0)),
                new Aggregated("terminal_count", new Aggregate(Entity.TERMINAL, Function.COUNT, null, 3_600_000, 0))));
        if (document.equals(OF_HISTORY)) {
            features.add(new Aggregated(
                    "large", new Aggregate(Entity.TERMINAL, Function.SUM, null, 3_600_000, 0, LARGE, null)));
            features.add(new Aggregated(
                    "genuine",
                    new Aggregate(Entity.TERMINAL, Function.COUNT, null, 3_600_000, 0, null, Label.GENUINE)));
        }
        return new Policy(
                "test",
                Sha256.of(document.getBytes(StandardCharsets.UTF_8)),
                features,
                List.of(new Rule("LARGE", (transaction, values) -> transaction.amountMinor() > 50_000, 90, "large")),
                50,
                80);
    }

    static TransactionSubmitted transaction(String id, String account, long occurredAtMs, long amountMinor) {
        return transaction(id, account, null, occurredAtMs, amountMinor);
    }

    static TransactionSubmitted transaction(
            String id, String account, String terminal, long occurredAtMs, long amountMinor) {
        return new TransactionSubmitted(
                id,
                account,
                occurredAtMs,
                NOON_MS,
                amountMinor,
                "EUR",
                terminal,
                null,
                null,
                null,
                null,
                null,
                null,
                null);
    }
}
