package io.weir.core.decide;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Tells of almost every id that was never added that it was not: 32 bits of each id's hash, in open addressing. What was
 * added stays until the filter is made anew.
 */
final class IdFilter {
    private final int[] slots;
    private final int mask;
    private int size;

    /** A filter with room for this many ids. */
    IdFilter(int ids) {
        slots = new int[capacity(ids)];
        mask = slots.length - 1;
    }

    private static int capacity(int ids) {
        return Integer.highestOneBit(Math.max(ids, 8) * 2 - 1) << 1;
    }

    /** An empty filter with room for this many ids: the one before, if it is of that size. */
    static IdFilter empty(int ids, @Nullable IdFilter before) {
        if (before == null || before.slots.length != capacity(ids)) {
            return new IdFilter(ids);
        }
        Arrays.fill(before.slots, 0);
        before.size = 0;
        return before;
    }

    /** False only if the id was not added. */
    boolean mayContain(long idHash) {
        int mark = mark(idHash);
        int slot = (int) idHash & mask;
        while (slots[slot] != 0) {
            if (slots[slot] == mark) {
                return true;
            }
            slot = (slot + 1) & mask;
        }
        return false;
    }

    void add(long idHash) {
        int slot = (int) idHash & mask;
        while (slots[slot] != 0) {
            slot = (slot + 1) & mask;
        }
        slots[slot] = mark(idHash);
        size++;
    }

    /** How many were added. */
    int size() {
        return size;
    }

    /** Whether the next one should go into a larger filter. */
    boolean isFull() {
        return size >= slots.length - (slots.length >> 2);
    }

    /** The upper half of the hash, since the lower one chooses the slot; 0 means a free slot. */
    private static int mark(long idHash) {
        int upper = (int) (idHash >>> 32);
        return upper == 0 ? 1 : upper;
    }
}
