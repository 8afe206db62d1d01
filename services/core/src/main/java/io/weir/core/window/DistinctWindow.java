package io.weir.core.window;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * How often each value of a column occurs in a window that moves, forwards or back. A cache of the rows: what it answers is
 * what a walk over the window would.
 */
final class DistinctWindow {
    private static final int FIRST_CAPACITY = 64;

    private final int column;
    private final long windowMs;
    private final long delayMs;
    /** The rows counted are those in {@code (afterMs, throughMs]}; none if that ends before it begins. */
    private long afterMs = Long.MIN_VALUE;

    private long throughMs = Long.MIN_VALUE;

    /** Open addressing; a value keeps its slot when its count falls to 0, until the table is made anew. */
    private long[] values = new long[FIRST_CAPACITY];

    private int[] counts = new int[FIRST_CAPACITY];
    private int slotsUsed;
    private int distinct;
    /** A {@link Sketch} of the values; null while nobody asks for it, or after a value has gone that it had a rank from. */
    private byte @Nullable [] sketch;

    DistinctWindow(int column, long windowMs, long delayMs) {
        this.column = column;
        this.windowMs = windowMs;
        this.delayMs = delayMs;
    }

    boolean is(int otherColumn, long otherWindowMs, long otherDelayMs) {
        return column == otherColumn && windowMs == otherWindowMs && delayMs == otherDelayMs;
    }

    /** Moves the window and returns how many different values it has. */
    int count(long newAfterMs, long newThroughMs, EventSeries series) {
        int oldFrom = series.firstAfter(afterMs);
        int oldTo = series.firstAfter(throughMs);
        int from = series.firstAfter(newAfterMs);
        int to = series.firstAfter(newThroughMs);
        if (Math.abs(from - oldFrom) + Math.abs(to - oldTo) >= to - from) {
            clear();
            add(from, to, series); // fewer rows than to step over; windows without a common row always end here
        } else {
            add(from, oldFrom, series);
            add(oldTo, to, series);
            remove(oldFrom, from, series);
            remove(to, oldTo, series);
        }
        afterMs = newAfterMs;
        throughMs = newThroughMs;
        return distinct;
    }

    /** A sketch of the values in the window as it was counted last. */
    byte[] sketch() {
        if (sketch == null) {
            sketch = Sketch.empty();
            for (int i = 0; i < values.length; i++) {
                if (counts[i] > 0) {
                    Sketch.add(sketch, values[i]);
                }
            }
        }
        return sketch;
    }

    /** Rows up to and with {@code timeMs} are about to be dropped. */
    void dropThrough(long timeMs, EventSeries series) {
        if (timeMs > afterMs) {
            remove(series.firstAfter(afterMs), series.firstAfter(Math.min(timeMs, throughMs)), series);
            afterMs = timeMs;
        }
    }

    /** A row's value changes. A new row's value is 0 until it is set. */
    void changed(int changedColumn, long timeMs, long oldValue, long newValue) {
        if (changedColumn == column && timeMs > afterMs && timeMs <= throughMs) {
            remove(oldValue);
            add(newValue);
        }
    }

    private void add(int from, int to, EventSeries series) {
        for (int row = from; row < to; row++) {
            add(series.further(column, row));
        }
    }

    private void remove(int from, int to, EventSeries series) {
        for (int row = from; row < to; row++) {
            remove(series.further(column, row));
        }
    }

    private void add(long value) {
        if (value == 0) {
            return;
        }
        int slot = slotOf(value);
        if (values[slot] == 0) {
            if (slotsUsed >= values.length - (values.length >> 2)) {
                makeAnew();
                slot = slotOf(value);
            }
            values[slot] = value;
            slotsUsed++;
        }
        if (counts[slot]++ == 0) {
            distinct++;
            if (sketch != null) {
                Sketch.add(sketch, value);
            }
        }
    }

    private void remove(long value) {
        if (value != 0 && --counts[slotOf(value)] == 0) {
            distinct--;
            if (sketch != null && Sketch.isLargest(sketch, value)) {
                sketch = null;
            }
        }
    }

    private int slotOf(long value) {
        int mask = values.length - 1;
        int slot = (int) ((value * 0x9E3779B97F4A7C15L) >>> 32) & mask;
        while (values[slot] != 0 && values[slot] != value) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    /** Leaves out the values that no longer occur, and doubles the room if that frees less than half of it. */
    private void makeAnew() {
        long[] oldValues = values;
        int[] oldCounts = counts;
        int capacity = distinct > oldValues.length >> 1 ? 2 * oldValues.length : oldValues.length;
        values = new long[capacity];
        counts = new int[capacity];
        slotsUsed = distinct;
        for (int i = 0; i < oldValues.length; i++) {
            if (oldCounts[i] > 0) {
                int slot = slotOf(oldValues[i]);
                values[slot] = oldValues[i];
                counts[slot] = oldCounts[i];
            }
        }
    }

    private void clear() {
        Arrays.fill(values, 0);
        Arrays.fill(counts, 0);
        sketch = null;
        slotsUsed = 0;
        distinct = 0;
    }
}
