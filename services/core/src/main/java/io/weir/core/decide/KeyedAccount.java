package io.weir.core.decide;

import io.weir.core.policy.Entity;
import java.util.EnumMap;
import java.util.Map;

/** What {@link KeyedScoring} keeps of one account. Whoever keeps it by key need not look inside. */
public final class KeyedAccount {
    final AccountWindows windows;
    /** The ids of entities that its rows name. */
    private final Map<Entity, Names> names = new EnumMap<>(Entity.class);

    KeyedAccount(AccountWindows windows) {
        this.windows = windows;
    }

    Names names(Entity kind) {
        return names.computeIfAbsent(kind, unnamed -> new Names());
    }

    /** Its id. */
    public String id() {
        return windows.id();
    }
}
