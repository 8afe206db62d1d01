package io.weir.server.log;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** One member of the group of deciding engines, and its reader of the partitions of the transaction log that it is given. */
public interface GroupMember extends AutoCloseable {
    /** What is told of partitions that come and go; only ever from within {@link #poll}. */
    interface Rebalances {
        void arrived(Collection<Integer> partitions);

        void left(Collection<Integer> partitions);
    }

    /** Ends the membership that an earlier life under the same name may have left behind. */
    void releaseThePast();

    void join(Rebalances rebalances);

    /** The next records of the partitions that are not paused; empty when there are none in time or on {@link #wakeUp}. */
    List<LogRecord> poll(Duration timeout);

    /**
     * The offset of the next record of a partition: at first the committed one, else the log's beginning; none while that is
     * not known yet, or never will be, since the partition is about to leave: the next {@link #poll} tells. Never waits.
     */
    OptionalLong position(int partition);

    /** Goes on at an offset of a partition, which is then its {@link #position}. */
    void seek(int partition, long offset);

    /** What the group has committed for a partition, once no commit of it is under way; null if nothing. */
    @Nullable
    CommittedPosition committed(int partition);

    void pause(Collection<Integer> partitions);

    void resume(Collection<Integer> partitions);

    /** Records between what was polled and the end of a partition, as far as is known without asking. */
    long lag(int partition);

    /** Whether the group has another member under this one's name, so that another process has taken it over. */
    boolean isReplaced();

    /** Ends a {@link #poll} that waits. From any thread. */
    void wakeUp();

    /** Leaves the group. */
    @Override
    void close();
}
