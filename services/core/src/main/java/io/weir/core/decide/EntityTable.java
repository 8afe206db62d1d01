package io.weir.core.decide;

import io.weir.core.window.EntityWindows;
import io.weir.events.Hash64;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The entities of one kind, numbered in the order in which they were first seen. */
final class EntityTable {
    private final Map<String, Integer> numbers = new HashMap<>();
    private final List<EntityWindows> windows = new ArrayList<>();

    private final int exactEvents;

    EntityTable(int exactEvents) {
        this.exactEvents = exactEvents;
    }

    int numberOf(String id) {
        Integer known = numbers.get(id);
        if (known != null) {
            return known;
        }
        int number = windows.size();
        numbers.put(id, number);
        windows.add(new EntityWindows(exactEvents));
        return number;
    }

    EntityWindows get(int number) {
        return windows.get(number);
    }

    @Nullable
    EntityWindows find(String id) {
        Integer number = numbers.get(id);
        return number == null ? null : windows.get(number);
    }

    int size() {
        return windows.size();
    }

    /** Adds all entities to a hash, by id: their numbers depend on the order of arrival, their state does not. */
    void addTo(Hash64 hash) {
        new TreeMap<>(numbers).forEach((id, number) -> windows.get(number).addTo(hash.add(id)));
    }
}
