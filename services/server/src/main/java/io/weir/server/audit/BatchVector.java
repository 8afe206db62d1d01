package io.weir.server.audit;

import io.weir.events.Provenance;
import io.weir.events.Provenance.Range;
import java.util.Arrays;

/**
 * A batch's position vector: up to where everything had been folded before its first event was decided, and up to where its
 * own partitions were decided by it.
 */
final class BatchVector {
    private static final long NOT_OWN = -1;

    private final long control;
    private final long[] before;
    private final long[] ownTo;

    private BatchVector(long control, long[] before, long[] ownTo) {
        this.control = control;
        this.before = before;
        this.ownTo = ownTo;
    }

    /**
     * The vector in a provenance header.
     *
     * @param partitions of the transaction log; those that the header does not name, because they came later, are at 0
     * @throws IllegalArgumentException when it makes no sense
     */
    static BatchVector parse(String provenance, int partitions) {
        long control = 0;
        long[] before = new long[partitions];
        long[] ownTo = new long[partitions];
        Arrays.fill(ownTo, NOT_OWN);
        for (Range range : Provenance.parse(provenance).ranges()) {
            boolean known = range.kind() == Provenance.Kind.CONTROL || range.partition() < partitions;
            if (!known || range.partition() < 0 || range.from() < 0 || range.to() < range.from()) {
                throw new IllegalArgumentException("no range of this log: " + range);
            }
            switch (range.kind()) {
                case CONTROL -> control = range.to();
                case TAIL -> before[range.partition()] = range.to();
                case OWN -> {
                    before[range.partition()] = range.from();
                    ownTo[range.partition()] = range.to();
                }
            }
        }
        return new BatchVector(control, before, ownTo);
    }

    /** The offset up to which the control topic had been folded. */
    long control() {
        return control;
    }

    /** The offset up to which a partition had been folded before the batch's own events. */
    long before(int partition) {
        return before[partition];
    }

    /** Whether the batch's engine decides a partition. */
    boolean owns(int partition) {
        return ownTo[partition] != NOT_OWN;
    }

    /** The offset up to which a partition has been folded after the batch. */
    long after(int partition) {
        return Math.max(before[partition], ownTo[partition]);
    }

    int partitions() {
        return before.length;
    }

    /** Whether one machine can go through this batch and then stand where the other begins. */
    boolean precedes(BatchVector other) {
        boolean precedes = control <= other.control;
        for (int partition = 0; precedes && partition < before.length; partition++) {
            precedes = after(partition) <= other.before[partition];
        }
        return precedes;
    }

    /** Whether a machine that has folded this much can still come to where the batch begins. */
    boolean reachableFrom(long[] positions, long controlPosition) {
        boolean reachable = controlPosition <= control;
        for (int partition = 0; reachable && partition < before.length; partition++) {
            reachable = positions[partition] <= before[partition];
        }
        return reachable;
    }

    /** How much had been folded before it, in records: for taking the earlier of two. */
    long total() {
        long total = control;
        for (long position : before) {
            total += position;
        }
        return total;
    }
}
