package io.weir.core.window;

import io.weir.events.Hash64;
import java.util.Arrays;

/**
 * The event times of those of an entity's rows that are labelled fraud, sorted. Apart from the series because frauds are
 * few, and because labels come when the transaction is long in place.
 */
final class FraudTimes {
    private static final long[] NONE = new long[0];

    private long[] times = NONE;
    private int size;

    /**
     * Adds one transaction's time.
     *
     * @param horizonMs the entity's horizon: times at or before it are of no use any more
     */
    void add(long timeMs, long horizonMs) {
        if (timeMs <= horizonMs) {
            return;
        }
        if (size == times.length) {
            dropThrough(horizonMs);
            times = Arrays.copyOf(times, size + Math.max(4, size >> 1));
        }
        int at = countThrough(timeMs);
        System.arraycopy(times, at, times, at + 1, size - at);
        times[at] = timeMs;
        size++;
    }

    /** Takes one transaction's time out again, if it is there. */
    void remove(long timeMs) {
        int after = countThrough(timeMs);
        if (after > 0 && times[after - 1] == timeMs) {
            System.arraycopy(times, after, times, after - 1, size - after);
            size--;
        }
    }

    /** How many lie in {@code (afterMs, throughMs]}; 0 if that ends before it begins, as a very late event's window may. */
    int count(long afterMs, long throughMs) {
        return size == 0 || throughMs <= afterMs ? 0 : countThrough(throughMs) - countThrough(afterMs);
    }

    /** Moves the times up to and with {@code timeMs} to the panes that now have their transactions. */
    void moveThrough(long timeMs, Panes panes) {
        int moved = countThrough(timeMs);
        for (int i = 0; i < moved; i++) {
            panes.addFrauds(times[i], 1);
        }
        dropThrough(timeMs);
    }

    /** Writes the times after the horizon, in order. */
    void writeTo(StateOutput out, long horizonMs) {
        int from = countThrough(horizonMs);
        out.writeVarLong(size - from);
        long before = 0;
        for (int i = from; i < size; i++) {
            out.writeVarLong(times[i] - before);
            before = times[i];
        }
    }

    /** Reads what {@link #writeTo} wrote: times of rows of the series, as many of one time as it has rows at most. */
    void readFrom(StateInput in, EventSeries series) {
        int count = in.readCount(Math.min(series.end() - series.start(), in.remaining()));
        times = new long[count];
        int row = series.start();
        for (; size < count; size++) {
            long timeMs = in.readVarLong() + (size == 0 ? 0 : times[size - 1]);
            while (row < series.end() && series.timeMs(row) < timeMs) {
                row++;
            }
            StateFormatException.unless(
                    row < series.end() && series.timeMs(row) == timeMs, "a fraud is none of the transactions");
            times[size] = timeMs;
            row++;
        }
    }

    /** Adds the times after the horizon to a hash, in order. */
    void addTo(Hash64 hash, long horizonMs) {
        int from = countThrough(horizonMs);
        hash.add(size - from);
        for (int i = from; i < size; i++) {
            hash.add(times[i]);
        }
    }

    private void dropThrough(long timeMs) {
        int dropped = countThrough(timeMs);
        System.arraycopy(times, dropped, times, 0, size - dropped);
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
