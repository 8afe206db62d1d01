package io.weir.server.score;

import io.weir.events.Provenance;
import io.weir.events.Provenance.Kind;
import io.weir.events.Provenance.Range;
import io.weir.server.log.CommittedPositions;
import io.weir.server.log.EngineLogException;
import io.weir.server.log.LogRecord;
import io.weir.server.log.OwnPartitions;
import io.weir.server.log.TailReader;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * An engine's position vector: for every partition of the transaction log and for the control topic, up to where it has
 * been folded, and who folds it: a partition is followed in the tail, or decided here.
 *
 * <p>A partition that arrives is decided only once the vector is at or past everything that the group had committed by
 * then. Its former owner's vector was never past that, so vectors never run backwards along a partition.
 */
final class Vector {
    private static final long REFRESH_NS = 50_000_000;

    private final OwnPartitions own;
    private final TailReader tail;
    private final CommittedPositions committed;
    /** Partitions decided here, with the offset of the next record to decide. */
    private final Map<Integer, Long> deciding = new TreeMap<>();
    /** Partitions that have arrived and are not decided yet. */
    private final Set<Integer> waiting = new TreeSet<>();
    /** Ends of the ranges in the last batch's provenance. */
    private final Map<Integer, Long> described = new HashMap<>();

    private int partitions;
    private long controlTarget;
    private long controlDescribed;
    private long askedNs;
    /** What must have been folded before a waiting partition is decided; null until the group's answer is there. */
    private @Nullable Map<Integer, Long> target;

    Vector(OwnPartitions own, TailReader tail, CommittedPositions committed) {
        this.own = own;
        this.tail = tail;
        this.committed = committed;
    }

    /** Follows everything from the beginning. */
    void begin() {
        partitions = tail.partitions();
        for (int partition = 0; partition < partitions; partition++) {
            tail.followFromBeginning(partition, 0);
        }
        aimAtNow();
    }

    /** Whether all that was committed when {@link #begin} was called has been folded. */
    boolean restored() {
        takeAnswer();
        return reachedTarget();
    }

    /** Partitions come to be waited for and go back to the tail. */
    void followRebalances() {
        for (int partition : own.takeLeft()) {
            Long next = deciding.remove(partition);
            if (next != null) {
                tail.follow(partition, next, next);
            }
            waiting.remove(partition);
        }
        List<Integer> arrived = own.takeArrived();
        if (!arrived.isEmpty()) {
            waiting.addAll(arrived);
            aimAtNow();
        }
    }

    /** To be called after the tail was polled: sets how far it may go next. */
    void foldedTail() {
        takeAnswer();
        boolean stale = System.nanoTime() - askedNs > REFRESH_NS;
        if (tail.followsAny() && !committed.asking() && stale) {
            ask();
        }
    }

    /** Lets those waiting partitions be decided for which the state is ready. */
    void resumeCaughtUp(boolean canDecide) {
        if (waiting.isEmpty() || !canDecide || !reachedTarget()) {
            return;
        }
        for (int partition : List.copyOf(waiting)) {
            long next = own.position(partition);
            tail.limit(partition, next);
            if (!tail.reached(partition)) {
                continue;
            }
            // Not the tail's position: where retention has overtaken the group, that starts behind what was committed.
            if (tail.givenOut(partition) > next) {
                throw new EngineLogException("partition " + partition + " is to be decided from " + next
                        + " on, but was folded up to " + tail.givenOut(partition) + "; building the state anew");
            }
            tail.stop(partition);
            waiting.remove(partition);
            deciding.put(partition, next);
            own.resume(partition);
        }
    }

    /** The partitions that have arrived and cannot be decided yet. */
    Collection<Integer> waitingFor() {
        return waiting;
    }

    /** The partitions that are decided here. */
    Collection<Integer> deciding() {
        return deciding.keySet();
    }

    /** A batch was committed. */
    void committed(Map<Integer, Long> next) {
        deciding.putAll(next);
        for (int partition = 0; partition < partitions; partition++) {
            described.put(partition, position(partition));
        }
        controlDescribed = tail.controlPosition();
    }

    /** What a batch of these records folds, all that was folded since the last one included. */
    Provenance provenance(List<LogRecord> records) {
        Map<Integer, Long> ends = new HashMap<>();
        for (LogRecord record : records) {
            ends.put(record.partition(), record.offset() + 1);
        }
        List<Range> ranges = new ArrayList<>();
        ranges.add(new Range(Kind.CONTROL, 0, controlDescribed, tail.controlPosition()));
        for (int partition = 0; partition < partitions; partition++) {
            if (!deciding.containsKey(partition)) {
                long to = position(partition);
                ranges.add(new Range(Kind.TAIL, partition, described.getOrDefault(partition, 0L), to));
            }
        }
        deciding.forEach((partition, from) ->
                ranges.add(new Range(Kind.OWN, partition, from, ends.getOrDefault(partition, from))));
        return new Provenance(ranges);
    }

    private long position(int partition) {
        Long next = deciding.get(partition);
        return next != null ? next : tail.position(partition);
    }

    /** Aims at what has been committed and published by now. */
    private void aimAtNow() {
        target = null;
        controlTarget = tail.controlEnd();
        ask();
    }

    private void ask() {
        askedNs = System.nanoTime();
        committed.ask();
    }

    private void takeAnswer() {
        Map<Integer, Long> answer = committed.take();
        if (answer != null) {
            answer.forEach(tail::limit);
            if (target == null) {
                target = answer;
            }
        }
    }

    private boolean reachedTarget() {
        Map<Integer, Long> aim = target;
        if (aim == null || tail.controlPosition() < controlTarget) {
            return false;
        }
        for (Map.Entry<Integer, Long> entry : aim.entrySet()) {
            if (tail.follows(entry.getKey()) && tail.position(entry.getKey()) < entry.getValue()) {
                return false;
            }
        }
        return true;
    }
}
