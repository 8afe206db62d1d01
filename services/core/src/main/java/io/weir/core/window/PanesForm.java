package io.weir.core.window;

/** The form of panes in snapshots. What is read is checked: no panes come of bytes that no transactions could have given. */
final class PanesForm {
    /** More than any log delivers in 256 minutes; so few that no sum of squares over all panes overflows. */
    private static final long MAX_COUNT = 1L << 36;

    private PanesForm() {}

    /** Writes all of it but what follows from the newest transaction, and which are genuine. */
    static void write(Panes panes, StateOutput out) {
        out.writeVarLong(panes.exactAfterMs());
        out.writeVarLong(panes.size());
        long before = 0;
        for (int pane = 0; pane < panes.size(); pane++) {
            long start = panes.get(Panes.START, pane);
            out.writeVarLong((start - before) / PaneGrid.FINE_MS);
            before = start;
            for (int column = Panes.COUNT; column < Panes.GENUINE; column++) {
                out.writeVarLong(panes.get(column, pane));
            }
        }
    }

    /** Writes how many of each pane's transactions are genuine, and what they come to. */
    static void writeGenuine(Panes panes, StateOutput out) {
        for (int pane = 0; pane < panes.size(); pane++) {
            long genuine = panes.get(Panes.GENUINE, pane);
            out.writeVarLong(genuine);
            if (genuine > 0) {
                out.writeVarLong(panes.get(Panes.GENUINE_SUM, pane));
                out.writeVarLong(panes.get(Panes.GENUINE_SUM + 1, pane));
            }
        }
    }

    /** Reads what {@link #writeGenuine} wrote. */
    static void readGenuine(Panes panes, StateInput in, Values values) {
        for (int pane = 0; pane < panes.size(); pane++) {
            long genuine = in.readVarLong();
            panes.set(Panes.GENUINE, pane, genuine);
            StateFormatException.unless(
                    genuine >= 0 && genuine <= panes.get(Panes.COUNT, pane) - panes.get(Panes.FRAUDS, pane),
                    "a pane has more genuine transactions than transactions");
            if (genuine > 0) {
                panes.set(Panes.GENUINE_SUM, pane, in.readVarLong());
                panes.set(Panes.GENUINE_SUM + 1, pane, in.readVarLong());
                StateFormatException.unless(
                        isPossible(panes.sum(Panes.GENUINE_SUM, pane), genuine, values),
                        "a sum of genuine transactions is impossible");
            }
        }
    }

    /**
     * Reads what {@link #write} wrote.
     *
     * @param rows the rows that the panes go with
     * @param values the range of what is summed up
     */
    static Panes read(StateInput in, EventSeries rows, Values values) {
        long exactAfterMs = in.readVarLong();
        boolean anyRow = rows.end() > rows.start();
        StateFormatException.unless(
                exactAfterMs > 0 && (!anyRow || exactAfterMs < rows.timeMs(rows.start())),
                "panes do not end before the rows begin");
        Panes panes = new Panes(exactAfterMs, anyRow ? rows.timeMs(rows.end() - 1) : exactAfterMs);
        PaneGrid grid = panes.grid();
        StateFormatException.unless(exactAfterMs > grid.horizonMs(), "all panes are before the horizon");
        int count = in.readCount(Math.min(Panes.MAX_PANES, in.remaining() / Panes.GENUINE));
        for (int pane = 0; pane < count; pane++) {
            readPane(panes, pane, in, values);
        }
        boolean last = count > 0 && panes.get(Panes.START, count - 1) == grid.startOf(exactAfterMs);
        StateFormatException.unless(
                grid.keeps(exactAfterMs) ? last : count == 0, "the last pane is not that of the last time");
        return panes;
    }

    private static void readPane(Panes panes, int pane, StateInput in, Values values) {
        PaneGrid grid = panes.grid();
        long blocks = in.readVarLong();
        long before = pane == 0 ? 0 : panes.get(Panes.START, pane - 1);
        StateFormatException.unless(
                blocks >= (pane == 0 ? 0 : 1) && blocks <= (grid.exactAfterMs() - before) / PaneGrid.FINE_MS,
                "panes are not in order of time");
        panes.append();
        long start = before + blocks * PaneGrid.FINE_MS;
        panes.set(Panes.START, pane, start);
        for (int column = Panes.COUNT; column < Panes.GENUINE; column++) {
            panes.set(column, pane, in.readVarLong());
        }
        StateFormatException.unless(grid.startOf(start) == start && start > grid.horizonMs(), "a pane is not aligned");
        StateFormatException.unless(isPossible(panes, pane, values), "a pane's totals are impossible");
    }

    private static boolean isPossible(Panes panes, int pane, Values values) {
        long count = panes.get(Panes.COUNT, pane);
        long sum = panes.sum(Panes.SUM, pane).saturated();
        long max = panes.get(Panes.MAX, pane);
        long frauds = panes.get(Panes.FRAUDS, pane);
        WideSum squares = panes.sum(Panes.SQUARES, pane);
        return count >= 1
                && count <= MAX_COUNT
                && max >= values.min()
                && max <= values.max()
                && (values.min() < 0
                        ? squares.high() >= 0 && isPossible(panes.sum(Panes.SUM, pane), count, values)
                        : sum >= max && squares.isPossible(count, sum, max))
                && frauds >= 0
                && frauds <= count
                && isPossible(panes.sum(Panes.FRAUD_SUM, pane), frauds, values);
    }

    private static boolean isPossible(WideSum sum, long count, Values values) {
        return sum.saturated() >= (double) values.min() * count && sum.saturated() <= (double) values.max() * count;
    }
}
