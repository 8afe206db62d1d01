package io.weir.server.log;

import io.weir.events.Topics;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.kafka.common.TopicPartition;

/**
 * Reads what an engine folds without deciding: the control topic, and those partitions of the transaction log that it
 * does not own, each up to a limit.
 *
 * <p>The limit is the position that the partition's owner has committed. Were the tail ahead of it, an engine that takes
 * the partition over would already have folded what it must decide next, and would decide it in the light of its own
 * future. Records beyond the limit wait here, and their partition is paused meanwhile, which bounds them.
 */
public final class TailReader {
    private static final String TRANSACTIONS = Topics.TRANSACTIONS.topicName();
    private static final TopicPartition CONTROL = new TopicPartition(Topics.CONTROL.topicName(), 0);

    private final RecordSource source;
    private final List<TopicPartition> control;
    /** By partition; the control topic is not among them. */
    private final Map<Integer, Followed> followed = new TreeMap<>();

    public TailReader(RecordSource source) {
        this(source, List.of(CONTROL));
    }

    private TailReader(RecordSource source, List<TopicPartition> control) {
        this.source = source;
        this.control = control;
        source.assign(control);
    }

    /** One that reads partitions of the transaction log only. */
    public static TailReader withoutControl(RecordSource source) {
        return new TailReader(source, List.of());
    }

    /** The number of partitions of the transaction log. */
    public int partitions() {
        return source.partitions(Topics.TRANSACTIONS);
    }

    /** By partition of the transaction log, the offset of the first record that still exists. */
    public long[] beginnings() {
        return offsets(source.beginnings(partitionsOfTheLog()));
    }

    /** By partition of the transaction log, the offset after the last record. */
    public long[] ends() {
        return offsets(source.appendedEnds(partitionsOfTheLog()));
    }

    /** Follows a partition from a position, up to a limit; what came before the position was folded from elsewhere. */
    public void follow(int partition, long from, long limit) {
        Followed tail = new Followed(limit);
        followed.put(partition, tail);
        assign();
        source.seek(topicPartition(partition), from);
    }

    /** Follows a partition that was decided here up to a position, which is where its next owner begins. */
    public void goOn(int partition, long from) {
        follow(partition, from, from);
        followed(partition).givenOut = from;
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
        return tail == null || next(partition, tail) >= tail.limit;
    }

    /**
     * Up to where a followed partition has been given out; not past its limit, even where the log has a gap there: nobody
     * has committed more.
     */
    public long position(int partition) {
        Followed tail = followed(partition);
        return Math.min(next(partition, tail), tail.limit);
    }

    /** The offset after the last record of a followed partition that was given out; 0 if none was. */
    public long givenOut(int partition) {
        Followed tail = followed.get(partition);
        return tail == null ? 0 : tail.givenOut;
    }

    /** The offset of the next control record. */
    public long controlPosition() {
        return source.position(CONTROL);
    }

    /** The end of the control topic now. */
    public long controlEnd() {
        return source.stableEnds(List.of(CONTROL)).getOrDefault(CONTROL, 0L);
    }

    /** The next records within the limits: control first, then by (partition, offset). */
    public List<LogRecord> poll(Duration timeout) {
        List<LogRecord> ready = new ArrayList<>();
        for (LogRecord record : source.poll(timeout)) {
            if (record.topic().equals(TRANSACTIONS)) {
                Followed tail = followed.get(record.partition());
                if (tail != null) {
                    tail.waiting.add(record);
                }
            } else {
                ready.add(record);
            }
        }
        followed.forEach((partition, tail) -> {
            while (!tail.waiting.isEmpty() && tail.waiting.element().offset() < tail.limit) {
                LogRecord record = tail.waiting.remove();
                tail.givenOut = record.offset() + 1;
                ready.add(record);
            }
            pauseWhileWaiting(partition, tail);
        });
        return ready;
    }

    /** Ends the reader. */
    public void close() {
        source.close();
    }

    private Followed followed(int partition) {
        Followed tail = followed.get(partition);
        if (tail == null) {
            throw new IllegalArgumentException("partition " + partition + " is not followed");
        }
        return tail;
    }

    private long next(int partition, Followed tail) {
        LogRecord waiting = tail.waiting.peek();
        return waiting != null ? waiting.offset() : source.position(topicPartition(partition));
    }

    private void assign() {
        List<TopicPartition> partitions = new ArrayList<>(control);
        followed.keySet().forEach(partition -> partitions.add(topicPartition(partition)));
        source.assign(partitions);
    }

    private void pauseWhileWaiting(int partition, Followed tail) {
        boolean pause = !tail.waiting.isEmpty();
        if (pause != tail.paused) {
            tail.paused = pause;
            if (pause) {
                source.pause(topicPartition(partition));
            } else {
                source.resume(topicPartition(partition));
            }
        }
    }

    private List<TopicPartition> partitionsOfTheLog() {
        return IntStream.range(0, partitions())
                .mapToObj(TailReader::topicPartition)
                .toList();
    }

    private static long[] offsets(Map<TopicPartition, Long> byPartition) {
        long[] offsets = new long[byPartition.size()];
        byPartition.forEach((partition, offset) -> offsets[partition.partition()] = offset);
        return offsets;
    }

    private static TopicPartition topicPartition(int partition) {
        return new TopicPartition(TRANSACTIONS, partition);
    }

    private static final class Followed {
        private final Deque<LogRecord> waiting = new ArrayDeque<>();
        private long limit;
        private long givenOut;
        private boolean paused;

        Followed(long limit) {
            this.limit = limit;
        }
    }
}
