package io.weir.core.window;

import io.weir.core.policy.Label;
import io.weir.events.Hash64;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of an entity's transactions up to and with a time B, before which they are too many to keep one by one:
 * totals by pane, a pane being a block of time aligned to its width, as {@link PaneGrid} has it.
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
    /** There are never more: 136 fine ones, 128 of the middle width and 667 of the greatest. */
    static final int MAX_PANES = 931;

    static final int START = 0;
    static final int COUNT = 1;
    static final int MAX = 2;
    /** Sums take two columns each, the higher half first. */
    static final int SUM = 3;

    static final int SQUARES = 5;
    static final int FRAUDS = 7;
    static final int FRAUD_SUM = 8;
    static final int GENUINE = 10;
    static final int GENUINE_SUM = 11;
    private static final int COLUMNS = 13;
    private static final int[] COUNTS = {COUNT, FRAUDS, GENUINE};
    private static final int[] SUMS = {SUM, SQUARES, FRAUD_SUM, GENUINE_SUM};
    private final long[][] columns = new long[COLUMNS][4];
    private int first;
    private int end;

    private final PaneGrid grid;
    /** By the number of a kind, the peers that the panes' transactions name; null while there are none. */
    private @Nullable PeerPanes @Nullable [] peers;

    Panes(long exactAfterMs, long newestMs) {
        grid = new PaneGrid(exactAfterMs, newestMs);
    }

    PaneGrid grid() {
        return grid;
    }

    /** The peers of a kind, or null if no transaction names any. */
    @Nullable
    PeerPanes peers(int kind) {
        return peers == null || kind >= peers.length ? null : peers[kind];
    }

    /** Numbers the kinds of peers anew: each had this number before, or is new if it is less than 0. */
    void rearrangePeers(int[] before) {
        @Nullable PeerPanes[] rearranged = new PeerPanes[before.length];
        for (int kind = 0; kind < before.length; kind++) {
            rearranged[kind] = before[kind] < 0 ? null : peers(before[kind]);
        }
        peers = rearranged;
    }

    /** The peers of a kind. */
    PeerPanes peersOrNew(int kind) {
        PeerPanes known = peers(kind);
        if (known == null) {
            known = new PeerPanes(grid);
            peers = peers == null ? new PeerPanes[kind + 1] : Arrays.copyOf(peers, Math.max(kind + 1, peers.length));
            peers[kind] = known;
        }
        return known;
    }

    /** B: transactions later than this are rows, not here. */
    long exactAfterMs() {
        return grid.exactAfterMs();
    }

    /** Sets B to a later time, up to which all transactions are added then. */
    void raise(long newExactAfterMs) {
        grid.raise(newExactAfterMs);
    }

    /** The entity's newest transaction is a newer one: widens the panes that have come of age, drops the oldest. */
    void advance(long newestMs) {
        long widerFromMs = grid.advance(newestMs);
        if (widerFromMs != Long.MAX_VALUE) {
            widen(firstFrom(widerFromMs));
        }
        for (int kind = 0; peers != null && kind < peers.length; kind++) {
            if (peers[kind] != null) {
                peers[kind].advance(widerFromMs);
            }
        }
        while (first < end && columns[START][first] <= grid.horizonMs()) {
            first++;
        }
    }

    /** Counts a transaction in its pane; false if there is none any more. */
    boolean add(long timeMs, long amount) {
        if (!grid.keeps(timeMs)) {
            return false;
        }
        long start = grid.startOf(timeMs);
        int pane = firstFrom(start);
        if (pane == end || columns[START][pane] != start) {
            pane = open(pane);
            columns[START][pane] = start;
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
        long start = grid.startOf(timeMs);
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
            long start = grid.startOf(from.columns[START][pane]);
            int into = firstFrom(start);
            if (into < end && columns[START][into] == start) {
                long possible = columns[COUNT][into] - columns[FRAUDS][into] - columns[GENUINE][into];
                long added = Math.min(from.columns[GENUINE][pane], possible); // more only by repetitions taken for new
                WideSum sum = wide(GENUINE_SUM, into);
                if (added > 0) {
                    sum.add(from.columns[GENUINE_SUM][pane], from.columns[GENUINE_SUM + 1][pane]);
                }
                columns[GENUINE][into] += added;
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
            if ((timeMs > grid.exactAfterMs() || grid.endOf(start) <= timeMs)
                    && (columns[counted][pane] > 0 || columns[orCounted][pane] > 0)) {
                return centre(pane);
            }
        }
        return Long.MIN_VALUE;
    }

    /** How many there are. */
    int size() {
        return end - first;
    }

    /** Whether there is one that starts at a time. */
    boolean startsAt(long timeMs) {
        int pane = firstFrom(timeMs);
        return pane < end && columns[START][pane] == timeMs;
    }

    /** What a pane, by its number from 0 on, has in a column. */
    long get(int column, int pane) {
        return columns[column][first + pane];
    }

    void set(int column, int pane, long value) {
        columns[column][first + pane] = value;
    }

    /** What a pane, by its number from 0 on, has in the two columns of a sum. */
    WideSum sum(int column, int pane) {
        return wide(column, first + pane);
    }

    /** Makes room for one after all others. */
    void append() {
        open(end);
    }

    void addTo(Hash64 hash) {
        hash.add(grid.exactAfterMs()).add(end - first);
        for (long[] column : columns) {
            for (int pane = first; pane < end; pane++) {
                hash.add(column[pane]);
            }
        }
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

    private long centre(int pane) {
        return grid.centreOf(columns[START][pane]);
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
        if (timeMs >= grid.exactAfterMs()) {
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
            long start = grid.startOf(columns[START][pane]);
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
