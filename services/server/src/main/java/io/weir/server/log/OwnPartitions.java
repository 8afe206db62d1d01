package io.weir.server.log;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The partitions of the transaction log that the group gives to one engine. A partition comes paused: the engine resumes
 * it when its state has caught up. Used by the engine's thread alone, but for {@link #wakeUp}.
 */
public final class OwnPartitions {
    private final GroupMember member;
    private final Set<Integer> assigned = new HashSet<>();
    private final List<Integer> arrived = new ArrayList<>();
    private final List<Integer> left = new ArrayList<>();
    private Runnable beforeLeaving = () -> {};

    public OwnPartitions(GroupMember member) {
        this.member = member;
    }

    /** Ends the membership that an earlier life of this instance may have left behind. */
    public void releaseThePast() {
        member.releaseThePast();
    }

    /**
     * Joins the group.
     *
     * @param whenLeaving run within {@link #poll} before partitions are given back
     */
    public void join(Runnable whenLeaving) {
        beforeLeaving = whenLeaving;
        member.join(new Rebalances());
    }

    /**
     * The next records of the resumed partitions, by (partition, offset); empty when there are none in time or on
     * {@link #wakeUp}. Partitions come and go only within this call.
     */
    public List<LogRecord> poll(Duration timeout) {
        List<LogRecord> records = new ArrayList<>(member.poll(timeout));
        records.sort(Comparator.comparingInt(LogRecord::partition)); // stable: offsets stay in order
        return records;
    }

    /** The partitions that came since the last call; they are paused. */
    public List<Integer> takeArrived() {
        List<Integer> taken = List.copyOf(arrived);
        arrived.clear();
        return taken;
    }

    /** The partitions that left since the last call. */
    public List<Integer> takeLeft() {
        List<Integer> taken = List.copyOf(left);
        left.clear();
        return taken;
    }

    /** Whether partitions came or left that were not taken notice of yet. */
    public boolean haveMoved() {
        return !arrived.isEmpty() || !left.isEmpty();
    }

    /** Whether this engine has had all of these partitions without a break since {@link #takeArrived}. */
    public boolean stillOwns(Collection<Integer> partitions) {
        return assigned.containsAll(partitions) && partitions.stream().noneMatch(arrived::contains);
    }

    /** The offset of the next record of a partition; none while it is not known yet. */
    public OptionalLong position(int partition) {
        return member.position(partition);
    }

    /** What the group has committed for a partition, once no commit of it is under way; null if nothing. */
    public @Nullable CommittedPosition committed(int partition) {
        return member.committed(partition);
    }

    public void pause(Collection<Integer> partitions) {
        member.pause(partitions);
    }

    public void resume(Collection<Integer> partitions) {
        member.resume(partitions);
    }

    /** Records between what was polled and the end of the assigned partitions, as far as is known without asking. */
    public long lag() {
        return lag(assigned);
    }

    /** The same of some of them. */
    public long lag(Collection<Integer> partitions) {
        long lag = 0;
        for (int partition : partitions) {
            lag += assigned.contains(partition) ? member.lag(partition) : 0;
        }
        return lag;
    }

    /** Whether another process has joined the group under this engine's name. */
    public boolean isReplaced() {
        return member.isReplaced();
    }

    /** Ends a {@link #poll} that waits. From any thread. */
    public void wakeUp() {
        member.wakeUp();
    }

    private final class Rebalances implements GroupMember.Rebalances {
        @Override
        public void arrived(Collection<Integer> partitions) {
            member.pause(partitions);
            assigned.addAll(partitions);
            arrived.addAll(partitions);
        }

        @Override
        public void left(Collection<Integer> partitions) {
            beforeLeaving.run();
            assigned.removeAll(partitions);
            arrived.removeAll(partitions);
            left.addAll(partitions);
        }
    }
}
