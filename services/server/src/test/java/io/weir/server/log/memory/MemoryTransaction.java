package io.weir.server.log.memory;

import java.util.LinkedHashSet;
import java.util.Set;

/** One transaction, as its coordinator knows it. */
public final class MemoryTransaction {
    private final String transactionalId;
    private final Object writer;
    /** Partitions and the group, where it has written and its marker is to come. */
    private final Set<MemoryPartition> partitions = new LinkedHashSet<>();

    private boolean hasPositions;
    private State state = State.OPEN;
    private int order;

    private enum State {
        OPEN,
        COMMITTED,
        ABORTED
    }

    MemoryTransaction(String transactionalId, Object writer) {
        this.transactionalId = transactionalId;
        this.writer = writer;
    }

    /** Whoever opened it. */
    public Object writer() {
        return writer;
    }

    /** Its place among all that were decided. */
    public int order() {
        return order;
    }

    String transactionalId() {
        return transactionalId;
    }

    boolean isOpen() {
        return state == State.OPEN;
    }

    /** Whether it was decided that it counts, wherever its markers are by now. */
    boolean isCommitted() {
        return state == State.COMMITTED;
    }

    void decide(boolean commit, int place) {
        order = place;
        state = commit ? State.COMMITTED : State.ABORTED;
    }

    void wroteTo(MemoryPartition partition) {
        partitions.add(partition);
    }

    void wrotePositions() {
        hasPositions = true;
    }

    /** Whether every marker has been written. */
    boolean isMarked() {
        return partitions.isEmpty() && !hasPositions;
    }

    int markersToCome() {
        return partitions.size() + (hasPositions ? 1 : 0);
    }

    /** Writes one of the markers that are to come. */
    void mark(int index, MemoryGroup group) {
        if (index < partitions.size()) {
            MemoryPartition partition =
                    partitions.stream().skip(index).findFirst().orElseThrow();
            partitions.remove(partition);
            partition.mark(this);
        } else {
            hasPositions = false;
            group.mark(this);
        }
    }
}
