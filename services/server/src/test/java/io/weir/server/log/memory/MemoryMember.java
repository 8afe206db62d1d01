package io.weir.server.log.memory;

import io.weir.events.Topics;
import io.weir.server.log.CommittedPosition;
import io.weir.server.log.GroupMember;
import io.weir.server.log.LogRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;

/** A member of the group, and its reader. */
final class MemoryMember implements GroupMember {
    private static final String TRANSACTIONS = Topics.TRANSACTIONS.topicName();
    private static final long UNKNOWN = -1;
    private static final int MOST_RECORDS = 12;

    private final MemoryLog log;
    private final MemoryEngineLog engine;
    private final String instanceId;
    /** By partition that this client believes to have, its position. */
    private final Map<Integer, Long> positions = new TreeMap<>();

    private final Set<Integer> paused = new HashSet<>();
    private MemoryGroup.Member joined;
    private Rebalances rebalances;

    MemoryMember(MemoryLog log, MemoryEngineLog engine, String instanceId) {
        this.log = log;
        this.engine = engine;
        this.instanceId = instanceId;
    }

    /** As the coordinator knows it; null before it joined. */
    MemoryGroup.Member joined() {
        return joined;
    }

    boolean hasJoined() {
        return rebalances != null;
    }

    @Override
    public void releaseThePast() {
        engine.call("release", () -> {
            log.group().release(instanceId);
            return null;
        });
    }

    @Override
    public void join(Rebalances told) {
        rebalances = told;
    }

    @Override
    public List<LogRecord> poll(Duration timeout) {
        return engine.call("poll", () -> {
            followTheGroup();
            List<LogRecord> records = fetch();
            if (records.isEmpty()) {
                engine.pass(timeout);
            }
            return records;
        });
    }

    @Override
    public OptionalLong position(int partition) {
        if (positions.get(partition) == UNKNOWN) {
            if (log.random().nextBoolean()) {
                return OptionalLong.empty();
            }
            engine.unsureCall("position", () -> {
                learnPosition(partition);
                return null;
            });
        }
        return OptionalLong.of(positions.get(partition));
    }

    @Override
    public void seek(int partition, long offset) {
        positions.put(partition, offset);
    }

    @Override
    public CommittedPosition committed(int partition) {
        return engine.unsureCall("committed", () -> log.stablePosition(partition));
    }

    @Override
    public void pause(Collection<Integer> partitions) {
        requireAssigned(partitions);
        paused.addAll(partitions);
    }

    @Override
    public void resume(Collection<Integer> partitions) {
        requireAssigned(partitions);
        paused.removeAll(partitions);
    }

    /** Sometimes many, for then the engine goes on while it commits. */
    @Override
    public long lag(int partition) {
        return log.random().nextInt(3) == 0 ? 1_000 : 0;
    }

    @Override
    public boolean isReplaced() {
        return log.group().hasAnother(instanceId, joined);
    }

    @Override
    public void wakeUp() {
        // nothing waits here
    }

    @Override
    public void close() {
        if (log.group().isMember(joined)) {
            log.group().remove(joined);
        }
    }

    private void followTheGroup() {
        if (!log.group().isMember(joined)) {
            leave(List.copyOf(positions.keySet()));
            joined = log.group().join(instanceId);
        }
        List<Integer> given = log.group().toGiveBack(joined);
        leave(given);
        if (!log.group().isMember(joined)) {
            return; // removed while it was leaving: the next poll tells
        }
        List<Integer> arrived = log.group().giveBackAndTake(joined, given);
        arrived.forEach(partition -> positions.put(partition, UNKNOWN));
        if (!arrived.isEmpty()) {
            rebalances.arrived(arrived);
        }
    }

    private void leave(List<Integer> partitions) {
        partitions.forEach(positions::remove);
        paused.removeAll(partitions);
        if (!partitions.isEmpty()) {
            rebalances.left(partitions);
        }
    }

    private List<LogRecord> fetch() {
        List<LogRecord> records = new ArrayList<>();
        for (int partition : positions.keySet()) {
            if (positions.get(partition) == UNKNOWN
                    && log.random().nextBoolean()
                    && log.group().pending(partition) == null) {
                learnPosition(partition);
            }
            long position = positions.get(partition);
            if (position != UNKNOWN
                    && !paused.contains(partition)
                    && log.random().nextInt(4) > 0) {
                var fetched = log.partition(TRANSACTIONS, partition)
                        .fetch(position, log.random().nextInt(MOST_RECORDS));
                positions.put(partition, fetched.next());
                records.addAll(fetched.records());
            }
        }
        return records;
    }

    private void learnPosition(int partition) {
        CommittedPosition committed = log.stablePosition(partition);
        positions.put(
                partition,
                committed != null
                        ? committed.offset()
                        : log.partition(TRANSACTIONS, partition).beginning());
    }

    private void requireAssigned(Collection<Integer> partitions) {
        if (!positions.keySet().containsAll(partitions)) {
            throw new IllegalStateException("not assigned: " + partitions);
        }
    }
}
