package io.weir.core.window;

import io.weir.events.Hash64;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The times and amounts of a series, sorted by both, in one long a row: the distance from a base time in the upper 34 bits,
 * the amount in the lower 29. So the order of rows is the order of the longs, a search compares longs, and eight rows lie in a
 * line of the processor's cache, which is what folding mostly waits for.
 *
 * <p>Amounts that do not fit (negative ones, and those of 2<sup>29</sup>, 5.3 million in a currency of cents, or more) make
 * the series keep all its amounts in a column of their own, until it is empty.
 */
abstract sealed class TimedRows permits EventSeries {
    /** Up to this many rows are walked: no summary is kept of them. */
    static final int WALKED = 64;

    /** Rows lie closer together than this: 198 days, of which the horizon of any entity is 120. */
    static final long SPAN_MS = 1L << 34;

    private static final int AMOUNT_BITS = 29;
    private static final long LARGEST_AMOUNT = (1L << AMOUNT_BITS) - 1;
    private static final long[] NONE = new long[0];

    private long[] rows = NONE;
    /** The amounts, where some do not fit into the rows; there these are 0. */
    private long @Nullable [] amounts;

    private long baseMs;
    private int start;
    private int end;
    private @Nullable RowSummaries summaries;

    /** The first row; rows are numbered without gaps from here to {@link #end}. Valid until the next insertion. */
    public final int start() {
        return start;
    }

    /** The row after the last. */
    public final int end() {
        return end;
    }

    /** Event time of a row. */
    public final long timeMs(int row) {
        return baseMs + (rows[row] >>> AMOUNT_BITS);
    }

    /** Amount of a row, in minor units. */
    public final long amountMinor(int row) {
        return amounts == null ? rows[row] & LARGEST_AMOUNT : amounts[row];
    }

    /** Sum of the amounts of the rows {@code from} (inclusive) to {@code to} (exclusive), in minor units. */
    public final long sumMinor(int from, int to) {
        return to - from <= WALKED ? walkSum(from, to) : summaries().sum(from, to, this);
    }

    /** The largest amount of the rows {@code from} (inclusive) to {@code to} (exclusive), or the smallest long if none. */
    final long maxMinor(int from, int to) {
        return to - from <= WALKED ? walkMax(from, to) : summaries().max(from, to, this);
    }

    /** Adds the squares of the amounts of the rows {@code from} (inclusive) to {@code to} (exclusive). */
    final void addSquares(int from, int to, WideSum squares) {
        if (to - from <= WALKED) {
            walkSquares(from, to, squares);
        } else {
            summaries().addSquares(from, to, this, squares);
        }
    }

    final long walkSum(int from, int to) {
        long sum = 0;
        for (int row = from; row < to; row++) {
            sum += amountMinor(row);
        }
        return sum;
    }

    final long walkMax(int from, int to) {
        long max = Long.MIN_VALUE;
        for (int row = from; row < to; row++) {
            max = Math.max(max, amountMinor(row));
        }
        return max;
    }

    final void walkSquares(int from, int to, WideSum squares) {
        for (int row = from; row < to; row++) {
            squares.addSquareOf(amountMinor(row));
        }
    }

    /** The first row later than {@code timeMs}, or {@link #end}. */
    public final int firstAfter(long timeMs) {
        if (timeMs < baseMs) {
            return start;
        }
        return timeMs - baseMs >= SPAN_MS ? end : firstAbove((timeMs - baseMs) << AMOUNT_BITS | LARGEST_AMOUNT);
    }

    private int firstAbove(long key) {
        if (end == start || rows[end - 1] <= key) {
            return end; // the common case: asked at the newest event's time
        }
        int low = start;
        int high = end - 1;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (rows[middle] <= key) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** Rows that there is room for. */
    final int capacity() {
        return rows.length;
    }

    /** Adds the times and amounts to a hash, in order. */
    final void addTo(Hash64 hash) {
        hash.add(end - start);
        for (int row = start; row < end; row++) {
            hash.add(timeMs(row)).add(amountMinor(row));
        }
    }

    /** Writes the times and amounts, in order. */
    final void writeTo(StateOutput out) {
        out.writeVarLong(end - start);
        long before = 0;
        for (int row = start; row < end; row++) {
            out.writeVarLong(timeMs(row) - before);
            out.writeVarLong(amountMinor(row));
            before = timeMs(row);
        }
    }

    /** Reads what {@link #writeTo} wrote into a series that is empty. */
    final void readFrom(StateInput in, int maxRows, Values values) {
        int count = in.readCount(Math.min(maxRows, in.remaining() / 2));
        rows = new long[count];
        long firstMs = 0;
        long timeMs = 0;
        long amount = 0;
        for (int i = 0; i < count; i++) {
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
            firstMs = i == 0 ? timeMs : firstMs;
            StateFormatException.unless(timeMs - firstMs < SPAN_MS, "transactions are further apart than the horizon");
            insert(timeMs, amount);
        }
    }

    /**
     * Takes in an event and returns its row, with zeroes in the further columns.
     *
     * @throws IllegalArgumentException if it lies {@link #SPAN_MS} or more from another
     */
    final int insert(long timeMs, long amountMinor) {
        if (start == end) {
            amounts = null;
        }
        if (start == end || timeMs < baseMs || timeMs - baseMs >= SPAN_MS) {
            rebase(timeMs);
        }
        if (amounts == null && (amountMinor < 0 || amountMinor > LARGEST_AMOUNT)) {
            keepAmountsApart();
        }
        long packed = (timeMs - baseMs) << AMOUNT_BITS | (amounts == null ? amountMinor : 0);
        int at = firstAbove(packed);
        if (amounts != null) {
            while (at > start && rows[at - 1] == packed && amounts[at - 1] > amountMinor) {
                at--;
            }
        }
        at = open(at);
        rows[at] = packed;
        if (amounts != null) {
            amounts[at] = amountMinor;
        }
        return at;
    }

    /** Chooses a base such that a row at this time fits, and that as many later ones will. */
    private void rebase(long timeMs) {
        long oldest = start == end ? timeMs : Math.min(timeMs, timeMs(start));
        long newest = start == end ? timeMs : Math.max(timeMs, timeMs(end - 1));
        if (newest - oldest >= SPAN_MS) {
            throw new IllegalArgumentException(
                    "transactions at " + oldest + " and " + newest + " ms lie further apart than " + SPAN_MS + " ms");
        }
        long newBase = Math.min(oldest, newest - SPAN_MS / 2);
        for (int row = start; row < end; row++) {
            rows[row] += (baseMs - newBase) << AMOUNT_BITS;
        }
        baseMs = newBase;
    }

    private void keepAmountsApart() {
        long[] apart = new long[rows.length];
        for (int row = start; row < end; row++) {
            apart[row] = rows[row] & LARGEST_AMOUNT;
            rows[row] -= apart[row];
        }
        amounts = apart;
    }

    /** Drops the rows before {@code row}. The others keep their numbers. */
    final void dropBefore(int row) {
        start = row;
    }

    /** Makes room for one row and returns its number, which differs from {@code row} if the rows were moved. */
    private int open(int row) {
        int at = row;
        if (end == rows.length) {
            at -= start;
            makeRoom();
        }
        int moved = end - at;
        if (moved > 0) {
            System.arraycopy(rows, at, rows, at + 1, moved);
            if (amounts != null) {
                System.arraycopy(amounts, at, amounts, at + 1, moved);
            }
        }
        opened(at, moved);
        if (summaries != null) {
            summaries.changedFrom(at);
        }
        end++;
        return at;
    }

    /** The further columns open a row too: those from {@code row} on move by one. */
    abstract void opened(int row, int moved);

    /**
     * Moves the rows to the front; of new columns with room for half as many again, unless these have room for an eighth: a series
     * whose rows leave as others come, now some more and now some less, stays in the columns that it has.
     */
    private void makeRoom() {
        int count = end - start;
        int wanted = count + Math.max(2, count >> 1);
        int enough = count + Math.max(2, count >> 3);
        int capacity = rows.length >= enough && rows.length <= 2 * wanted ? rows.length : wanted;
        rows = movedToFront(rows, capacity);
        if (amounts != null) {
            amounts = movedToFront(amounts, capacity);
        }
        movedToFront(capacity);
        start = 0;
        end = count;
        if (summaries != null) {
            summaries.changedFrom(0);
        }
        if (count <= WALKED) {
            summaries = null;
        }
    }

    /** The further columns are moved to the front too. */
    abstract void movedToFront(int capacity);

    /** A column with the rows at its front; the same if it has the capacity already. */
    final long[] movedToFront(long[] column, int capacity) {
        if (capacity != column.length && start == 0) {
            return Arrays.copyOf(column, capacity);
        }
        long[] target = capacity == column.length ? column : new long[capacity];
        System.arraycopy(column, start, target, 0, end - start);
        return target;
    }

    private RowSummaries summaries() {
        if (summaries == null) {
            summaries = new RowSummaries();
        }
        return summaries;
    }
}
