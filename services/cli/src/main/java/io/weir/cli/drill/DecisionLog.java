package io.weir.cli.drill;

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
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * Decisions and alerts as anybody sees them: by a plain {@code read_committed} consumer, from the log's beginning, which
 * notes when they come.
 */
final class DecisionLog implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(100);
    private static final long SHORTEST_GAP_NS = TimeUnit.MILLISECONDS.toNanos(100);
    /** A decision that arrives later than this after its payment is a late one. */
    private static final long LATE_MS = 1_000;

    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(60);

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final EventReader reader;
    private final List<TopicPartition> partitions = new ArrayList<>();
    private final Thread thread;
    private final Map<String, Decided> decided = new HashMap<>();
    private final Map<String, Integer> alerts = new HashMap<>();
    private final List<Gap> gaps = new ArrayList<>();
    private final List<Long> lateNs = new ArrayList<>();
    private final long[] lastNs;
    private int decisions;
    private volatile @Nullable Map<TopicPartition, Long> until;
    private volatile boolean stopping;
    private volatile @Nullable RuntimeException failure;

    /**
     * A transaction's decision.
     *
     * @param times how often it was decided; once is right
     * @param partition of the transaction
     * @param offset of the transaction
     */
    record Decided(Decision decision, double score, int partition, long offset, int times) {}

    /** A time in which nothing of a partition was committed. */
    record Gap(int partition, long fromNs, long toNs) {}

    /** Begins to read. */
    DecisionLog(Cluster cluster, SchemaIds schemaIds, int partitionCount) {
        reader = new EventReader(schemaIds);
        Map<String, Object> settings = new HashMap<>(KafkaSettings.tailConsumer(cluster, "weir-drill"));
        // A broker that is dead is asked no longer than this.
        settings.put("request.timeout.ms", "3000");
        consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        for (Topics topic : List.of(Topics.DECISIONS, Topics.FRAUD_ALERTS)) {
            for (int partition = 0; partition < partitionCount; partition++) {
                partitions.add(new TopicPartition(topic.topicName(), partition));
            }
        }
        lastNs = new long[partitionCount];
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        thread = Thread.ofPlatform().daemon().name("decisions").start(this::read);
    }

    private void read() {
        try (consumer) {
            while (!stopping && !reached()) {
                var records = consumer.poll(POLL);
                long nowNs = System.nanoTime();
                long nowMs = System.currentTimeMillis();
                for (ConsumerRecord<byte[], byte[]> record : records) {
                    note(record, nowNs, nowMs);
                }
            }
        } catch (RuntimeException e) {
            failure = e;
        }
    }

    private boolean reached() {
        Map<TopicPartition, Long> ends = until;
        if (ends == null) {
            // Asked here, where the consumer is: it is used by one thread.
            return false;
        }
        return ends.entrySet().stream().allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
    }

    private synchronized void note(ConsumerRecord<byte[], byte[]> record, long nowNs, long nowMs) {
        Event event;
        try {
            event = reader.read(record.value());
        } catch (MalformedValueException e) {
            throw new IllegalStateException("cannot read " + record.topic() + " at " + record.offset(), e);
        }
        switch (event) {
            case TransactionDecided decision -> {
                decisions++;
                decided.merge(
                        decision.transactionId(),
                        new Decided(
                                decision.decision(),
                                decision.score(),
                                decision.sourcePartition(),
                                decision.sourceOffset(),
                                1),
                        (first, second) -> new Decided(
                                first.decision, first.score, first.partition, first.offset, first.times + 1));
                int partition = record.partition();
                if (lastNs[partition] != 0 && nowNs - lastNs[partition] > SHORTEST_GAP_NS) {
                    gaps.add(new Gap(partition, lastNs[partition], nowNs));
                }
                lastNs[partition] = nowNs;
                if (nowMs - decision.receivedAtMs() > LATE_MS && (lateNs.isEmpty() || lateNs.getLast() != nowNs)) {
                    lateNs.add(nowNs);
                }
            }
            case FraudAlertRaised alert -> alerts.merge(alert.transactionId(), 1, Integer::sum);
            default -> throw new IllegalStateException("unexpected on " + record.topic() + ": " + event);
        }
    }

    /** Decisions so far, second ones included. */
    synchronized int decisions() {
        return decisions;
    }

    /** Whether a decision of every partition has come. */
    synchronized boolean allPartitionsDecided() {
        return Arrays.stream(lastNs).allMatch(ns -> ns != 0);
    }

    /** The longest time, in seconds, that a partition was without decisions and that overlaps with this one. */
    synchronized double longestGapSeconds(long fromNs, long toNs) {
        long longest = 0;
        for (Gap gap : gaps) {
            if (gap.fromNs < toNs && gap.toNs > fromNs) {
                longest = Math.max(longest, Math.min(gap.toNs, toNs) - gap.fromNs);
            }
        }
        for (long last : lastNs) {
            longest = Math.max(longest, last < toNs ? toNs - last : 0);
        }
        return longest / 1e9;
    }

    /** Seconds from the first moment to the last decision before the second that came more than a second after its payment. */
    synchronized double lateUntilSeconds(long fromNs, long toNs) {
        return lateNs.stream()
                        .filter(at -> at > fromNs && at < toNs)
                        .mapToLong(at -> at - fromNs)
                        .max()
                        .orElse(0)
                / 1e9;
    }

    /**
     * Reads to the end of what is committed, and stops.
     *
     * @param ends by partition, its last stable offset
     * @throws IOException when it cannot be read
     */
    void finish(Map<TopicPartition, Long> ends) throws IOException, InterruptedException {
        until = ends;
        thread.join(TimeUnit.NANOSECONDS.toMillis(PATIENCE_NS));
        if (thread.isAlive() || failure != null) {
            throw new IOException("decisions cannot be read to their end", failure);
        }
    }

    List<TopicPartition> partitions() {
        return partitions;
    }

    /** By transaction id; after {@link #finish}. */
    synchronized Map<String, Decided> decided() {
        return decided;
    }

    /** By transaction id, how many alerts; after {@link #finish}. */
    synchronized Map<String, Integer> alerts() {
        return alerts;
    }

    @Override
    public void close() {
        stopping = true;
        try {
            thread.join(5_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
