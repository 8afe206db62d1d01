package io.weir.core.window;

import io.weir.core.policy.Aggregate;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The peers of an entity: the other entities of a kind that its transactions name, as the accounts at a device are. Of a row
 * a further column has the 64-bit hash of the peer's id, 0 for none; a pane has a {@link Sketch}. Two ids of one hash would
 * count as one: among 16,384 of them, once in 10^11 windows.
 *
 * <p>Different peers are counted exactly in a window of rows. A window that reaches panes adds an estimate of the peers that
 * only panes have: the difference between sketches of all and of the rows. The standard error of the whole is about 6.5 % at
 * most, besides what panes cut off at the window's ends; it is less the more of the peers the rows name, and 0 if all.
 */
final class Peers {
    private Peers() {}

    /** How many different peers of a kind a window has. */
    static double distinct(EventSeries rows, @Nullable Panes panes, int kind, Aggregate aggregate, long timeMs) {
        long throughMs = timeMs - aggregate.delayMs();
        long afterMs = throughMs - aggregate.windowMs();
        int inRows = rows.distinct(kind, afterMs, throughMs, aggregate.windowMs(), aggregate.delayMs());
        PeerPanes inPanes = panes == null || afterMs >= panes.exactAfterMs() ? null : panes.peers(kind);
        if (inPanes == null) {
            return inRows;
        }
        byte[] ofRows = rows.sketch(kind, afterMs, throughMs, aggregate.windowMs(), aggregate.delayMs());
        byte[] ofAll = ofRows.clone();
        inPanes.addTo(ofAll, afterMs, throughMs);
        return inRows + Math.max(0, Math.rint(Sketch.estimate(ofAll) - Sketch.estimate(ofRows)));
    }

    /** Rows up to a row, exclusive, were counted in panes, those that are not too late for it. */
    static void move(EventSeries rows, int to, Panes panes, int kinds) {
        for (int kind = 0; kind < kinds; kind++) {
            for (int row = rows.start(); row < to; row++) {
                long hash = rows.getLong(kind, row);
                if (hash != 0 && panes.grid().keeps(rows.timeMs(row))) {
                    panes.peersOrNew(kind).add(rows.timeMs(row), hash);
                }
            }
        }
    }

    /**
     * Writes the peers of a kind, if any transaction names one: for each row 8 bytes, those of rows of the same time and
     * amount by size, because such rows have no order; then those of the panes.
     */
    static void write(EventSeries rows, @Nullable Panes panes, int kind, StateOutput out) {
        PeerPanes inPanes = panes == null ? null : panes.peers(kind);
        boolean any = inPanes != null && !inPanes.isEmpty();
        for (int row = rows.start(); !any && row < rows.end(); row++) {
            any = rows.getLong(kind, row) != 0;
        }
        if (!any) {
            return;
        }
        int row = rows.start();
        while (row < rows.end()) {
            int next = row + 1;
            while (next < rows.end() && isTie(rows, row, next)) {
                next++;
            }
            long[] tied = new long[next - row];
            for (int i = 0; i < tied.length; i++) {
                tied[i] = rows.getLong(kind, row + i);
            }
            Arrays.sort(tied);
            for (long hash : tied) {
                out.writeLong(hash);
            }
            row = next;
        }
        if (panes != null) {
            (inPanes == null ? new PeerPanes(panes.grid()) : inPanes).writeTo(out);
        }
    }

    /** Reads what {@link #write} wrote, if it wrote anything. */
    static void read(EventSeries rows, @Nullable Panes panes, int kind, StateInput in) {
        for (int row = rows.start(); row < rows.end(); row++) {
            rows.setLong(kind, row, in.readLong());
            StateFormatException.unless(
                    row == rows.start()
                            || !isTie(rows, row - 1, row)
                            || rows.getLong(kind, row - 1) <= rows.getLong(kind, row),
                    "the peers of transactions of one time and amount are not in order");
        }
        if (panes != null) {
            panes.peersOrNew(kind).readFrom(in, panes);
        }
    }

    /** Takes in the peers of a new kind from rows and panes of some of these transactions. */
    static void adopt(
            EventSeries rows, @Nullable Panes panes, int kind, EventSeries fromRows, @Nullable Panes fromPanes) {
        int row = rows.start();
        for (int other = fromRows.start(); other < fromRows.end(); other++) {
            while (row < rows.end() && compare(rows, row, fromRows, other) < 0) {
                row++;
            }
            long hash = fromRows.getLong(kind, other);
            if (row < rows.end() && compare(rows, row, fromRows, other) == 0) {
                rows.setLong(kind, row++, hash); // of rows of one time and amount any is as good
            } else if (hash != 0 && panes != null && panes.startsAt(panes.grid().startOf(fromRows.timeMs(other)))) {
                panes.peersOrNew(kind).add(fromRows.timeMs(other), hash);
            }
        }
        PeerPanes inPanes = fromPanes == null ? null : fromPanes.peers(kind);
        if (inPanes != null && panes != null) {
            panes.peersOrNew(kind).addAll(inPanes, panes);
        }
    }

    private static int compare(EventSeries rows, int row, EventSeries others, int other) {
        int byTime = Long.compare(rows.timeMs(row), others.timeMs(other));
        return byTime != 0 ? byTime : Long.compare(rows.amountMinor(row), others.amountMinor(other));
    }

    private static boolean isTie(EventSeries rows, int row, int other) {
        return rows.timeMs(row) == rows.timeMs(other) && rows.amountMinor(row) == rows.amountMinor(other);
    }
}
