package io.weir.core.window;

import io.weir.core.policy.Label;
import io.weir.events.Hash64;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Those of an entity's rows that have one label: their event times and, as running sums, their values, sorted by both.
 * Apart from the series because labels come when the transaction is long in place, to few of them mostly, and are
 * taken back.
 */
final class LabelledEvents {
    private static final long[] NONE = new long[0];

    private long[] times = NONE;
    /** Sum of the values up to and with each. */
    private long[] sums = NONE;

    private int size;
    /** Sum of the values that were before the first. May overflow. */
    private long droppedSum;

    /**
     * Adds one.
     *
     * @param horizonMs the entity's horizon: times at or before it are of no use any more
     */
    void add(long timeMs, long value, long horizonMs) {
        if (timeMs <= horizonMs) {
            return;
        }
        if (size == times.length) {
            dropThrough(horizonMs);
            int capacity = size + Math.max(4, size >> 1);
            times = Arrays.copyOf(times, capacity);
            sums = Arrays.copyOf(sums, capacity);
        }
        int at = countThrough(timeMs);
        while (at > 0 && times[at - 1] == timeMs && value(at - 1) > value) {
            at--;
        }
        System.arraycopy(times, at, times, at + 1, size - at);
        System.arraycopy(sums, at, sums, at + 1, size - at);
        times[at] = timeMs;
        sums[at] = sumBefore(at);
        size++;
        addFrom(at, value);
    }

    /** Takes one out again, if it is there. */
    void remove(long timeMs, long value) {
        int at = countThrough(timeMs) - 1;
        while (at >= 0 && times[at] == timeMs && value(at) > value) {
            at--;
        }
        if (at >= 0 && times[at] == timeMs && value(at) == value) {
            addFrom(at, -value);
            System.arraycopy(times, at + 1, times, at, size - at - 1);
            System.arraycopy(sums, at + 1, sums, at, size - at - 1);
            size--;
        }
    }

    /** How many lie in {@code (afterMs, throughMs]}; 0 if that ends before it begins, as a very late event's window may. */
    int count(long afterMs, long throughMs) {
        return throughMs <= afterMs ? 0 : countThrough(throughMs) - countThrough(afterMs);
    }

    /** Sum of the values of those in {@code (afterMs, throughMs]}. */
    long sum(long afterMs, long throughMs) {
        return throughMs <= afterMs ? 0 : sumBefore(countThrough(throughMs)) - sumBefore(countThrough(afterMs));
    }

    /** The time of the last in {@code (afterMs, throughMs]}, or {@code Long.MIN_VALUE}. */
    long last(long afterMs, long throughMs) {
        int through = countThrough(throughMs);
        return through > 0 && times[through - 1] > afterMs ? times[through - 1] : Long.MIN_VALUE;
    }

    /** Moves those up to and with {@code timeMs} to the panes that now have their transactions. */
    void moveThrough(long timeMs, Label label, Panes panes) {
        int moved = countThrough(timeMs);
        for (int i = 0; i < moved; i++) {
            panes.addLabel(times[i], value(i), label);
        }
        dropThrough(timeMs);
    }

    /** Writes which rows of the series these are, each as its distance from the one before, and 0 at the end. */
    void writeTo(StateOutput out, EventSeries rows) {
        int before = rows.start() - 1;
        for (int i = 0; i < size; i++) {
            int row = Math.max(before + 1, rows.firstAfter(times[i] - 1));
            while (row < rows.end() && rows.timeMs(row) == times[i] && rows.amountMinor(row) < value(i)) {
                row++;
            }
            // those that are no rows any more have fallen behind the horizon
            if (row < rows.end() && rows.timeMs(row) == times[i] && rows.amountMinor(row) == value(i)) {
                out.writeVarLong(row - before);
                before = row;
            }
        }
        out.writeVarLong(0);
    }

    /** Those of them that are among some rows: whoever began later may have taken a repetition for a transaction. */
    @Nullable
    LabelledEvents only(EventSeries rows) {
        StateOutput out = new StateOutput();
        writeTo(out, rows);
        return readFrom(new StateInput(out.toByteArray()), rows);
    }

    /** Reads what {@link #writeTo} wrote; null if there are none. */
    static @Nullable LabelledEvents readFrom(StateInput in, EventSeries rows) {
        LabelledEvents read = null;
        int row = rows.start() - 1;
        int distance;
        while ((distance = in.readCount(rows.end() - 1 - row)) > 0) {
            row += distance;
            if (read == null) {
                read = new LabelledEvents();
            }
            read.add(rows.timeMs(row), rows.amountMinor(row), Long.MIN_VALUE);
        }
        return read;
    }

    /** Adds what is after the horizon to a hash, in order. */
    void addTo(Hash64 hash, long horizonMs) {
        int from = countThrough(horizonMs);
        hash.add(size - from);
        for (int i = from; i < size; i++) {
            hash.add(times[i]).add(value(i));
        }
    }

    private long value(int i) {
        return sums[i] - sumBefore(i);
    }

    private long sumBefore(int i) {
        return i == 0 ? droppedSum : sums[i - 1];
    }

    private void addFrom(int from, long value) {
        for (int i = from; i < size; i++) {
            sums[i] += value;
        }
    }

    private void dropThrough(long timeMs) {
        int dropped = countThrough(timeMs);
        droppedSum = sumBefore(dropped);
        System.arraycopy(times, dropped, times, 0, size - dropped);
        System.arraycopy(sums, dropped, sums, 0, size - dropped);
        size -= dropped;
    }

    private int countThrough(long timeMs) {
        int low = 0;
        int high = size;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (times[middle] <= timeMs) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
