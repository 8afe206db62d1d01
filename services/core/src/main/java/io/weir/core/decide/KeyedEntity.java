package io.weir.core.decide;

import io.weir.core.policy.Entity;

/** What {@link KeyedScoring} keeps of one entity other than an account. Whoever keeps it by key need not look inside. */
public final class KeyedEntity {
    final TrackedEntity windows;

    KeyedEntity(TrackedEntity windows) {
        this.windows = windows;
    }

    /** What it is. */
    public Entity kind() {
        return windows.kind();
    }

    /** Its id. */
    public String id() {
        return windows.id();
    }
}
