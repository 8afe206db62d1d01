package io.weir.server.score;

import io.weir.events.Provenance;
import io.weir.events.Provenance.Kind;
import io.weir.events.Provenance.Range;
import io.weir.events.Sha256;
import io.weir.server.log.CommittedPosition;
import io.weir.server.log.EngineLog;
import io.weir.server.log.EngineLogException;
import io.weir.server.log.GroupPositions;
import io.weir.server.log.OwnPartitions;
import io.weir.server.log.TailReader;
import io.weir.server.score.Restore.Restored;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An engine's position vector: for every partition of the transaction log and for the control topic, up to where it has
 * been folded, and who folds it: a partition is followed in the tail, or decided here.
 *
 * <p>A partition that arrives is decided only once the vector is at or past everything that the group had committed by
 * then. Its former owner's vector was never past that, so vectors never run backwards along a partition.
 */
final class Vector {
    private static final Logger log = LoggerFactory.getLogger(Vector.class);
    private static final long REFRESH_NS = 50_000_000;

    private final OwnPartitions own;
    private final TailReader tail;
    private final GroupPositions committed;
    private final LongSupplier nanoTime;
    private final PastDecisions past;
    private final ChainHeads heads;
    /** By partition decided here, the offset of the next record to decide. */
    private final Map<Integer, Long> deciding = new TreeMap<>();
    /** Partitions that have arrived and are not decided yet. */
    private final Set<Integer> waiting = new TreeSet<>();
    /** Partitions decided here of which there was no batch yet. */
    private final Set<Integer> unsettled = new TreeSet<>();
    /** Ends of the ranges in the last batch's provenance. */
    private final Map<Integer, Long> described = new HashMap<>();

    private int partitions;
    private long controlTarget;
    private long controlDescribed;
    private long askedNs;
    /** What must have been folded before a waiting partition is decided; null until the group's answer is there. */
    private @Nullable Map<Integer, CommittedPosition> target;

    /** {@code heads} get those of the partitions that come. */
    Vector(EngineLog engineLog, OwnPartitions own, TailReader tail, ChainHeads heads) {
        this.own = own;
        this.tail = tail;
        this.committed = engineLog.positions();
        this.nanoTime = engineLog::nanoTime;
        this.past = new PastDecisions(engineLog, own);
        this.heads = heads;
    }

    /**
     * Follows every partition.
     *
     * @param restored what the state contains already
     */
    void begin(Restored restored) {
        partitions = restored.positions().length;
        for (int partition = 0; partition < partitions; partition++) {
            tail.follow(partition, restored.positions()[partition], 0);
        }
        past.begin(restored.start());
        controlTarget = tail.controlEnd();
        askedNs = nanoTime.getAsLong();
        aimAt(restored.committed());
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
                tail.goOn(partition, next);
            }
            waiting.remove(partition);
            unsettled.remove(partition);
        }
        List<Integer> arrived = own.takeArrived();
        if (!arrived.isEmpty()) {
            waiting.addAll(arrived);
            target = null;
            controlTarget = tail.controlEnd();
            ask(true);
        }
    }

    /** To be called before the tail is polled: sets how far it may go. */
    void limitTail() {
        takeAnswer();
        boolean stale = nanoTime.getAsLong() - askedNs > REFRESH_NS;
        if (tail.followsAny() && !committed.asking() && stale) {
            ask(false);
        }
    }

    /** Lets those waiting partitions be decided for which the state is ready. */
    void resumeCaughtUp(boolean canDecide) {
        if (waiting.isEmpty() || !canDecide || !reachedTarget()) {
            return;
        }
        for (int partition : List.copyOf(waiting)) {
            OptionalLong known = own.position(partition);
            if (known.isEmpty()) {
                continue;
            }
            long next = known.getAsLong();
            tail.limit(partition, next);
            if (!tail.reached(partition)) {
                continue;
            }
            // Not the tail's position: where retention has overtaken the group, that starts behind what was committed.
            if (tail.givenOut(partition) > next) {
                throw new EngineLogException("partition " + partition + " is to be decided from " + next
                        + " on, but was folded up to " + tail.givenOut(partition) + "; building the state anew");
            }
            heads.set(partition, head(partition, next));
            tail.stop(partition);
            waiting.remove(partition);
            deciding.put(partition, next);
            unsettled.add(partition);
            log.info("decides partition {} from offset {} on", partition, next);
            own.resume(List.of(partition));
        }
    }

    /** Most often the group's answer has it, which was waited for anyway: asking for one partition after another takes long. */
    private Sha256 head(int partition, long next) {
        CommittedPosition answered = target == null ? null : target.get(partition);
        return answered != null
                        && answered.offset() == next
                        && !answered.chain().isEmpty()
                ? Sha256.parse(answered.chain())
                : past.head(partition);
    }

    /** The partitions that have arrived and cannot be decided yet. */
    Collection<Integer> waitingFor() {
        return waiting;
    }

    /** The partitions that are decided here. */
    Collection<Integer> deciding() {
        return deciding.keySet();
    }

    /** Those of them of which this engine has decided no batch yet. */
    Collection<Integer> unsettled() {
        return unsettled;
    }

    /** By partition of the transaction log, the offset before which everything has been folded. */
    long[] positions() {
        return positionsAfter(Map.of());
    }

    /** The same, after a batch that ends at {@code next}. */
    long[] positionsAfter(Map<Integer, Long> next) {
        long[] positions = new long[partitions];
        for (int partition = 0; partition < partitions; partition++) {
            Long end = next.get(partition);
            positions[partition] = end != null ? end : position(partition);
        }
        return positions;
    }

    /** A batch that ends at {@code next} was handed over, and is committed before any other. */
    void decided(Map<Integer, Long> next) {
        deciding.putAll(next);
        unsettled.removeAll(next.keySet());
        for (int partition = 0; partition < partitions; partition++) {
            described.put(partition, position(partition));
        }
        controlDescribed = tail.controlPosition();
    }

    /** What a batch folds that ends at {@code next}, all that was folded since the last one included. */
    Provenance provenance(Map<Integer, Long> next) {
        List<Range> ranges = new ArrayList<>();
        ranges.add(new Range(Kind.CONTROL, 0, controlDescribed, tail.controlPosition()));
        for (int partition = 0; partition < partitions; partition++) {
            if (!deciding.containsKey(partition)) {
                long to = position(partition);
                ranges.add(new Range(Kind.TAIL, partition, described.getOrDefault(partition, 0L), to));
            }
        }
        deciding.forEach((partition, from) ->
                ranges.add(new Range(Kind.OWN, partition, from, next.getOrDefault(partition, from))));
        return new Provenance(ranges);
    }

    private long position(int partition) {
        Long next = deciding.get(partition);
        return next != null ? next : tail.position(partition);
    }

    private void ask(boolean stable) {
        askedNs = nanoTime.getAsLong();
        committed.ask(stable);
    }

    private void takeAnswer() {
        Map<Integer, CommittedPosition> answer = committed.take();
        if (answer != null) {
            aimAt(answer);
        }
    }

    private void aimAt(Map<Integer, CommittedPosition> answer) {
        answer.forEach((partition, position) -> tail.limit(partition, position.offset()));
        if (target == null) {
            target = answer;
        }
    }

    private boolean reachedTarget() {
        Map<Integer, CommittedPosition> aim = target;
        if (aim == null || tail.controlPosition() < controlTarget) {
            return false;
        }
        for (Map.Entry<Integer, CommittedPosition> entry : aim.entrySet()) {
            if (tail.follows(entry.getKey())
                    && tail.position(entry.getKey()) < entry.getValue().offset()) {
                return false;
            }
        }
        return true;
    }
}
