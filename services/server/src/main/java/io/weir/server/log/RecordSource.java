package io.weir.server.log;

import io.weir.events.Topics;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/** A reader of partitions that it chooses; sees committed records only. */
public interface RecordSource extends AutoCloseable {
    /**
     * The number of partitions of a topic.
     *
     * @throws IllegalStateException when there is no such topic
     */
    int partitions(Topics topic);

    /** Reads these from now on; those that stay keep their positions, new ones begin at the log's beginning. */
    void assign(Collection<TopicPartition> partitions);

    /** Goes on at an offset; where that no longer exists, at the log's beginning. */
    void seek(TopicPartition partition, long offset);

    void pause(TopicPartition partition);

    void resume(TopicPartition partition);

    /** The offset of the next record of an assigned partition. */
    long position(TopicPartition partition);

    /** The next records; of each partition in order. */
    List<LogRecord> poll(Duration timeout);

    /** The offset of the first record that still exists. */
    Map<TopicPartition, Long> beginnings(Collection<TopicPartition> partitions);

    /** The offset before which no transaction is open. */
    Map<TopicPartition, Long> stableEnds(Collection<TopicPartition> partitions);

    /** The offset after everything appended, open transactions included. */
    Map<TopicPartition, Long> appendedEnds(Collection<TopicPartition> partitions);

    @Override
    void close();
}
