package io.weir.core.decide;

import io.weir.core.policy.Entity;
import io.weir.core.window.EventSeries;
import org.jspecify.annotations.Nullable;

/** What is kept of an entity other than an account. */
final class TrackedEntity extends SelectingWindows {
    private final String id;
    private final int number;
    /** By partition, the offset before which its snapshot contains every event; null if nothing is to be skipped. */
    private long @Nullable [] positions;

    /** Whether it is in a list of what has changed. */
    private boolean changed;

    TrackedEntity(Entity kind, String id, int number, int exactEvents, Selections selections) {
        super(kind, new EventSeries(selections.peers(kind).size(), 0), exactEvents, selections);
        this.id = id;
        this.number = number;
    }

    @Override
    String id() {
        return id;
    }

    /** Its number in the table of its kind; another one in another engine. */
    int number() {
        return number;
    }

    /** Sets what its snapshot contains. The array is shared. */
    void setPositions(long @Nullable [] newPositions) {
        positions = newPositions;
    }

    /** Whether the snapshot that it was loaded from contains what an event does to it. */
    boolean contains(int partition, long offset) {
        return positions != null && partition < positions.length && offset < positions[partition];
    }

    boolean changed() {
        return changed;
    }

    void setChanged(boolean newChanged) {
        changed = newChanged;
    }
}
