package io.weir.server.log;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;

/**
 * One topic of a {@link History}: one consumer, and for each partition a bounded queue of what it has read ahead. A
 * partition whose queue is full is paused, so that nobody waits for a record behind those that nobody asks for.
 */
final class TopicHistory implements AutoCloseable {
    private static final int FULL_RECORDS = 10_000;
    private static final int FULL_BYTES = 8 << 20;
    private static final Duration ANSWER = Duration.ofSeconds(10);
    private static final long LOOK_MS = 50;

    private final FeedSession<byte[]> session;
    private final Disposable subscription;
    private final Map<Integer, Queue> queues = new HashMap<>();
    private final Object lock = new Object();
    private final Duration patience;
    private final String topic;
    private @Nullable Throwable failure;

    /**
     * Begins to read.
     *
     * @param from first offset to read, by partition
     * @param to offset after the last, by partition
     * @param patience how long the brokers may be silent
     */
    TopicHistory(
            Cluster cluster,
            String clientId,
            String topic,
            Map<Integer, Long> from,
            Map<Integer, Long> to,
            Duration patience) {
        this.topic = topic;
        this.patience = patience;
        List<TopicPartition> partitions = new ArrayList<>();
        Map<TopicPartition, Long> starts = new HashMap<>();
        to.forEach((partition, end) -> {
            long start = Objects.requireNonNull(from.get(partition));
            queues.put(partition, new Queue(new TopicPartition(topic, partition), start, end));
            if (start < end) {
                TopicPartition read = new TopicPartition(topic, partition);
                partitions.add(read);
                starts.put(read, start);
            }
        });
        session = new FeedSession<>(cluster, clientId, partitions, starts, new ByteArrayDeserializer());
        // Unbounded demand: reactor-kafka never pauses by itself, so what is paused here stays so.
        subscription = partitions.isEmpty() ? () -> {} : session.records().subscribe(this::take, this::failed);
    }

    /** The next record of a partition, or null at its end. */
    @Nullable
    LogRecord next(int partition) {
        Queue queue = queues.get(partition);
        if (queue == null) {
            return null;
        }
        if (queue.taken.isEmpty() && !refill(queue)) {
            return null;
        }
        return queue.taken.poll();
    }

    @Override
    public void close() {
        subscription.dispose();
        if (!queues.isEmpty() && !session.partitions().isEmpty()) {
            var unused = session.awaitClosed();
        }
    }

    /** On the consumer's thread. */
    private void take(ConsumerRecord<byte[], byte[]> received) {
        Queue queue = Objects.requireNonNull(queues.get(received.partition()));
        synchronized (lock) {
            queue.read = received.offset() + 1;
            if (received.offset() < queue.end) {
                queue.waiting.add(LogRecord.of(received));
                queue.bytes += received.serializedKeySize() + received.serializedValueSize();
            }
            boolean full = queue.waiting.size() >= FULL_RECORDS || queue.bytes >= FULL_BYTES;
            if (!queue.paused && (full || queue.read >= queue.end)) {
                queue.paused = true;
                session.pause(queue.partition);
            }
            lock.notifyAll();
        }
        session.handled(received);
    }

    private void failed(Throwable cause) {
        synchronized (lock) {
            failure = cause;
            lock.notifyAll();
        }
    }

    /** Waits for records; false at the end. */
    private boolean refill(Queue queue) {
        long silentSince = System.nanoTime();
        while (true) {
            synchronized (lock) {
                if (queue.waiting.isEmpty() && !queue.ended()) {
                    waitForRecords();
                }
                if (failure != null) {
                    throw new LogHistoryException(topic + " cannot be read: " + failure.getMessage(), failure);
                }
                if (!queue.waiting.isEmpty()) {
                    queue.swap();
                    if (queue.paused && queue.read < queue.end) {
                        queue.paused = false;
                        session.resume(queue.partition);
                    }
                    return true;
                }
                if (queue.ended()) {
                    return false;
                }
            }
            if (look(queue)) {
                silentSince = System.nanoTime();
            } else if (System.nanoTime() - silentSince > patience.toNanos()) {
                throw new LogHistoryException("nothing came from partition " + queue.partition + " within "
                        + patience.toSeconds() + " s; are the brokers up?");
            }
        }
    }

    @SuppressWarnings("WaitNotInLoop") // the caller loops
    private void waitForRecords() {
        try {
            lock.wait(LOOK_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LogHistoryException("interrupted while reading " + topic, e);
        }
    }

    /** Where the consumer stands: past transaction markers and what was aborted, of which no record tells. */
    private boolean look(Queue queue) {
        long before = queue.read;
        FeedSession.Reached reached;
        try {
            reached = session.reached(ANSWER);
        } catch (RuntimeException e) {
            return false; // not connected yet, or not any more; patience decides
        }
        synchronized (lock) {
            // Records are handed over on the thread that answered: everything before these positions is here.
            queue.read = Math.max(queue.read, reached.positions().getOrDefault(queue.partition, 0L));
            return queue.read > before || !queue.waiting.isEmpty();
        }
    }

    /** What was read of a partition and not asked for yet. */
    private static final class Queue {
        private final TopicPartition partition;
        private final long end;
        private Deque<LogRecord> waiting = new ArrayDeque<>();
        /** Handed over to the reading thread, which takes from it without a lock. */
        private Deque<LogRecord> taken = new ArrayDeque<>();

        private long bytes;
        private long read;
        private boolean paused;

        Queue(TopicPartition partition, long start, long end) {
            this.partition = partition;
            this.read = start;
            this.end = end;
        }

        boolean ended() {
            return read >= end;
        }

        void swap() {
            Deque<LogRecord> empty = taken;
            taken = waiting;
            waiting = empty;
            bytes = 0;
        }
    }
}
