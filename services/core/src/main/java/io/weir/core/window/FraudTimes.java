package io.weir.core.window;

import io.weir.events.Hash64;
import java.util.Arrays;

/**
 * The event times of an entity's transactions that are labelled fraud, sorted. Apart from the series because frauds are
 * few, and because labels come when the transaction is long in place.
 */
public final class FraudTimes {
    private static final long[] NONE = new long[0];

    private long[] times = NONE;
    private int size;

    /**
     * Adds one transaction's time.
     *
     * @param horizonMs the series' horizon: times at or before it are of no use any more
     */
    public void add(long timeMs, long horizonMs) {
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
    public void remove(long timeMs) {
        int after = countThrough(timeMs);
        if (after > 0 && times[after - 1] == timeMs) {
            System.arraycopy(times, after, times, after - 1, size - after);
            size--;
        }
    }

    /** How many lie in {@code (afterMs, throughMs]}; 0 if that ends before it begins, as a very late event's window may. */
    public int count(long afterMs, long throughMs) {
        return size == 0 || throughMs <= afterMs ? 0 : countThrough(throughMs) - countThrough(afterMs);
    }

    /** Adds the times after the horizon to a hash, in order. */
    public void addTo(Hash64 hash, long horizonMs) {
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
