package io.weir.load.patterns;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Records that others work on, by partition in the order of the log. Work may end in any order; results are produced in that
 * of the log, so a partition's position is after the last that was acknowledged, and nothing before it is unfinished. A
 * partition with too many is paused. For the consumer's thread.
 */
final class InFlight implements ConsumerRebalanceListener {
    private static final long FINISHED_MS = 1;

    private final Consumer<byte[], byte[]> consumer;
    private final Producer<byte[], byte[]> producer;
    private final int full;
    private final Map<TopicPartition, Deque<Begun>> partitions = new HashMap<>();
    private final Semaphore finished = new Semaphore(0);

    /** Positions that may be committed. Acknowledgements of a partition come in order, on the producer's thread. */
    private final Map<TopicPartition, OffsetAndMetadata> acknowledged = new ConcurrentHashMap<>();

    private volatile @Nullable Exception failure;

    private record Begun(long offset, CompletableFuture<ProducerRecord<byte[], byte[]>> result) {}

    /**
     * None yet.
     *
     * @param full how many records of a partition make it pause; a poll may have brought as many again
     */
    InFlight(Consumer<byte[], byte[]> consumer, Producer<byte[], byte[]> producer, int full) {
        this.consumer = consumer;
        this.producer = producer;
        this.full = full;
    }

    boolean isEmpty() {
        return partitions.values().stream().allMatch(Deque::isEmpty);
    }

    /** Takes in a record that somebody has begun to work on. */
    void begin(ConsumerRecord<byte[], byte[]> record, CompletableFuture<ProducerRecord<byte[], byte[]>> result) {
        TopicPartition partition = new TopicPartition(record.topic(), record.partition());
        Deque<Begun> begun = partitions.computeIfAbsent(partition, unknown -> new ArrayDeque<>());
        begun.add(new Begun(record.offset(), result));
        if (begun.size() == full) {
            consumer.pause(List.of(partition));
        }
        var unused = result.whenComplete((done, failed) -> finished.release());
    }

    /** Produces what is finished and nothing unfinished lies before; returns how many. */
    int produceFinished() {
        throwFailure();
        int produced = 0;
        for (Map.Entry<TopicPartition, Deque<Begun>> each : partitions.entrySet()) {
            Deque<Begun> begun = each.getValue();
            while (!begun.isEmpty() && begun.element().result.isDone()) {
                produce(each.getKey(), begun.remove());
                produced++;
            }
            if (begun.size() < full / 2) {
                consumer.resume(List.of(each.getKey()));
            }
        }
        return produced;
    }

    /** Until work is finished, or a moment has passed. */
    void awaitFinished() {
        try {
            if (finished.tryAcquire(FINISHED_MS, TimeUnit.MILLISECONDS)) {
                finished.drainPermits();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for work", e);
        }
    }

    /** Commits what is acknowledged. If that fails, the next commit says as much and more. */
    void commit() {
        Map<TopicPartition, OffsetAndMetadata> positions = new HashMap<>(acknowledged);
        if (!positions.isEmpty()) {
            consumer.commitAsync(positions, null);
            positions.forEach(acknowledged::remove);
        }
    }

    /** Finishes what was begun, so that the next owner begins where this one has ended. */
    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> revoked) {
        for (TopicPartition partition : revoked) {
            Deque<Begun> begun = partitions.remove(partition);
            while (begun != null && !begun.isEmpty()) {
                produce(partition, begun.remove());
            }
        }
        producer.flush();
        throwFailure();
        consumer.commitSync(new HashMap<>(acknowledged));
        acknowledged.clear();
    }

    /** Somebody else has them already, and works on them again. */
    @Override
    public void onPartitionsLost(Collection<TopicPartition> lost) {
        lost.forEach(partition -> {
            partitions.remove(partition);
            acknowledged.remove(partition);
        });
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> assigned) {}

    private void produce(TopicPartition partition, Begun begun) {
        var unused = producer.send(begun.result.join(), (metadata, failed) -> {
            if (failed == null) {
                acknowledged.put(partition, new OffsetAndMetadata(begun.offset + 1));
            } else {
                failure = failed;
            }
        });
    }

    private void throwFailure() {
        Exception failed = failure;
        if (failed != null) {
            throw new KafkaException("a result was not acknowledged", failed);
        }
    }
}
