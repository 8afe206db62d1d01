package io.weir.core.decide;

import io.weir.events.Hash64;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Entities by id, numbered in the order in which they came. Open addressing, one long a slot: half of the id's hash, and the number
 * plus one. Most of finding an entity is waiting for memory, and here only one read leads from the id to its number; a hash map
 * takes three, and twice the memory. Ids that would lie too far from where they belong, as they can where someone chooses them for
 * that, are in a hash map all the same.
 */
final class IdTable<T extends SelectingWindows> {
    private static final long NUMBER = (1L << Integer.SIZE) - 1;
    private static final int FIRST_SLOTS = 16;
    /** An id lies in one of so many slots, of which some are free but by intent: two in three slots are used at most. */
    private static final int MOST_PROBES = 256;

    private long[] slots = new long[FIRST_SLOTS];
    private final List<T> byNumber = new ArrayList<>();
    /** Numbers of those for which none of their slots was free. */
    private final Map<String, Integer> elsewhere = new HashMap<>();

    /** What the other methods take as the hash of an id. */
    static long hash(String id) {
        return Hash64.of(id);
    }

    @Nullable
    T find(String id) {
        int number = number(id);
        return number < 0 ? null : byNumber.get(number);
    }

    /** The number of an id; less than 0 if it is not there. */
    int number(String id) {
        long hash = hash(id);
        for (int probe = 0; probe < MOST_PROBES; probe++) {
            long slot = slots[place(hash, probe)];
            if (slot == 0) {
                return -1;
            }
            if (isOf(slot, hash) && byNumber.get(number(slot)).id().equals(id)) {
                return number(slot);
            }
        }
        return elsewhere.getOrDefault(id, -1);
    }

    /** A guess, by an id's hash alone: mostly its number, if it is there; else that of another id, or less than 0. */
    int numberByHash(long hash) {
        for (int probe = 0; probe < MOST_PROBES; probe++) {
            long slot = slots[place(hash, probe)];
            if (slot == 0 || isOf(slot, hash)) {
                return number(slot);
            }
        }
        return -1;
    }

    T get(int number) {
        return byNumber.get(number);
    }

    /** Adds an entity whose id is not there; its number is the {@link #size} before. */
    void add(T entity) {
        if (3L * (byNumber.size() + 1) > 2L * slots.length) {
            grow();
        }
        byNumber.add(entity);
        put((hash(entity.id()) & ~NUMBER) | byNumber.size());
    }

    /** Puts an entity in the place of another one of its id. */
    void replace(int number, T entity) {
        byNumber.set(number, entity);
    }

    /** All, by number. */
    List<T> all() {
        return Collections.unmodifiableList(byNumber);
    }

    int size() {
        return byNumber.size();
    }

    private void grow() {
        long[] before = slots;
        slots = new long[2 * before.length];
        for (long slot : before) {
            if (slot != 0) {
                put(slot);
            }
        }
        Map<String, Integer> again = new HashMap<>(elsewhere);
        elsewhere.clear();
        again.forEach((id, number) -> put((hash(id) & ~NUMBER) | (number + 1)));
    }

    private void put(long slot) {
        for (int probe = 0; probe < MOST_PROBES; probe++) {
            int place = place(slot, probe);
            if (slots[place] == 0) {
                slots[place] = slot;
                return;
            }
        }
        elsewhere.put(byNumber.get(number(slot)).id(), number(slot));
    }

    /** Where to look next: by the half of the hash that slots keep, so that a larger table is filled from them alone. */
    private int place(long hash, int probe) {
        return ((int) (hash >>> Integer.SIZE) + probe) & (slots.length - 1);
    }

    private static boolean isOf(long slot, long hash) {
        return (slot ^ hash) >>> Integer.SIZE == 0;
    }

    private static int number(long slot) {
        return (int) (slot & NUMBER) - 1;
    }
}
