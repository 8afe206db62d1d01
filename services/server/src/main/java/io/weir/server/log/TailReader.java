package io.weir.server.log;

import io.weir.events.Topics;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads what an engine folds without deciding: the control topic, and those partitions of the transaction log that it
 * does not own, each up to a limit.
 *
 * <p>The limit is the position that the partition's owner has committed. Were the tail ahead of it, an engine that takes
 * the partition over would already have folded what it must decide next, and would decide it in the light of its own
 * future. Records beyond the limit wait here, and their partition is paused meanwhile, which bounds them.
 */
public final class TailReader implements AutoCloseable {
    private static final String TRANSACTIONS = Topics.TRANSACTIONS.topicName();
    private static final TopicPartition CONTROL = new TopicPartition(Topics.CONTROL.topicName(), 0);

    private final KafkaConsumer<byte[], byte[]> consumer;
    /** By partition; the control topic is not among them. */
    private final Map<Integer, Followed> followed = new TreeMap<>();

    public TailReader(Cluster cluster, String clientId) {
        Map<String, Object> settings = new HashMap<>(KafkaSettings.engineTail(cluster, clientId));
        consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        consumer.assign(List.of(CONTROL));
        consumer.seekToBeginning(List.of(CONTROL));
    }

    /** The number of partitions of the transaction log. */
    public int partitions() {
        int partitions = consumer.partitionsFor(TRANSACTIONS).size();
        if (partitions == 0) {
            throw new IllegalStateException("topic " + TRANSACTIONS + " does not exist; run weir topics --apply");
        }
        return partitions;
    }

    /** Follows a partition from its beginning, up to a limit. */
    public void followFromBeginning(int partition, long limit) {
        var unused = follow(partition, limit);
        consumer.seekToBeginning(List.of(topicPartition(partition)));
    }

    /** Follows a partition from a position, up to a limit. */
    public void follow(int partition, long from, long limit) {
        follow(partition, limit).givenOut = from;
        consumer.seek(topicPartition(partition), from);
    }

    /** Follows a partition no longer. */
    public void stop(int partition) {
        followed.remove(partition);
        assign();
    }

    /** Whether a partition is followed. */
    public boolean follows(int partition) {
        return followed.containsKey(partition);
    }

    /** Whether any partition of the transaction log is followed. */
    public boolean followsAny() {
        return !followed.isEmpty();
    }

    /** Moves a partition's limit forward; limits never go back. */
    public void limit(int partition, long limit) {
        Followed tail = followed.get(partition);
        if (tail != null && limit > tail.limit) {
            tail.limit = limit;
        }
    }

    /** Whether everything before the limit has been given out. */
    public boolean reached(int partition) {
        Followed tail = followed.get(partition);
        return tail == null || position(partition) >= tail.limit;
    }

    /** The offset of the next record of a followed partition to be given out. */
    public long position(int partition) {
        Followed tail = followed.get(partition);
        if (tail == null) {
            throw new IllegalArgumentException("partition " + partition + " is not followed");
        }
        ConsumerRecord<byte[], byte[]> waiting = tail.waiting.peek();
        return waiting != null ? waiting.offset() : consumer.position(topicPartition(partition));
    }

    /** The offset after the last record of a followed partition that was given out; 0 if none was. */
    public long givenOut(int partition) {
        Followed tail = followed.get(partition);
        return tail == null ? 0 : tail.givenOut;
    }

    /** The offset of the next control record. */
    public long controlPosition() {
        return consumer.position(CONTROL);
    }

    /** The end of the control topic now. */
    public long controlEnd() {
        return consumer.endOffsets(List.of(CONTROL)).getOrDefault(CONTROL, 0L);
    }

    /** The next records within the limits: control first, then by (partition, offset). */
    public List<LogRecord> poll(Duration timeout) {
        List<LogRecord> control = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(timeout)) {
            if (record.topic().equals(TRANSACTIONS)) {
                Followed tail = followed.get(record.partition());
                if (tail != null) {
                    tail.waiting.add(record);
                }
            } else {
                control.add(LogRecord.of(record));
            }
        }
        List<LogRecord> ready = control;
        followed.forEach((partition, tail) -> {
            while (!tail.waiting.isEmpty() && tail.waiting.element().offset() < tail.limit) {
                ConsumerRecord<byte[], byte[]> record = tail.waiting.remove();
                tail.givenOut = record.offset() + 1;
                ready.add(LogRecord.of(record));
            }
            pauseWhileWaiting(partition, tail);
        });
        return ready;
    }

    @Override
    public void close() {
        consumer.close();
    }

    private Followed follow(int partition, long limit) {
        Followed tail = new Followed(limit);
        followed.put(partition, tail);
        assign();
        return tail;
    }

    private void assign() {
        List<TopicPartition> partitions = new ArrayList<>();
        partitions.add(CONTROL);
        followed.keySet().forEach(partition -> partitions.add(topicPartition(partition)));
        consumer.assign(partitions); // keeps the positions of those that stay
    }

    private void pauseWhileWaiting(int partition, Followed tail) {
        boolean pause = !tail.waiting.isEmpty();
        if (pause != tail.paused) {
            tail.paused = pause;
            if (pause) {
                consumer.pause(List.of(topicPartition(partition)));
            } else {
                consumer.resume(List.of(topicPartition(partition)));
            }
        }
    }

    private static TopicPartition topicPartition(int partition) {
        return new TopicPartition(TRANSACTIONS, partition);
    }

    private static final class Followed {
        private final Deque<ConsumerRecord<byte[], byte[]>> waiting = new ArrayDeque<>();
        private long limit;
        private long givenOut;
        private boolean paused;

        Followed(long limit) {
            this.limit = limit;
        }
    }
}
