package io.weir.server.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.core.policy.Policy;
import io.weir.events.Event;
import io.weir.events.PolicyActivated;
import io.weir.events.PolicyPublished;
import io.weir.events.Topics;
import io.weir.events.TransactionLabelled;
import io.weir.events.TransactionSubmitted;
import io.weir.server.health.HotKeys;
import io.weir.server.log.BatchTimes;
import io.weir.server.log.KafkaSettings;
import io.weir.server.log.LogHistory;
import io.weir.server.log.LogRecord;
import io.weir.server.log.TestLog;
import io.weir.server.policy.DefaultPolicy;
import io.weir.server.policy.PolicyCompiler;
import io.weir.server.policy.PolicyException;
import io.weir.server.score.DeadLetterBreakerSettings;
import io.weir.server.score.Scorer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;

/** Random transactions, decided by engines on the real broker, and what an attacker with access to it can do. */
final class AuditFixture implements AutoCloseable {
    static final int PARTITIONS = 3;
    static final long NOON_MS = 1_700_000_000_000L;

    final TestLog log = TestLog.empty(PARTITIONS);
    final Random random;
    final List<TransactionSubmitted> submitted = new ArrayList<>();
    private final List<Scorer> scorers = new ArrayList<>();
    private Map<Topics, String> copies = Map.of();

    AuditFixture(long seed) throws Exception {
        random = new Random(seed);
        publish(DefaultPolicy.document());
    }

    static Policy compile(String document) {
        try {
            return new PolicyCompiler().compile(document);
        } catch (PolicyException e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
    }

    void publish(String document) {
        Policy policy = compile(document);
        log.commit(
                new PolicyPublished(policy.id(), policy.sha256(), document, NOON_MS, "test"),
                new PolicyActivated(policy.id(), policy.sha256(), NOON_MS, "test"));
    }

    Scorer engine(String name) {
        return engine(name, Duration.ZERO);
    }

    Scorer engine(String name, Duration snapshots) {
        Scorer scorer = new Scorer(
                log.cluster(),
                name,
                log.schemas(),
                AuditFixture::compile,
                snapshots,
                new SimpleMeterRegistry(),
                new BatchTimes(),
                new HotKeys());
        scorer.breaker(DeadLetterBreakerSettings.never()); // one in twenty of what it submits is bad
        scorers.add(scorer);
        scorer.start();
        Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> scorer.notReadyBecause() == null);
        return scorer;
    }

    /** Submits transactions, a few of them twice, some with labels, some that are none. */
    void submit(int count) {
        List<Event> events = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            TransactionSubmitted transaction = new TransactionSubmitted(
                    "t" + submitted.size(),
                    "a" + random.nextInt(20),
                    NOON_MS + submitted.size() * 60_000L - random.nextInt(100_000),
                    NOON_MS + submitted.size() * 60_000L,
                    random.nextInt(10) == 0 ? 30_000 + random.nextInt(30_000) : random.nextInt(10_000),
                    "EUR",
                    "s" + random.nextInt(5),
                    null,
                    null,
                    null,
                    null,
                    null,
                    null,
                    null);
            submitted.add(transaction);
            events.add(transaction);
            TransactionSubmitted earlier = submitted.get(random.nextInt(submitted.size()));
            if (random.nextInt(15) == 0) {
                events.add(earlier);
            }
            if (random.nextInt(4) == 0) {
                events.add(new TransactionLabelled(
                        earlier.transactionId(),
                        earlier.accountId(),
                        transaction.receivedAtMs(),
                        transaction.receivedAtMs(),
                        earlier.amountMinor() > 20_000,
                        "test"));
            }
            if (random.nextInt(20) == 0) {
                log.commitRaw(Topics.TRANSACTIONS, random.nextInt(PARTITIONS), new byte[] {9, 9});
            }
            if (events.size() > 10) {
                log.commit(events);
                events.clear();
            }
        }
        log.commit(events);
    }

    /** Waits until everything has its decision. */
    void awaitDecisions() {
        log.read(Topics.DECISIONS, all -> all.size() >= submitted.size());
    }

    void stopEngines() {
        scorers.forEach(Scorer::close);
        scorers.clear();
    }

    Auditor auditor() {
        return new Auditor(log.cluster(), log.schemas(), copies);
    }

    AuditReport verify(AuditFilter filter) {
        AuditReport report = auditor().verify(filter, new AuditProgress(), () -> false);
        return java.util.Objects.requireNonNull(report);
    }

    /** By partition, the decisions as they lie on the log. */
    Map<Integer, List<LogRecord>> decisions() {
        Map<Integer, List<LogRecord>> decisions = new TreeMap<>();
        try (LogHistory history = new LogHistory(log.cluster(), "test", Set.of(Topics.DECISIONS), copies)) {
            for (int partition = 0; partition < PARTITIONS; partition++) {
                List<LogRecord> records = new ArrayList<>();
                LogRecord record;
                while ((record = history.next(Topics.DECISIONS, partition)) != null) {
                    records.add(record);
                }
                decisions.put(partition, records);
            }
        }
        return decisions;
    }

    /** From now on a copy of the topic of decisions is read, byte for byte but for the edit. */
    void rewrite(Map<Integer, List<LogRecord>> original, Consumer<Map<Integer, List<LogRecord>>> edit)
            throws Exception {
        Map<Integer, List<LogRecord>> copy = new TreeMap<>();
        original.forEach((partition, records) -> copy.put(partition, new ArrayList<>(records)));
        edit.accept(copy);
        for (int attempt = 1; !write(copy, "copy-" + UUID.randomUUID()); attempt++) {
            assertThat(attempt).as("tries to write the copy").isLessThan(3);
        }
    }

    /** Writes all of it into a new topic, which is read from then on; returns false if the broker was too slow. */
    private boolean write(Map<Integer, List<LogRecord>> copy, String topic) throws Exception {
        try (Admin admin = log.admin()) {
            admin.createTopics(List.of(new NewTopic(topic, PARTITIONS, (short) 1)))
                    .all()
                    .get();
        }
        Map<String, Object> settings = new HashMap<>(KafkaSettings.controlProducer(log.cluster()));
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        try (var producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            copy.forEach((partition, records) -> records.forEach(record -> {
                ProducerRecord<byte[], byte[]> again =
                        new ProducerRecord<>(topic, partition, record.timestampMs(), record.key(), record.value());
                record.headers()
                        .forEach((name, value) -> again.headers().add(name, value.getBytes(StandardCharsets.UTF_8)));
                sent.add(producer.send(again));
            }));
        }
        for (Future<RecordMetadata> each : sent) {
            try {
                each.get();
            } catch (ExecutionException e) {
                if (e.getCause() instanceof TimeoutException) {
                    return false;
                }
                throw e;
            }
        }
        copies = Map.of(Topics.DECISIONS, topic);
        return true;
    }

    /** The end offsets of all topics. */
    Map<String, Long> ends() throws Exception {
        Map<TopicPartition, OffsetSpec> all = new HashMap<>();
        for (Topics topic : Topics.values()) {
            for (int partition = 0; partition < topic.partitions(PARTITIONS); partition++) {
                all.put(new TopicPartition(topic.topicName(), partition), OffsetSpec.latest());
            }
        }
        Map<String, Long> ends = new TreeMap<>();
        try (Admin admin = log.admin()) {
            admin.listOffsets(all).all().get().forEach((tp, found) -> ends.put(tp.toString(), found.offset()));
        }
        return ends;
    }

    /** What the group has committed. */
    Map<TopicPartition, OffsetAndMetadata> committed() throws Exception {
        try (Admin admin = log.admin()) {
            return admin.listConsumerGroupOffsets(KafkaSettings.SCORER_GROUP)
                    .partitionsToOffsetAndMetadata()
                    .get();
        }
    }

    @Override
    public void close() {
        stopEngines();
        log.close();
    }
}
