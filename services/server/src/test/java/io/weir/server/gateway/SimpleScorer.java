package io.weir.server.gateway;

import io.weir.core.policy.Policy.OnDeadline;
import io.weir.events.Decision;
import io.weir.events.DuplicateDetected;
import io.weir.events.Event;
import io.weir.events.EventReader;
import io.weir.events.EventWriter;
import io.weir.events.Reason;
import io.weir.events.Sha256;
import io.weir.events.Topics;
import io.weir.events.TransactionDecided;
import io.weir.events.TransactionLabelled;
import io.weir.events.TransactionSubmitted;
import io.weir.server.http.DecisionLookup;
import io.weir.server.http.PolicyNames;
import io.weir.server.log.Cluster;
import io.weir.server.log.KafkaSettings;
import io.weir.server.schemas.Schemas;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Stands in for the engine: decides on what is submitted, once per transaction id and account, in Kafka transactions. DECLINE
 * from 100,000 minor units on. Begins at the end of the log. Its memory is also the lookup, like the views.
 */
final class SimpleScorer implements DecisionLookup, AutoCloseable {
    static final Sha256 POLICY = Sha256.of("test".getBytes(StandardCharsets.UTF_8));

    private volatile OnDeadline onDeadline = OnDeadline.PENDING;
    private final Map<String, TransactionDecided> first = new HashMap<>();
    private final Map<String, TransactionDecided> visible = new ConcurrentHashMap<>();
    private final Map<String, List<TransactionSubmitted>> submitted = new ConcurrentHashMap<>();
    private final List<TransactionLabelled> labels = java.util.Collections.synchronizedList(new ArrayList<>());
    private final AtomicReference<RuntimeException> failure = new AtomicReference<>();
    private final CountDownLatch ready = new CountDownLatch(1);
    private final Cluster cluster;
    private final EventReader reader;
    private final EventWriter writer;
    private final Thread thread;
    private volatile boolean stopped;
    private volatile boolean paused;
    private volatile boolean hidden;

    SimpleScorer(Cluster cluster, Schemas schemas) throws InterruptedException {
        this.cluster = cluster;
        this.reader = new EventReader(schemas);
        this.writer = new EventWriter(schemas);
        this.thread = new Thread(this::run, "simple-scorer");
        thread.start();
        ready.await();
    }

    /** Stops deciding until {@link #resume()}; what is submitted meanwhile is decided then. */
    void pause() {
        paused = true;
    }

    void resume() {
        paused = false;
    }

    /** Lets the lookup find nothing, as if the views lagged behind. */
    void hide(boolean hide) {
        hidden = hide;
    }

    /** How often a transaction id lies on the log. */
    int appended(String transactionId) {
        return submitted.getOrDefault(transactionId, List.of()).size();
    }

    List<TransactionLabelled> labels() {
        return labels;
    }

    @Override
    public TransactionDecided decision(String transactionId) {
        return hidden ? null : visible.get(transactionId);
    }

    @Override
    public OnDeadline onDeadline() {
        return onDeadline;
    }

    /** What callers are told of undecided transactions from now on. */
    void onDeadline(OnDeadline word) {
        onDeadline = word;
    }

    @Override
    public PolicyNames names(Sha256 policySha256) {
        return policySha256.equals(POLICY) ? new PolicyNames(List.of("amount"), List.of()) : null;
    }

    @Override
    public void close() {
        stopped = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (failure.get() != null) {
            throw failure.get();
        }
    }

    private void run() {
        Map<String, Object> producerSettings =
                new HashMap<>(KafkaSettings.engineProducer(cluster, "simple-scorer-" + UUID.randomUUID()));
        Map<String, Object> consumerSettings = new HashMap<>(KafkaSettings.tailConsumer(cluster, "simple-scorer"));
        consumerSettings.put("max.poll.records", 500);
        try (var consumer = new KafkaConsumer<>(
                        consumerSettings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
                var producer =
                        new KafkaProducer<>(producerSettings, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.initTransactions();
            List<TopicPartition> partitions = new ArrayList<>();
            consumer.partitionsFor(Topics.TRANSACTIONS.topicName())
                    .forEach(info -> partitions.add(new TopicPartition(info.topic(), info.partition())));
            consumer.assign(partitions);
            consumer.seekToEnd(partitions);
            partitions.forEach(consumer::position);
            ready.countDown();
            while (!stopped) {
                var records = consumer.poll(Duration.ofMillis(50));
                while (paused && !stopped) {
                    Thread.sleep(5);
                }
                if (!records.isEmpty()) {
                    decide(records, producer);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            failure.set(e);
        } finally {
            ready.countDown();
        }
    }

    private void decide(Iterable<ConsumerRecord<byte[], byte[]>> records, KafkaProducer<byte[], byte[]> producer) {
        List<TransactionDecided> decisions = new ArrayList<>();
        producer.beginTransaction();
        for (ConsumerRecord<byte[], byte[]> record : records) {
            switch (reader.read(record.value())) {
                case TransactionSubmitted transaction -> {
                    submitted
                            .computeIfAbsent(transaction.transactionId(), id -> new ArrayList<>())
                            .add(transaction);
                    Event outcome = outcome(transaction, record, decisions);
                    Topics topic = outcome instanceof DuplicateDetected ? Topics.DUPLICATES : Topics.DECISIONS;
                    producer.send(new ProducerRecord<>(
                            topic.topicName(), record.partition(), record.key(), writer.write(outcome)));
                }
                case TransactionLabelled label -> labels.add(label);
                default -> throw new IllegalStateException("unexpected event");
            }
        }
        producer.commitTransaction();
        decisions.forEach(decision -> visible.put(decision.transactionId(), decision));
    }

    private Event outcome(
            TransactionSubmitted transaction,
            ConsumerRecord<byte[], byte[]> record,
            List<TransactionDecided> decisions) {
        String key = transaction.accountId() + "\n" + transaction.transactionId();
        TransactionDecided original = first.get(key);
        if (original != null) {
            return new DuplicateDetected(
                    transaction.transactionId(),
                    transaction.accountId(),
                    transaction.receivedAtMs(),
                    original.submissionHash() != transaction.submissionHash(),
                    record.partition(),
                    record.offset(),
                    original.sourceOffset());
        }
        boolean decline = transaction.amountMinor() >= 100_000;
        TransactionDecided decided = new TransactionDecided(
                transaction.transactionId(),
                transaction.accountId(),
                transaction.occurredAtMs(),
                transaction.receivedAtMs(),
                transaction.amountMinor(),
                transaction.currency(),
                decline ? Decision.DECLINE : Decision.APPROVE,
                decline ? 90 : 5,
                decline ? List.of(new Reason("HIGH_AMOUNT", "The amount is high", 90)) : List.of(),
                new double[] {transaction.amountMinor() / 100.0},
                "test",
                POLICY,
                record.partition(),
                record.offset(),
                transaction.submissionHash());
        first.put(key, decided);
        decisions.add(decided);
        return decided;
    }
}
