package io.weir.core.window;

import io.weir.core.policy.Aggregate;
import io.weir.core.policy.Label;
import io.weir.events.Hash64;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

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
    private static final int MAX = 2;
    /** Sums take two columns each, the higher half first. */
    private static final int SUM = 3;

    private static final int SQUARES = 5;
    private static final int FRAUDS = 7;
    private static final int FRAUD_SUM = 8;
    private static final int GENUINE = 10;
    private static final int GENUINE_SUM = 11;
    private static final int COLUMNS = 13;
    private static final int[] COUNTS = {COUNT, FRAUDS, GENUINE};
    private static final int[] SUMS = {SUM, SQUARES, FRAUD_SUM, GENUINE_SUM};
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
        columns[MAX][pane] = columns[COUNT][pane] == 0 ? amount : Math.max(columns[MAX][pane], amount);
        columns[COUNT][pane]++;
        WideSum sum = wide(SUM, pane);
        sum.add(amount);
        set(SUM, pane, sum);
        WideSum squares = wide(SQUARES, pane);
        squares.addSquareOf(amount);
        set(SQUARES, pane, squares);
        return true;
    }

    /**
     * Changes the label of one of the transactions in a time's pane, if that pane exists.
     *
     * @param was FRAUD, GENUINE or null
     * @param is FRAUD, GENUINE or null
     */
    void relabel(long timeMs, long amount, @Nullable Label was, @Nullable Label is) {
        if (was != null) {
            addLabel(timeMs, amount, was, -1);
        }
        if (is != null) {
            addLabel(timeMs, amount, is, 1);
        }
    }

    /** Counts one of the transactions in a time's pane as labelled, if that pane exists. */
    void addLabel(long timeMs, long amount, Label label) {
        addLabel(timeMs, amount, label, 1);
    }

    private void addLabel(long timeMs, long amount, Label label, int change) {
        long start = startOf(timeMs);
        int pane = firstFrom(start);
        if (pane < end && columns[START][pane] == start) {
            columns[countOf(label)][pane] += change;
            WideSum sum = wide(countOf(label) + 1, pane);
            sum.add(change * amount);
            set(countOf(label) + 1, pane, sum);
        }
    }

    /**
     * Counts as genuine what other panes do, and nothing else.
     *
     * @param from of some of these transactions, with the same newest one or an older one, so no wider; null for none
     */
    void adoptGenuine(@Nullable Panes from) {
        for (int pane = first; pane < end; pane++) {
            columns[GENUINE][pane] = 0;
            set(GENUINE_SUM, pane, new WideSum());
        }
        for (int pane = from == null ? 0 : from.first; from != null && pane < from.end; pane++) {
            long start = startOf(from.columns[START][pane]);
            int into = firstFrom(start);
            if (into < end && columns[START][into] == start) {
                columns[GENUINE][into] += from.columns[GENUINE][pane];
                WideSum sum = wide(GENUINE_SUM, into);
                sum.add(from.columns[GENUINE_SUM][pane], from.columns[GENUINE_SUM + 1][pane]);
                set(GENUINE_SUM, into, sum);
            }
        }
    }

    /** Transactions in the panes centred in {@code (afterMs, throughMs]}. */
    long count(long afterMs, long throughMs) {
        return total(COUNT, afterMs, throughMs);
    }

    /** Transactions with a label in the panes centred in {@code (afterMs, throughMs]}. */
    long labelled(Label label, long afterMs, long throughMs) {
        return (label == Label.GENUINE ? 0 : total(FRAUDS, afterMs, throughMs))
                + (label == Label.FRAUD ? 0 : total(GENUINE, afterMs, throughMs));
    }

    /** Adds the amounts in the panes centred in {@code (afterMs, throughMs]}. */
    void addAmounts(long afterMs, long throughMs, WideSum sum) {
        addAll(SUM, afterMs, throughMs, sum);
    }

    /** Adds the amounts of those with a label in the panes centred in {@code (afterMs, throughMs]}. */
    void addLabelled(Label label, long afterMs, long throughMs, WideSum sum) {
        if (label != Label.GENUINE) {
            addAll(FRAUD_SUM, afterMs, throughMs, sum);
        }
        if (label != Label.FRAUD) {
            addAll(GENUINE_SUM, afterMs, throughMs, sum);
        }
    }

    /** Largest amount in the panes centred in {@code (afterMs, throughMs]}, or the smallest long. */
    long maxMinor(long afterMs, long throughMs) {
        long max = Long.MIN_VALUE;
        int to = firstCentredAfter(throughMs);
        for (int pane = firstCentredAfter(afterMs); pane < to; pane++) {
            max = Math.max(max, columns[MAX][pane]);
        }
        return max;
    }

    /** Adds the squares of the amounts in the panes centred in {@code (afterMs, throughMs]}. */
    void addSquares(long afterMs, long throughMs, WideSum squares) {
        addAll(SQUARES, afterMs, throughMs, squares);
    }

    /** The centre of the latest pane that ended by {@code timeMs}, or {@code Long.MIN_VALUE} if there is none. */
    long lastCentreBefore(long timeMs) {
        return lastCentreBefore(timeMs, COUNT, COUNT);
    }

    /** The same of the panes that have a transaction with a label. */
    long lastCentreBefore(long timeMs, Label label) {
        return switch (label) {
            case FRAUD -> lastCentreBefore(timeMs, FRAUDS, FRAUDS);
            case GENUINE -> lastCentreBefore(timeMs, GENUINE, GENUINE);
            case KNOWN -> lastCentreBefore(timeMs, FRAUDS, GENUINE);
        };
    }

    private long lastCentreBefore(long timeMs, int counted, int orCounted) {
        for (int pane = end - 1; pane >= first; pane--) {
            long start = columns[START][pane];
            // all of them have ended by a time later than B
            if ((timeMs > exactAfterMs || start + widthOf(start) <= timeMs)
                    && (columns[counted][pane] > 0 || columns[orCounted][pane] > 0)) {
                return Math.min(centre(pane), exactAfterMs);
            }
        }
        return Long.MIN_VALUE;
    }

    /** How many there are. */
    int size() {
        return end - first;
    }

    void addTo(Hash64 hash) {
        hash.add(exactAfterMs).add(end - first);
        for (long[] column : columns) {
            for (int pane = first; pane < end; pane++) {
                hash.add(column[pane]);
            }
        }
    }

    /** Writes all of it but what follows from the newest transaction, and which are genuine. */
    void writeTo(StateOutput out) {
        out.writeVarLong(exactAfterMs);
        out.writeVarLong(end - first);
        long before = 0;
        for (int pane = first; pane < end; pane++) {
            out.writeVarLong((columns[START][pane] - before) / FINE_MS);
            before = columns[START][pane];
            for (int column = COUNT; column < GENUINE; column++) {
                out.writeVarLong(columns[column][pane]);
            }
        }
    }

    /** Writes how many of each pane's transactions are genuine, and what they come to. */
    void writeGenuineTo(StateOutput out) {
        for (int pane = first; pane < end; pane++) {
            out.writeVarLong(columns[GENUINE][pane]);
            if (columns[GENUINE][pane] > 0) {
                out.writeVarLong(columns[GENUINE_SUM][pane]);
                out.writeVarLong(columns[GENUINE_SUM + 1][pane]);
            }
        }
    }

    /** Reads what {@link #writeGenuineTo} wrote. */
    void readGenuineFrom(StateInput in, Values values) {
        for (int pane = first; pane < end; pane++) {
            columns[GENUINE][pane] = in.readVarLong();
            StateFormatException.unless(
                    columns[GENUINE][pane] >= 0
                            && columns[GENUINE][pane] <= columns[COUNT][pane] - columns[FRAUDS][pane],
                    "a pane has more genuine transactions than transactions");
            if (columns[GENUINE][pane] > 0) {
                columns[GENUINE_SUM][pane] = in.readVarLong();
                columns[GENUINE_SUM + 1][pane] = in.readVarLong();
                StateFormatException.unless(
                        isPossible(wide(GENUINE_SUM, pane), columns[GENUINE][pane], values),
                        "a sum of genuine transactions is impossible");
            }
        }
    }

    /**
     * Reads what {@link #writeTo} wrote.
     *
     * @param rows the rows that the panes go with
     * @param values the range of what is summed up
     */
    static Panes readFrom(StateInput in, EventSeries rows, Values values) {
        long exactAfterMs = in.readVarLong();
        boolean anyRow = rows.end() > rows.start();
        StateFormatException.unless(
                exactAfterMs > 0 && (!anyRow || exactAfterMs < rows.timeMs(rows.start())),
                "panes do not end before the rows begin");
        Panes panes = new Panes(exactAfterMs, anyRow ? rows.timeMs(rows.end() - 1) : exactAfterMs);
        StateFormatException.unless(exactAfterMs > panes.horizonMs, "all panes are before the horizon");
        int count = in.readCount(Math.min(MAX_PANES, in.remaining() / GENUINE));
        for (int pane = 0; pane < count; pane++) {
            panes.readPane(in, values);
        }
        boolean last = count > 0 && panes.columns[START][count - 1] == panes.startOf(exactAfterMs);
        StateFormatException.unless(
                panes.keeps(exactAfterMs) ? last : count == 0, "the last pane is not that of the last time");
        return panes;
    }

    private void readPane(StateInput in, Values values) {
        long blocks = in.readVarLong();
        long before = end == first ? 0 : columns[START][end - 1];
        StateFormatException.unless(
                blocks >= (end == first ? 0 : 1) && blocks <= (exactAfterMs - before) / FINE_MS,
                "panes are not in order of time");
        int pane = open(end);
        long start = before + blocks * FINE_MS;
        columns[START][pane] = start;
        for (int column = COUNT; column < GENUINE; column++) {
            columns[column][pane] = in.readVarLong();
        }
        StateFormatException.unless(startOf(start) == start && start > horizonMs, "a pane is not aligned");
        StateFormatException.unless(isPossible(pane, values), "a pane's totals are impossible");
    }

    private boolean isPossible(int pane, Values values) {
        long count = columns[COUNT][pane];
        long sum = wide(SUM, pane).saturated();
        long max = columns[MAX][pane];
        long frauds = columns[FRAUDS][pane];
        WideSum squares = wide(SQUARES, pane);
        return count >= 1
                && count <= MAX_COUNT
                && max >= values.min()
                && max <= values.max()
                && (values.min() < 0
                        ? squares.high() >= 0 && isPossible(wide(SUM, pane), count, values)
                        : sum >= max && squares.isPossible(count, sum, max))
                && frauds >= 0
                && frauds <= count
                && isPossible(wide(FRAUD_SUM, pane), frauds, values);
    }

    private static boolean isPossible(WideSum sum, long count, Values values) {
        return sum.saturated() >= (double) values.min() * count && sum.saturated() <= (double) values.max() * count;
    }

    private static int countOf(Label label) {
        return switch (label) {
            case FRAUD -> FRAUDS;
            case GENUINE -> GENUINE;
            case KNOWN -> throw new IllegalArgumentException("no transaction is labelled so");
        };
    }

    private WideSum wide(int column, int pane) {
        return new WideSum(columns[column][pane], columns[column + 1][pane]);
    }

    private void set(int column, int pane, WideSum sum) {
        columns[column][pane] = sum.high();
        columns[column + 1][pane] = sum.low();
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
            total += columns[column][pane];
        }
        return total;
    }

    private void addAll(int column, long afterMs, long throughMs, WideSum sum) {
        int to = firstCentredAfter(throughMs);
        for (int pane = firstCentredAfter(afterMs); pane < to; pane++) {
            sum.add(columns[column][pane], columns[column + 1][pane]);
        }
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
        columns[MAX][into] = Math.max(columns[MAX][into], columns[MAX][pane]);
        for (int count : COUNTS) {
            columns[count][into] += columns[count][pane];
        }
        for (int sum : SUMS) {
            WideSum both = wide(sum, into);
            both.add(columns[sum][pane], columns[sum + 1][pane]);
            set(sum, into, both);
        }
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
