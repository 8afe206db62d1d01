package io.weir.core.decide;

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
        int capacity = Integer.highestOneBit(Math.max(ids, 8) * 2 - 1) << 1;
        slots = new int[capacity];
        mask = capacity - 1;
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
