package io.weir.core.decide;

import io.weir.events.Event;
import io.weir.events.SweepCompleted;
import java.util.function.Consumer;

/**
 * One pass over all that has changed, a few snapshots at a time, while events go on being folded: first the entities, as
 * they are when written; then the accounts, as they were when the sweep began.
 */
@SuppressWarnings("DoNotCallSuggester") // until it is written
public final class Sweep {
    /**
     * Writes the next snapshots.
     *
     * @param positions by partition, the offset before which everything has been folded by now
     * @param budgetBytes to stop after; at least one snapshot is written
     * @param out takes each snapshot
     * @return whether the sweep is complete
     */
    public boolean write(long[] positions, int budgetBytes, Consumer<? super Event> out) {
        throw new UnsupportedOperationException(positions.length + out.toString() + budgetBytes);
    }

    /** What to write when it is complete. */
    public SweepCompleted completed() {
        throw new UnsupportedOperationException();
    }

    /** Ends it before it is complete: what it did not write counts as changed again. */
    public void abandon() {
        throw new UnsupportedOperationException();
    }
}
