package io.weir.core.decide;

import io.weir.core.policy.Entity;
import io.weir.core.window.EntityWindows;
import io.weir.events.Event;
import io.weir.events.TransactionSubmitted;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads what coming transactions will read and write, one step of the way there at a time, each for all of them. A processor waits
 * for memory once for many reads that do not depend on one another, but for each of those that follow from one another, as they do
 * while one transaction is folded after the other. Changes nothing.
 */
final class Prefetch {
    private static final Entity[] ENTITIES = Entity.values();

    private final FraudState state;
    private long[] hashes = new long[0];
    private int[] numbers = new int[0];
    private final List<SelectingWindows> entities = new ArrayList<>();
    private final List<String> ids = new ArrayList<>();
    private final List<EntityWindows> windows = new ArrayList<>();
    /** Of what was read, so that the compiler does not leave the reading out. */
    @SuppressWarnings("unused")
    private long read;

    Prefetch(FraudState state) {
        this.state = state;
    }

    void of(List<? extends @Nullable Event> events) {
        for (Entity kind : ENTITIES) {
            find(kind, events);
        }
        long sum = 0;
        for (SelectingWindows entity : entities) {
            ids.add(entity.id());
        }
        for (int i = 0; i < ids.size(); i++) {
            sum += ids.get(i).length();
            entities.get(i).addTo(windows);
        }
        for (EntityWindows each : windows) {
            sum += each.events().end();
        }
        for (EntityWindows each : windows) {
            sum += each.touch();
        }
        read = sum;
        entities.clear();
        ids.clear();
        windows.clear();
    }

    /** Finds entities of a kind, those that are known, of all events. */
    private void find(Entity kind, List<? extends @Nullable Event> events) {
        IdTable<? extends SelectingWindows> table = state.byId(kind);
        if (hashes.length < events.size()) {
            hashes = new long[events.size()];
            numbers = new int[events.size()];
        }
        int count = 0;
        for (int i = 0; i < events.size(); i++) {
            String id = events.get(i) instanceof TransactionSubmitted transaction ? kind.idIn(transaction) : null;
            if (id != null) {
                hashes[count++] = IdTable.hash(id);
            }
        }
        for (int i = 0; i < count; i++) {
            numbers[i] = table.numberByHash(hashes[i]);
        }
        for (int i = 0; i < count; i++) {
            if (numbers[i] >= 0) {
                entities.add(table.get(numbers[i]));
            }
        }
    }
}
