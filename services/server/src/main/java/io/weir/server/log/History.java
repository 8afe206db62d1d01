package io.weir.server.log;

import io.weir.events.Topics;
import java.util.Map;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * A stretch of the log, from where it begins to an end that was fixed when it was opened: read at the reader's own pace, each
 * partition by itself, by one thread at a time.
 */
public interface History extends AutoCloseable {
    /** Partitions of the topics keyed by account. */
    int partitions();

    /** Offset at which a partition begins; above 0 where retention has deleted its beginning. */
    long start(Topics topic, int partition);

    /** Offset at which reading ends: the end of what was committed when this was opened. */
    long end(Topics topic, int partition);

    /** What the engines had committed, by partition of the transaction log, before the ends were fixed. */
    Map<Integer, Committed> committed();

    /** Skips what lies before an offset. Only before anything of the topic is read. */
    void startAt(Topics topic, int partition, long offset);

    /**
     * The next committed record of a partition, or null at its end. Waits for the log.
     *
     * @throws LogHistoryException when the log cannot be read
     */
    @Nullable
    LogRecord next(Topics topic, int partition);

    /**
     * Runs tasks beside the thread that reads, one at a time, in their order: reading ahead. A partition is read by one thread
     * at a time.
     */
    Executor background();

    @Override
    void close();

    /**
     * What the group of engines committed for a partition.
     *
     * @param offset of the first record not yet decided
     * @param metadata kept beside it
     */
    record Committed(long offset, String metadata) {}
}
