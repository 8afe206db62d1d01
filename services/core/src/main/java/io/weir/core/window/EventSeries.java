package io.weir.core.window;

import io.weir.events.Hash64;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The transactions that are kept one by one, sorted by (event time, amount), in parallel primitive columns: one row an
 * event, no object per event. {@link EntityWindows} decides which these are.
 *
 * <p>Why prefix sums: the sum over any window is the difference of two of them and the count is the difference of two row
 * numbers, so a window needs no state of its own. Any window, any delay and any moment, a late event's too, is answered
 * by two searches, exactly (amounts are integers), and the answer depends on the set of events alone. Ties are sorted by
 * amount because rows of equal time and amount are interchangeable: whatever order they came in, the columns are the same.
 * For maximum and squares {@link RowSummaries} does the same by the block.
 *
 * <p>A row can carry further columns that the owner fills; they move with it, and cost nothing while they hold only 0.
 */
public final class EventSeries {
    private static final long[] NO_LONGS = new long[0];
    private static final long[] @Nullable [] NO_LONG_COLUMNS = new long[0][];
    private static final int[] @Nullable [] NO_INT_COLUMNS = new int[0][];
    /** Up to this many rows are walked: no summary is kept of them. */
    private static final int WALKED = 64;

    private long[] @Nullable [] extraLongs;
    private int[] @Nullable [] extraInts;
    private long[] times = NO_LONGS;
    /** Sum of the amounts up to and with each row. */
    private long[] sums = NO_LONGS;

    private int start;
    private int end;
    /** Sum of the amounts of all rows ever dropped: what the first row's prefix sum starts from. May overflow. */
    private long droppedSum;

    private @Nullable RowSummaries summaries;
    private @Nullable DistinctWindows distinctWindows;

    /** An empty series whose rows carry this many further columns. */
    public EventSeries(int extraLongs, int extraInts) {
        this.extraLongs = extraLongs == 0 ? NO_LONG_COLUMNS : new long[extraLongs][];
        this.extraInts = extraInts == 0 ? NO_INT_COLUMNS : new int[extraInts][];
    }

    /** Makes room for this many rows in a series that is empty. */
    void reserve(int rows) {
        times = new long[rows];
        sums = new long[rows];
    }

    /** Takes in an event and returns its row, with zeroes in the further columns. */
    int insert(long timeMs, long amountMinor) {
        int row = open(rowFor(timeMs, amountMinor));
        times[row] = timeMs;
        sums[row] = sumBefore(row) + amountMinor;
        for (int i = row + 1; i < end; i++) {
            sums[i] += amountMinor;
        }
        return row;
    }

    /** Drops the rows up to and with {@code timeMs}. The others keep their numbers. */
    void dropThrough(long timeMs) {
        int keep = firstAfter(timeMs);
        if (keep > start) {
            if (distinctWindows != null) {
                distinctWindows.dropThrough(timeMs, this);
            }
            droppedSum = sums[keep - 1];
            start = keep;
        }
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
        return times[row];
    }

    /** Amount of a row, in minor units. */
    public long amountMinor(int row) {
        return sums[row] - sumBefore(row);
    }

    /** Sum of the amounts of the rows {@code from} (inclusive) to {@code to} (exclusive), in minor units. */
    public long sumMinor(int from, int to) {
        return from >= to ? 0 : sumBefore(to) - sumBefore(from);
    }

    /** The largest amount of the rows {@code from} (inclusive) to {@code to} (exclusive), or the smallest long if none. */
    long maxMinor(int from, int to) {
        return to - from <= WALKED ? walkMax(from, to) : summaries().max(from, to, this);
    }

    /** Adds the squares of the amounts of the rows {@code from} (inclusive) to {@code to} (exclusive). */
    void addSquares(int from, int to, WideSum squares) {
        if (to - from <= WALKED) {
            walkSquares(from, to, squares);
        } else {
            summaries().addSquares(from, to, this, squares);
        }
    }

    /**
     * How many different values other than 0 a further column has in the rows of a window {@code (afterMs, throughMs]}.
     * Of a long window the values are kept counted: each row costs when it enters and leaves, not at every question.
     *
     * @param column its number among all further columns, the longs first
     */
    int distinct(int column, long afterMs, long throughMs, long windowMs, long delayMs) {
        if (isEmpty(column)) {
            return 0;
        }
        int from = firstAfter(afterMs);
        int to = firstAfter(throughMs);
        if (to - from > WALKED) {
            return distinctWindow(column, windowMs, delayMs).count(afterMs, throughMs, this);
        }
        if (from >= to) {
            return 0;
        }
        long[] sorted = new long[to - from];
        for (int row = from; row < to; row++) {
            sorted[row - from] = further(column, row);
        }
        Arrays.sort(sorted);
        int distinct = 0;
        long previous = 0; // none
        for (long value : sorted) {
            if (value != previous && value != 0) {
                distinct++;
            }
            previous = value;
        }
        return distinct;
    }

    /** A {@link Sketch} of the values that {@link #distinct} counts. Not to be changed. */
    byte[] sketch(int column, long afterMs, long throughMs, long windowMs, long delayMs) {
        int from = firstAfter(afterMs);
        int to = firstAfter(throughMs);
        if (to - from > WALKED && !isEmpty(column)) {
            DistinctWindow window = distinctWindow(column, windowMs, delayMs);
            window.count(afterMs, throughMs, this);
            return window.sketch();
        }
        byte[] sketch = Sketch.empty();
        for (int row = from; row < to; row++) {
            long value = further(column, row);
            if (value != 0) {
                Sketch.add(sketch, value);
            }
        }
        return sketch;
    }

    private DistinctWindow distinctWindow(int column, long windowMs, long delayMs) {
        if (distinctWindows == null) {
            distinctWindows = new DistinctWindows();
        }
        return distinctWindows.of(column, windowMs, delayMs);
    }

    /** A row's value in a further column, by its number among all of them, the longs first. */
    long further(int column, int row) {
        return column < extraLongs.length ? getLong(column, row) : getInt(column - extraLongs.length, row);
    }

    private boolean isEmpty(int column) {
        return column < extraLongs.length ? extraLongs[column] == null : extraInts[column - extraLongs.length] == null;
    }

    /** The number of a further column of ints among all of them. */
    int numberOfInts(int column) {
        return extraLongs.length + column;
    }

    /** The first row later than {@code timeMs}, or {@link #end}. */
    public int firstAfter(long timeMs) {
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

    /** A row's value in a further column of longs. */
    public long getLong(int column, int row) {
        long[] values = extraLongs[column];
        return values == null ? 0 : values[row];
    }

    /** Sets a row's value in a further column of longs. */
    public void setLong(int column, int row, long value) {
        long[] values = extraLongs[column];
        if (values == null) {
            if (value == 0) {
                return;
            }
            values = new long[times.length];
            extraLongs[column] = values;
        }
        if (distinctWindows != null) {
            distinctWindows.changed(column, times[row], values[row], value);
        }
        values[row] = value;
    }

    /** A row's value in a further column of ints. */
    public int getInt(int column, int row) {
        int[] values = extraInts[column];
        return values == null ? 0 : values[row];
    }

    /** Sets a row's value in a further column of ints. */
    public void setInt(int column, int row, int value) {
        int[] values = extraInts[column];
        if (values == null) {
            if (value == 0) {
                return;
            }
            values = new int[times.length];
            extraInts[column] = values;
        }
        if (distinctWindows != null) {
            distinctWindows.changed(numberOfInts(column), times[row], values[row], value);
        }
        values[row] = value;
    }

    /**
     * Puts the further columns in another order.
     *
     * @param longs for each column of longs from now on, the number that it had before; less than 0 for a new one, of zeroes
     * @param ints the same for ints
     */
    public void rearrange(int[] longs, int[] ints) {
        long[] @Nullable [] newLongs = new long[longs.length][];
        for (int i = 0; i < longs.length; i++) {
            newLongs[i] = longs[i] < 0 ? null : extraLongs[longs[i]];
        }
        int[] @Nullable [] newInts = new int[ints.length][];
        for (int i = 0; i < ints.length; i++) {
            newInts[i] = ints[i] < 0 ? null : extraInts[ints[i]];
        }
        extraLongs = newLongs;
        extraInts = newInts;
        distinctWindows = null; // they go by the numbers before
    }

    /** Writes the times and amounts, in order. */
    void writeTo(StateOutput out) {
        out.writeVarLong(end - start);
        long before = 0;
        for (int row = start; row < end; row++) {
            out.writeVarLong(times[row] - before);
            out.writeVarLong(amountMinor(row));
            before = times[row];
        }
    }

    /** Reads what {@link #writeTo} wrote into a series that is empty. */
    void readFrom(StateInput in, int maxRows, Values values) {
        int rows = in.readCount(Math.min(maxRows, in.remaining() / 2));
        reserve(rows);
        long timeMs = 0;
        long amount = 0;
        for (int i = 0; i < rows; i++) {
            long distance = in.readVarLong();
            long nextAmount = in.readVarLong();
            StateFormatException.unless(
                    distance >= (i == 0 ? 1 : 0) && timeMs + distance > 0, "transactions are not in order of time");
            StateFormatException.unless(
                    nextAmount >= values.min() && nextAmount <= values.max(), "an amount is out of range");
            StateFormatException.unless(
                    distance > 0 || nextAmount >= amount, "transactions of one time are not in order of amount");
            timeMs += distance;
            amount = nextAmount;
            insert(timeMs, amount);
        }
    }

    /** Adds the times and amounts to a hash, in order. */
    void addTo(Hash64 hash) {
        hash.add(end - start);
        for (int row = start; row < end; row++) {
            hash.add(timeMs(row)).add(amountMinor(row));
        }
    }

    long walkMax(int from, int to) {
        long max = Long.MIN_VALUE;
        long before = from < to ? sumBefore(from) : 0;
        for (int row = from; row < to; row++) {
            max = Math.max(max, sums[row] - before);
            before = sums[row];
        }
        return max;
    }

    void walkSquares(int from, int to, WideSum squares) {
        long before = from < to ? sumBefore(from) : 0;
        for (int row = from; row < to; row++) {
            squares.addSquareOf(sums[row] - before);
            before = sums[row];
        }
    }

    /** Rows that there is room for. */
    int capacity() {
        return times.length;
    }

    private RowSummaries summaries() {
        if (summaries == null) {
            summaries = new RowSummaries();
        }
        return summaries;
    }

    private long sumBefore(int row) {
        return row == start ? droppedSum : sums[row - 1];
    }

    private int rowFor(long timeMs, long amountMinor) {
        int row = firstAfter(timeMs);
        while (row > start && timeMs(row - 1) == timeMs && amountMinor(row - 1) > amountMinor) {
            row--;
        }
        return row;
    }

    /** Makes room for one row and returns its number, which differs from {@code row} if the rows were moved. */
    private int open(int row) {
        int at = row;
        if (end == times.length) {
            at -= start;
            makeRoom();
        }
        int moved = end - at;
        System.arraycopy(times, at, times, at + 1, moved);
        System.arraycopy(sums, at, sums, at + 1, moved);
        for (long[] column : extraLongs) {
            if (column != null) {
                System.arraycopy(column, at, column, at + 1, moved);
                column[at] = 0;
            }
        }
        for (int[] column : extraInts) {
            if (column != null) {
                System.arraycopy(column, at, column, at + 1, moved);
                column[at] = 0;
            }
        }
        if (summaries != null) {
            summaries.changedFrom(at);
        }
        end++;
        return at;
    }

    /** Moves the rows to the front, of columns with room for half as many again. */
    private void makeRoom() {
        int count = end - start;
        int wanted = count + Math.max(2, count >> 1);
        int capacity = times.length >= wanted && times.length <= 2 * wanted ? times.length : wanted;
        times = movedToFront(times, capacity);
        sums = movedToFront(sums, capacity);
        for (int i = 0; i < extraLongs.length; i++) {
            long[] column = extraLongs[i];
            extraLongs[i] = column == null ? null : movedToFront(column, capacity);
        }
        for (int i = 0; i < extraInts.length; i++) {
            int[] column = extraInts[i];
            if (column != null) {
                int[] target = capacity == column.length ? column : new int[capacity];
                System.arraycopy(column, start, target, 0, count);
                extraInts[i] = target;
            }
        }
        start = 0;
        end = count;
        if (summaries != null) {
            summaries.changedFrom(0);
        }
        if (count <= WALKED) {
            summaries = null;
            distinctWindows = null;
        }
    }

    private long[] movedToFront(long[] column, int capacity) {
        long[] target = capacity == column.length ? column : new long[capacity];
        System.arraycopy(column, start, target, 0, end - start);
        return target;
    }
}
