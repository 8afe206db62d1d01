package io.weir.core.decide;

import io.weir.core.policy.Entity;
import io.weir.events.Event;
import io.weir.events.TransactionSubmitted;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads what coming transactions will read and write: of all of them first where it is, then what is there. A processor waits for
 * memory once for many reads that do not depend on one another, but for each of those that follow from one another, as they do while one
 * transaction is folded after the other. Changes nothing.
 */
final class Prefetch {
    private static final Entity[] ENTITIES = Entity.values();

    private final FraudState state;
    private @Nullable SelectingWindows[] found = new SelectingWindows[0];
    /** Of what was read, so that the compiler does not leave the reading out. */
    @SuppressWarnings("unused")
    private long read;

    Prefetch(FraudState state) {
        this.state = state;
    }

    void of(List<? extends @Nullable Event> events) {
        if (found.length < events.size() * ENTITIES.length) {
            found = new SelectingWindows[events.size() * ENTITIES.length];
        }
        int count = 0;
        for (int i = 0; i < events.size(); i++) {
            if (events.get(i) instanceof TransactionSubmitted transaction) {
                for (Entity kind : ENTITIES) {
                    String id = kind.idIn(transaction);
                    found[count] = id == null ? null : state.find(kind, id);
                    count += found[count] == null ? 0 : 1;
                }
            }
        }
        long sum = 0;
        for (int i = 0; i < count; i++) {
            SelectingWindows windows = found[i];
            sum += windows == null ? 0 : windows.touch();
            found[i] = null;
        }
        read = sum;
    }
}
