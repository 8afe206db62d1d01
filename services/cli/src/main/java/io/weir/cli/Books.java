package io.weir.cli;

import io.weir.events.Decision;
import io.weir.events.Event;
import io.weir.events.EventReader;
import io.weir.events.FraudAlertRaised;
import io.weir.events.MalformedValueException;
import io.weir.events.SchemaIds;
import io.weir.events.Topics;
import io.weir.events.TransactionDecided;
import io.weir.server.log.Cluster;
import io.weir.server.log.KafkaSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Counts what a run left on the log, as any consumer of it would see it: a plain read_committed consumer of decisions and
 * alerts, from where they ended when the run began. Only transactions whose ids start with the run's prefix count.
 */
final class Books implements AutoCloseable {
    private static final int ALERTS_KEPT = 5;
    private static final Duration POLL = Duration.ofMillis(100);

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final EventReader reader;
    private final String prefix;
    private final Thread thread = new Thread(this::read, "books");
    private final Map<Decision, Integer> byKind = new EnumMap<>(Decision.class);
    private final Set<String> decided = new HashSet<>();
    private final Set<String> alerted = new HashSet<>();
    private final PriorityQueue<FraudAlertRaised> worst =
            new PriorityQueue<>(Comparator.comparingDouble(FraudAlertRaised::score));
    private int decisions;
    private int alerts;
    private volatile boolean closed;

    /** Opens the books: what is committed from now on counts. */
    Books(Cluster cluster, SchemaIds schemaIds, String prefix) {
        this.prefix = prefix;
        this.reader = new EventReader(schemaIds);
        Map<String, Object> settings = new HashMap<>(KafkaSettings.tailConsumer(cluster, "weir-books"));
        consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        List<TopicPartition> partitions = new ArrayList<>();
        for (Topics topic : List.of(Topics.DECISIONS, Topics.FRAUD_ALERTS)) {
            consumer.partitionsFor(topic.topicName())
                    .forEach(p -> partitions.add(new TopicPartition(p.topic(), p.partition())));
        }
        consumer.assign(partitions);
        consumer.seekToEnd(partitions);
        partitions.forEach(consumer::position); // fixes the position now, not at the first poll
        thread.setDaemon(true);
        thread.start();
    }

    /** Decisions committed, counted with duplicates. */
    synchronized int decisions() {
        return decisions;
    }

    /** Different transactions decided. */
    synchronized int transactionsDecided() {
        return decided.size();
    }

    /** Alerts committed, counted with duplicates. */
    synchronized int alerts() {
        return alerts;
    }

    /** The transactions that alerts were raised on. */
    synchronized Set<String> alerted() {
        return Set.copyOf(alerted);
    }

    /** Decisions of one kind. */
    synchronized int decisions(Decision kind) {
        return byKind.getOrDefault(kind, 0);
    }

    /** Which of these transactions have no decision. */
    synchronized Set<String> undecided(Set<String> transactionIds) {
        Set<String> missing = new HashSet<>(transactionIds);
        missing.removeAll(decided);
        return missing;
    }

    /** Some alerts of the highest score, the highest first. */
    synchronized List<FraudAlertRaised> worst() {
        return worst.stream()
                .sorted(Comparator.comparingDouble(FraudAlertRaised::score)
                        .reversed()
                        .thenComparing(FraudAlertRaised::transactionId))
                .toList();
    }

    @Override
    public void close() {
        closed = true;
        consumer.wakeup();
        try {
            thread.join(5_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void read() {
        try (consumer) {
            while (!closed) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    count(record);
                }
            }
        } catch (WakeupException e) {
            // closing
        }
    }

    private synchronized void count(ConsumerRecord<byte[], byte[]> record) {
        Event event;
        try {
            event = reader.read(record.value());
        } catch (MalformedValueException e) {
            return; // somebody else's record
        }
        if (event instanceof TransactionDecided decision
                && decision.transactionId().startsWith(prefix)) {
            decisions++;
            byKind.merge(decision.decision(), 1, Integer::sum);
            decided.add(decision.transactionId());
        } else if (event instanceof FraudAlertRaised alert
                && alert.transactionId().startsWith(prefix)) {
            alerts++;
            if (alerted.add(alert.transactionId())) {
                worst.add(alert);
                if (worst.size() > ALERTS_KEPT) {
                    worst.remove();
                }
            }
        }
    }
}
