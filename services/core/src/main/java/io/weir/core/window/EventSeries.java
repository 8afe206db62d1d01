package io.weir.core.window;

import org.jspecify.annotations.Nullable;

/**
 * The transactions that are kept one by one, sorted by (event time, amount): one row an event, no object per event.
 * {@link EntityWindows} decides which these are.
 *
 * <p>Why rows: a window needs no state of its own. Any window, any delay and any moment, a late event's too, is answered by two
 * searches and, if it is long, by what {@link RowSummaries} knows of whole blocks of rows; exactly (amounts are integers), and
 * from the set of events alone. Ties are sorted by amount because rows of equal time and amount are interchangeable: whatever
 * order they came in, the columns are the same.
 *
 * <p>A row can carry further columns that the owner fills; they move with it, and cost nothing while they hold only 0.
 */
public final class EventSeries extends TimedRows {
    private static final long[] @Nullable [] NO_LONG_COLUMNS = new long[0][];
    private static final int[] @Nullable [] NO_INT_COLUMNS = new int[0][];

    private long[] @Nullable [] extraLongs;
    private int[] @Nullable [] extraInts;
    private @Nullable DistinctWindows distinctWindows;

    /** An empty series whose rows carry this many further columns. */
    public EventSeries(int extraLongs, int extraInts) {
        this.extraLongs = extraLongs == 0 ? NO_LONG_COLUMNS : new long[extraLongs][];
        this.extraInts = extraInts == 0 ? NO_INT_COLUMNS : new int[extraInts][];
    }

    /** Drops the rows up to and with {@code timeMs}. The others keep their numbers. */
    void dropThrough(long timeMs) {
        int keep = firstAfter(timeMs);
        if (keep > start()) {
            if (distinctWindows != null) {
                distinctWindows.dropThrough(timeMs, this);
            }
            dropBefore(keep);
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
        int distinct = 0;
        for (int row = from; row < to; row++) {
            long value = further(column, row);
            distinct += value == 0 || occurs(column, value, from, row) ? 0 : 1;
        }
        return distinct;
    }

    private boolean occurs(int column, long value, int from, int to) {
        for (int row = from; row < to; row++) {
            if (further(column, row) == value) {
                return true;
            }
        }
        return false;
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
            values = new long[capacity()];
            extraLongs[column] = values;
        }
        if (distinctWindows != null) {
            distinctWindows.changed(column, timeMs(row), values[row], value);
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
            values = new int[capacity()];
            extraInts[column] = values;
        }
        if (distinctWindows != null) {
            distinctWindows.changed(numberOfInts(column), timeMs(row), values[row], value);
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

    /** Reads the newest row, beside which an insertion writes. */
    long touch() {
        if (start() == end()) {
            return 0;
        }
        int row = end() - 1;
        long read = timeMs(row);
        for (long[] column : extraLongs) {
            read += column == null ? 0 : column[row];
        }
        for (int[] column : extraInts) {
            read += column == null ? 0 : column[row];
        }
        return read;
    }

    @Override
    void opened(int row, int moved) {
        for (long[] column : extraLongs) {
            if (column != null) {
                System.arraycopy(column, row, column, row + 1, moved);
                column[row] = 0;
            }
        }
        for (int[] column : extraInts) {
            if (column != null) {
                System.arraycopy(column, row, column, row + 1, moved);
                column[row] = 0;
            }
        }
    }

    @Override
    void movedToFront(int capacity) {
        for (int i = 0; i < extraLongs.length; i++) {
            long[] column = extraLongs[i];
            extraLongs[i] = column == null ? null : movedToFront(column, capacity);
        }
        int rows = end() - start();
        for (int i = 0; i < extraInts.length; i++) {
            int[] column = extraInts[i];
            if (column != null) {
                int[] target = capacity == column.length ? column : new int[capacity];
                System.arraycopy(column, start(), target, 0, rows);
                extraInts[i] = target;
            }
        }
        if (rows <= WALKED) {
            distinctWindows = null;
        }
    }
}
