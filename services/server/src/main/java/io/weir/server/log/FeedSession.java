package io.weir.server.log;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.kafka.receiver.KafkaReceiver;
import reactor.kafka.receiver.ReceiverOptions;

/**
 * One consumer's life without a group, from a connection to the failure that ends it. All of reactor-kafka is in here and
 * in {@link GroupSession}.
 *
 * @param <K> type of the keys
 */
final class FeedSession<K> {
    /** The longest that closing a consumer may take. */
    static final Duration CLOSE = Duration.ofSeconds(5);

    private static final Duration POLL = Duration.ofMillis(100);

    private final KafkaReceiver<K, byte[]> receiver;
    private final List<TopicPartition> partitions;
    private final CountedValues values = new CountedValues();
    private final AtomicLong handled = new AtomicLong();

    /** How many values make up the goal; -1 while the consumer has not come that far. */
    private long handledAtGoal = -1;

    /**
     * A session that connects when its records are asked for.
     *
     * @param from the offset to begin at, for each partition
     * @param keys reads the keys
     */
    FeedSession(
            Cluster cluster,
            String clientId,
            List<TopicPartition> partitions,
            Map<TopicPartition, Long> from,
            Deserializer<K> keys) {
        this.partitions = partitions;
        ReceiverOptions<K, byte[]> options = ReceiverOptions.<K, byte[]>create(
                        new HashMap<>(KafkaSettings.readSide(cluster, clientId)))
                .withKeyDeserializer(keys)
                .withValueDeserializer(values)
                .assignment(partitions)
                .addAssignListener(assigned -> assigned.forEach(
                        partition -> partition.seek(Objects.requireNonNull(from.get(partition.topicPartition())))))
                .commitInterval(Duration.ZERO) // there is no group to commit for
                .pollTimeout(POLL)
                .closeTimeout(CLOSE);
        this.receiver = KafkaReceiver.create(options);
    }

    /** What it reads. Once only; cancelling it closes the consumer. */
    Flux<? extends ConsumerRecord<K, byte[]>> records() {
        return receiver.receive();
    }

    List<TopicPartition> partitions() {
        return partitions;
    }

    /** Notes that a record is done with. */
    void handled(ConsumerRecord<K, byte[]> done) {
        if (done.value() != null) { // a value that is not there is not handed out either
            handled.incrementAndGet();
        }
    }

    /**
     * Where the consumer stands. Blocks; not for the thread that handles.
     *
     * @throws IllegalStateException when there is no consumer, or none any more
     */
    Reached reached(Duration patience) {
        Reached reached = receiver.doOnConsumer(consumer -> {
                    Map<TopicPartition, Long> positions = new HashMap<>();
                    for (TopicPartition partition : partitions) {
                        positions.put(partition, consumer.position(partition, patience));
                    }
                    return new Reached(positions, values.polled);
                })
                .takeUntilOther(values.closed()) // what is asked of a closed consumer gets no answer
                .block(patience.multipliedBy(2));
        if (reached == null) {
            throw new IllegalStateException("the consumer is closed");
        }
        return reached;
    }

    /** Reads a partition no further until {@link #resume}; what has been polled still comes. From any thread, at once. */
    void pause(TopicPartition partition) {
        var unused = receiver.doOnConsumer(consumer -> {
                    consumer.pause(List.of(partition));
                    return partition;
                })
                .subscribe();
    }

    /** Reads a partition again. From any thread, at once. */
    void resume(TopicPartition partition) {
        var unused = receiver.doOnConsumer(consumer -> {
                    consumer.resume(List.of(partition));
                    return partition;
                })
                .subscribe();
    }

    /** How many values were handed out by then and are not handled yet. */
    long waiting(Reached reached) {
        return Math.max(0, reached.polled - handled.get());
    }

    /**
     * Whether everything before the offsets of {@code goal} has been handled. Asked again and again by one thread, it becomes
     * true in the end even if there is always something newer waiting.
     */
    boolean hasHandled(Reached reached, Map<TopicPartition, Long> goal) {
        if (handledAtGoal < 0 && reached.missing(goal) == 0) {
            handledAtGoal = reached.polled;
        }
        return handledAtGoal >= 0 && handled.get() >= handledAtGoal;
    }

    /** Waits until the consumer is closed, but not longer than {@link #CLOSE}; false if it is not. */
    boolean awaitClosed() {
        return values.await(CLOSE);
    }

    /**
     * Where the consumer stands.
     *
     * @param positions next offset to poll, by partition; past transaction markers and what was aborted
     * @param polled how many values it had handed out by then
     */
    record Reached(Map<TopicPartition, Long> positions, long polled) {

        /** How many offsets it is before {@code ends}, over all partitions. */
        long missing(Map<TopicPartition, Long> ends) {
            long missing = 0;
            for (Map.Entry<TopicPartition, Long> end : ends.entrySet()) {
                missing += Math.max(0, end.getValue() - positions.getOrDefault(end.getKey(), 0L));
            }
            return missing;
        }
    }

    /** An event holds its own key. */
    static final class IgnoredKeys implements Deserializer<Void> {
        @Override
        public @Nullable Void deserialize(String topic, byte[] key) {
            return null;
        }
    }

    /**
     * A consumer asks for each value on its own thread when it polls, so that a count read on that thread belongs to the
     * positions read there.
     */
    private static final class CountedValues extends LastClosed {
        long polled;

        @Override
        public byte[] deserialize(String topic, byte[] value) {
            polled++;
            return value;
        }
    }
}
