package io.weir.core.window;

import io.weir.core.policy.Aggregate;
import io.weir.events.Hash64;
import java.util.Arrays;

/**
 * What is kept of an entity's transactions up to and with a time B, before which they are too many to keep one by one:
 * totals by pane, a pane being a block of time aligned to its width. Panes are 1 minute wide where they are young, then
 * 16, then 256 minutes: a wider block takes the place of the narrower ones in it once all of it is older than an age, by
 * the entity's newest transaction.
 *
 * <p>All of it is a function of the set of transactions, in whatever order they came. Which pane a time belongs to follows
 * from the newest transaction alone. A pane exists only if it starts after the horizon: as newer transactions come the
 * horizon advances and blocks only widen, so a pane that does not exist never will, and what a pane that does exist
 * contains was after the horizon, and so taken in, whenever it came.
 *
 * <p>A pane counts whole in a window if its centre lies in the window; otherwise not at all. The centre is the middle of
 * the block, or B if that is earlier, since nothing in it is later than B. So each end of a window that lies before B is off
 * by at most half the width of the pane it cuts: 30 s for an end less than 2 hours back from the newest transaction, 8 minutes
 * to 32 hours back, 128 minutes beyond (each up to one wider block later).
 */
final class Panes {
    static final long FINE_MS = 60_000;
    static final long MIDDLE_MS = 16 * FINE_MS;
    static final long COARSE_MS = 16 * MIDDLE_MS;
    /** From this age on, panes are of the middle width. */
    static final long MIDDLE_AGE_MS = 120 * FINE_MS;
    /** From this age on, panes are of the greatest width. */
    static final long COARSE_AGE_MS = 1_920 * FINE_MS;
    /** There are never more: 136 fine ones, 128 of the middle width and 667 of the greatest. */
    static final int MAX_PANES = 931;

    private static final int START = 0;
    private static final int COUNT = 1;
    private static final int SUM = 2;
    private static final int MAX = 3;
    private static final int SQUARES_HIGH = 4;
    private static final int SQUARES_LOW = 5;
    private static final int FRAUDS = 6;
    private static final int COLUMNS = 7;
    /** More than any log delivers in 256 minutes; so few that no sum of squares over all panes overflows. */
    private static final long MAX_COUNT = 1L << 36;

    private final long[][] columns = new long[COLUMNS][4];
    private int first;
    private int end;

    private long exactAfterMs;
    private long horizonMs;
    /** Panes that start before this are of the greatest width, */
    private long coarseBeforeMs;
    /** and those from there that start before this of the middle one. */
    private long middleBeforeMs;

    Panes(long exactAfterMs, long newestMs) {
        this.exactAfterMs = exactAfterMs;
        setNewest(newestMs);
    }

    /** B: transactions later than this are rows, not here. */
    long exactAfterMs() {
        return exactAfterMs;
    }

    /** Sets B to a later time, up to which all transactions are added then. */
    void raise(long newExactAfterMs) {
        exactAfterMs = newExactAfterMs;
    }

    /** The entity's newest transaction is a newer one: widens the panes that have come of age, drops the oldest. */
    void advance(long newestMs) {
        long widestBeforeMs = coarseBeforeMs;
        long widerBeforeMs = middleBeforeMs;
        setNewest(newestMs);
        if (coarseBeforeMs != widestBeforeMs || middleBeforeMs != widerBeforeMs) {
            widen(firstFrom(widestBeforeMs));
        }
        while (first < end && columns[START][first] <= horizonMs) {
            first++;
        }
    }

    /** Whether there is a pane for a time, if there was a transaction. */
    boolean keeps(long timeMs) {
        return startOf(timeMs) > horizonMs;
    }

    /** Counts a transaction in its pane; false if there is none any more. */
    boolean add(long timeMs, long amount) {
        if (!keeps(timeMs)) {
            return false;
        }
        int pane = firstFrom(startOf(timeMs));
        if (pane == end || columns[START][pane] != startOf(timeMs)) {
            pane = open(pane);
            columns[START][pane] = startOf(timeMs);
        }
        columns[COUNT][pane]++;
        columns[SUM][pane] = plus(columns[SUM][pane], amount);
        columns[MAX][pane] = Math.max(columns[MAX][pane], amount);
        SquareSum squares = new SquareSum(columns[SQUARES_HIGH][pane], columns[SQUARES_LOW][pane]);
        squares.addSquareOf(amount);
        setSquares(pane, squares);
        return true;
    }

    /** Changes how many of the transactions in a time's pane are fraud, if that pane exists. */
    void addFrauds(long timeMs, int change) {
        long start = startOf(timeMs);
        int pane = firstFrom(start);
        if (pane < end && columns[START][pane] == start) {
            columns[FRAUDS][pane] += change;
        }
    }

    /** Transactions in the panes centred in {@code (afterMs, throughMs]}. */
    long count(long afterMs, long throughMs) {
        return total(COUNT, afterMs, throughMs);
    }

    /** Frauds in the panes centred in {@code (afterMs, throughMs]}. */
    long frauds(long afterMs, long throughMs) {
        return total(FRAUDS, afterMs, throughMs);
    }

    /** Sum of the amounts in the panes centred in {@code (afterMs, throughMs]}. */
    long sumMinor(long afterMs, long throughMs) {
        return total(SUM, afterMs, throughMs);
    }

    /** Largest amount in the panes centred in {@code (afterMs, throughMs]}, or -1 if there are none. */
    long maxMinor(long afterMs, long throughMs) {
        long max = -1;
        int to = firstCentredAfter(throughMs);
        for (int pane = firstCentredAfter(afterMs); pane < to; pane++) {
            max = Math.max(max, columns[MAX][pane]);
        }
        return max;
    }

    /** Adds the squares of the amounts in the panes centred in {@code (afterMs, throughMs]}. */
    void addSquares(long afterMs, long throughMs, SquareSum squares) {
        int to = firstCentredAfter(throughMs);
        for (int pane = firstCentredAfter(afterMs); pane < to; pane++) {
            squares.add(columns[SQUARES_HIGH][pane], columns[SQUARES_LOW][pane]);
        }
    }

    /** The centre of the latest pane that ended by {@code timeMs}, or {@code Long.MIN_VALUE} if there is none. */
    long lastCentreBefore(long timeMs) {
        for (int pane = end - 1; pane >= first; pane--) {
            long start = columns[START][pane];
            if (start + widthOf(start) <= timeMs) {
                return centre(pane);
            }
        }
        return Long.MIN_VALUE;
    }

    /** How many there are. */
    int size() {
        return end - first;
    }

    /** Sum of two sums of amounts; {@code Long.MAX_VALUE} stands for all that is larger, whatever the order of addition. */
    static long plus(long sum, long other) {
        long both = sum + other;
        return both < 0 ? Long.MAX_VALUE : both;
    }

    void addTo(Hash64 hash) {
        hash.add(exactAfterMs).add(end - first);
        for (long[] column : columns) {
            for (int pane = first; pane < end; pane++) {
                hash.add(column[pane]);
            }
        }
    }

    /** Writes all of it but what follows from the newest transaction. */
    void writeTo(StateOutput out) {
        out.writeVarLong(exactAfterMs);
        out.writeVarLong(end - first);
        long before = 0;
        for (int pane = first; pane < end; pane++) {
            out.writeVarLong((columns[START][pane] - before) / FINE_MS);
            before = columns[START][pane];
            for (int column = COUNT; column < COLUMNS; column++) {
                out.writeVarLong(columns[column][pane]);
            }
        }
    }

    /**
     * Reads what {@link #writeTo} wrote.
     *
     * @param rows the rows that the panes go with
     */
    static Panes readFrom(StateInput in, EventSeries rows) {
        long exactAfterMs = in.readVarLong();
        boolean anyRow = rows.end() > rows.start();
        StateFormatException.unless(
                exactAfterMs > 0 && (!anyRow || exactAfterMs < rows.timeMs(rows.start())),
                "panes do not end before the rows begin");
        Panes panes = new Panes(exactAfterMs, anyRow ? rows.timeMs(rows.end() - 1) : exactAfterMs);
        StateFormatException.unless(exactAfterMs > panes.horizonMs, "all panes are before the horizon");
        int count = in.readCount(Math.min(MAX_PANES, in.remaining() / COLUMNS));
        for (int pane = 0; pane < count; pane++) {
            panes.readPane(in);
        }
        boolean last = count > 0 && panes.columns[START][count - 1] == panes.startOf(exactAfterMs);
        StateFormatException.unless(
                panes.keeps(exactAfterMs) ? last : count == 0, "the last pane is not that of the last time");
        return panes;
    }

    private void readPane(StateInput in) {
        long blocks = in.readVarLong();
        long before = end == first ? 0 : columns[START][end - 1];
        StateFormatException.unless(
                blocks >= (end == first ? 0 : 1) && blocks <= (exactAfterMs - before) / FINE_MS,
                "panes are not in order of time");
        int pane = open(end);
        long start = before + blocks * FINE_MS;
        columns[START][pane] = start;
        for (int column = COUNT; column < COLUMNS; column++) {
            columns[column][pane] = in.readVarLong();
        }
        StateFormatException.unless(startOf(start) == start && start > horizonMs, "a pane is not aligned");
        StateFormatException.unless(isPossible(pane), "a pane's totals are impossible");
    }

    private boolean isPossible(int pane) {
        long count = columns[COUNT][pane];
        long sum = columns[SUM][pane];
        long max = columns[MAX][pane];
        long frauds = columns[FRAUDS][pane];
        return count >= 1
                && count <= MAX_COUNT
                && max >= 0
                && max <= EntityWindows.MAX_AMOUNT_MINOR
                && sum >= max
                && new SquareSum(columns[SQUARES_HIGH][pane], columns[SQUARES_LOW][pane]).isPossible(count, sum, max)
                && frauds >= 0
                && frauds <= count;
    }

    private void setNewest(long newestMs) {
        horizonMs = newestMs - Aggregate.HORIZON_MS;
        coarseBeforeMs = floor(newestMs - COARSE_AGE_MS, COARSE_MS);
        middleBeforeMs = floor(newestMs - MIDDLE_AGE_MS, MIDDLE_MS);
    }

    private long startOf(long timeMs) {
        return floor(timeMs, widthOf(timeMs));
    }

    /** A block is of a width if the whole of it is of that age; the limits are aligned, so any of its times tells. */
    private long widthOf(long timeMs) {
        return timeMs < coarseBeforeMs ? COARSE_MS : timeMs < middleBeforeMs ? MIDDLE_MS : FINE_MS;
    }

    private static long floor(long timeMs, long widthMs) {
        return timeMs - Math.floorMod(timeMs, widthMs);
    }

    private long centre(int pane) {
        long start = columns[START][pane];
        return start + widthOf(start) / 2;
    }

    private long total(int column, long afterMs, long throughMs) {
        long total = 0;
        int to = firstCentredAfter(throughMs);
        for (int pane = firstCentredAfter(afterMs); pane < to; pane++) {
            total = plus(total, columns[column][pane]);
        }
        return total;
    }

    private int firstCentredAfter(long timeMs) {
        if (timeMs >= exactAfterMs) {
            return end; // B is the latest a centre can be
        }
        int low = first;
        int high = end;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (centre(middle) <= timeMs) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private int firstFrom(long startMs) {
        long[] starts = columns[START];
        if (end > first && starts[end - 1] == startMs) {
            return end - 1; // the common case: what follows on the newest
        }
        int low = first;
        int high = end;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (starts[middle] < startMs) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** Merges, from one pane on, those that now belong to one block. */
    private void widen(int from) {
        int to = from;
        for (int pane = from; pane < end; pane++) {
            long start = startOf(columns[START][pane]);
            if (to > from && columns[START][to - 1] == start) {
                merge(pane, to - 1);
            } else {
                for (long[] column : columns) {
                    column[to] = column[pane];
                }
                columns[START][to++] = start;
            }
        }
        end = to;
    }

    private void merge(int pane, int into) {
        columns[COUNT][into] += columns[COUNT][pane];
        columns[SUM][into] = plus(columns[SUM][into], columns[SUM][pane]);
        columns[MAX][into] = Math.max(columns[MAX][into], columns[MAX][pane]);
        columns[FRAUDS][into] += columns[FRAUDS][pane];
        SquareSum squares = new SquareSum(columns[SQUARES_HIGH][into], columns[SQUARES_LOW][into]);
        squares.add(columns[SQUARES_HIGH][pane], columns[SQUARES_LOW][pane]);
        setSquares(into, squares);
    }

    private void setSquares(int pane, SquareSum squares) {
        columns[SQUARES_HIGH][pane] = squares.high();
        columns[SQUARES_LOW][pane] = squares.low();
    }

    /** Makes room for a pane and returns its number, which differs from {@code pane} if the panes were moved. */
    private int open(int pane) {
        int at = pane;
        if (end == columns[START].length) {
            int count = end - first;
            int capacity = count + Math.max(4, count >> 1);
            for (int i = 0; i < COLUMNS; i++) {
                columns[i] = Arrays.copyOf(Arrays.copyOfRange(columns[i], first, end), capacity);
            }
            at -= first;
            first = 0;
            end = count;
        }
        for (long[] column : columns) {
            System.arraycopy(column, at, column, at + 1, end - at);
            column[at] = 0;
        }
        end++;
        return at;
    }
}
