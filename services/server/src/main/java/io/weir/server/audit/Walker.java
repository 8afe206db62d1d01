package io.weir.server.audit;

import io.weir.core.decide.DecisionStateMachine;
import io.weir.core.decide.Outcome;
import io.weir.core.policy.Policy;
import io.weir.events.Event;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A state machine on its way along the log, and the partitions whose next batch it will decide. */
final class Walker {
    private final DecisionStateMachine machine;
    /** By partition, the offset before which everything has been folded. */
    private final long[] positions;
    /** By partition, the index on its tape of the next record. */
    private final long[] indexes;

    private final Set<Integer> attached = new TreeSet<>();
    private long control;
    private @Nullable Policy policy;

    Walker(DecisionStateMachine machine, long[] positions) {
        this(machine, positions.clone(), new long[positions.length]);
    }

    private Walker(DecisionStateMachine machine, long[] positions, long[] indexes) {
        this.machine = machine;
        this.positions = positions;
        this.indexes = indexes;
    }

    /** Another one at the same place. */
    Walker fork(Known known) {
        Walker fork = new Walker(known.copy(machine, positions), positions.clone(), indexes.clone());
        fork.control = control;
        fork.machine.steer(machine.steering(), control);
        if (policy != null) {
            fork.use(policy);
        }
        return fork;
    }

    DecisionStateMachine machine() {
        return machine;
    }

    Set<Integer> attached() {
        return attached;
    }

    long position(int partition) {
        return positions[partition];
    }

    long index(int partition) {
        return indexes[partition];
    }

    boolean canReach(BatchVector vector) {
        return vector.reachableFrom(positions, control);
    }

    /** Folds the control topic up to an offset. */
    void control(PolicyTimeline timeline, long position) {
        control = Math.max(control, position);
        Policy now = timeline.activeAt(control);
        if (now != null && (policy == null || !now.sha256().equals(policy.sha256()))) {
            use(now);
        }
        machine.steer(timeline.steering(), control);
    }

    @Nullable
    Policy policy() {
        return policy;
    }

    /** The record has been folded. */
    void passed(int partition, Tape.Entry entry) {
        positions[partition] = entry.offset() + 1;
        indexes[partition]++;
    }

    /** There is nothing more before an offset. */
    void reached(int partition, long offset) {
        positions[partition] = Math.max(positions[partition], offset);
    }

    /** Folds as an engine does that does not decide the event. */
    void fold(int partition, Tape.Entry entry) {
        Event event = entry.event();
        if (event == null) {
            return;
        }
        try {
            machine.fold(event, partition, entry.offset());
        } catch (RuntimeException e) {
            // a fault that every engine met in the same way, and passed over
        }
    }

    /** Folds as an engine does that decides the event; null where there is no event, or no policy. */
    @Nullable
    Outcome decide(int partition, Tape.Entry entry) {
        Event event = entry.event();
        if (event == null) {
            return null;
        }
        if (!machine.hasPolicy()) {
            fold(partition, entry);
            return null;
        }
        try {
            return machine.decide(event, partition, entry.offset());
        } catch (RuntimeException e) {
            return new Outcome.Refused("InternalError", String.valueOf(e));
        }
    }

    private void use(Policy now) {
        policy = now;
        machine.activate(now);
    }
}
