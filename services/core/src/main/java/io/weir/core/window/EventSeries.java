package io.weir.core.window;

import io.weir.core.policy.Aggregate;
import io.weir.events.Hash64;
import java.util.Arrays;

/**
 * The transactions of one entity over the horizon, sorted by (event time, amount), in parallel primitive columns: one row
 * an event, no object per event.
 *
 * <p>Why prefix sums: the sum over any window is the difference of two of them and the count is the difference of two row
 * numbers, so a window needs no state of its own. Any window, any delay and any moment, a late event's too, is answered
 * by two searches, exactly (amounts are integers), and the answer depends on the set of events alone. Ties are sorted by
 * amount because rows of equal time and amount are interchangeable: whatever order they came in, the columns are the same.
 *
 * <p>Rows at or before {@code newest - HORIZON} do not exist: they are not taken in, and dropped when a newer event comes.
 *
 * <p>A row can carry further columns that the owner fills; they move with it.
 */
public final class EventSeries {
    private static final int TIME = 0;
    private static final int SUM = 1;
    private static final int OWN_COLUMNS = 2;
    private static final int FIRST_CAPACITY = 4;

    private final long[][] longs;
    private final int[][] ints;
    private int start;
    private int end;
    /** Sum of the amounts of all rows ever dropped: what the first row's prefix sum starts from. */
    private long droppedSum;

    /** An empty series whose rows carry this many further columns. */
    public EventSeries(int extraLongs, int extraInts) {
        longs = new long[OWN_COLUMNS + extraLongs][FIRST_CAPACITY];
        ints = new int[extraInts][FIRST_CAPACITY];
    }

    /**
     * Takes in an event.
     *
     * @param timeMs its event time
     * @param amountMinor its amount
     * @return its row, with zeroes in the further columns; or -1 if it lies before the horizon
     */
    public int insert(long timeMs, long amountMinor) {
        if (timeMs <= horizonMs()) {
            return -1;
        }
        if (end > start && timeMs > newestMs()) {
            dropThrough(timeMs - Aggregate.HORIZON_MS);
        }
        int row = rowFor(timeMs, amountMinor);
        row = open(row);
        longs[TIME][row] = timeMs;
        longs[SUM][row] = sumBefore(row) + amountMinor;
        long[] sums = longs[SUM];
        for (int i = row + 1; i < end; i++) {
            sums[i] += amountMinor;
        }
        return row;
    }

    /** The time up to which, inclusive, there are no rows: {@link Aggregate#HORIZON_MS} before the newest. */
    public long horizonMs() {
        return end == start ? Long.MIN_VALUE : newestMs() - Aggregate.HORIZON_MS;
    }

    /** The first row; rows are numbered without gaps from here to {@link #end}. Valid until the next insertion. */
    public int start() {
        return start;
    }

    /** The row after the last. */
    public int end() {
        return end;
    }

    /** Event time of a row. */
    public long timeMs(int row) {
        return longs[TIME][row];
    }

    /** Amount of a row, in minor units. */
    public long amountMinor(int row) {
        return longs[SUM][row] - sumBefore(row);
    }

    /** Sum of the amounts of the rows {@code from} (inclusive) to {@code to} (exclusive), in minor units. */
    public long sumMinor(int from, int to) {
        return from >= to ? 0 : sumBefore(to) - sumBefore(from);
    }

    /** The first row later than {@code timeMs}, or {@link #end}. */
    public int firstAfter(long timeMs) {
        long[] times = longs[TIME];
        if (end == start || times[end - 1] <= timeMs) {
            return end; // the common case: asked at the newest event's time
        }
        int low = start;
        int high = end - 1;
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

    /** A further column of the rows, to read and write in place. Valid until the next insertion. */
    public long[] longs(int column) {
        return longs[OWN_COLUMNS + column];
    }

    /** A further column of the rows, to read and write in place. Valid until the next insertion. */
    public int[] ints(int column) {
        return ints[column];
    }

    /** Adds the times and amounts to a hash, in order. */
    public void addTo(Hash64 hash) {
        hash.add(end - start);
        for (int row = start; row < end; row++) {
            hash.add(timeMs(row)).add(amountMinor(row));
        }
    }

    private long newestMs() {
        return longs[TIME][end - 1];
    }

    private long sumBefore(int row) {
        return row == start ? droppedSum : longs[SUM][row - 1];
    }

    private int rowFor(long timeMs, long amountMinor) {
        int row = firstAfter(timeMs);
        while (row > start && timeMs(row - 1) == timeMs && amountMinor(row - 1) > amountMinor) {
            row--;
        }
        return row;
    }

    private void dropThrough(long timeMs) {
        int keep = firstAfter(timeMs);
        if (keep > start) {
            droppedSum = longs[SUM][keep - 1];
            start = keep;
        }
    }

    /** Makes room for one row and returns its number, which differs from {@code row} if the rows were moved. */
    private int open(int row) {
        int at = row;
        if (end == longs[TIME].length) {
            at -= makeRoom();
        }
        int moved = end - at;
        for (long[] column : longs) {
            System.arraycopy(column, at, column, at + 1, moved);
            column[at] = 0;
        }
        for (int[] column : ints) {
            System.arraycopy(column, at, column, at + 1, moved);
            column[at] = 0;
        }
        end++;
        return at;
    }

    /** Moves the rows to the front, into larger columns unless dropped rows leave enough room; returns by how far. */
    private int makeRoom() {
        int count = end - start;
        int capacity = longs[TIME].length;
        int wanted = count > capacity - (capacity >> 2) ? capacity + (capacity >> 1) + 2 : capacity;
        for (int i = 0; i < longs.length; i++) {
            longs[i] = Arrays.copyOf(Arrays.copyOfRange(longs[i], start, end), wanted);
        }
        for (int i = 0; i < ints.length; i++) {
            ints[i] = Arrays.copyOf(Arrays.copyOfRange(ints[i], start, end), wanted);
        }
        int by = start;
        start = 0;
        end = count;
        return by;
    }
}
