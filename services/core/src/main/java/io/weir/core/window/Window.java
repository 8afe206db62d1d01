package io.weir.core.window;

import io.weir.core.policy.Aggregate;
import io.weir.core.policy.Aggregate.Function;
import io.weir.core.policy.Label;
import org.jspecify.annotations.Nullable;

/** One window of an entity: what an aggregate asks about it, for a transaction at a time. */
final class Window {
    private final EventSeries events;
    private final Labels labels;
    private final @Nullable Panes panes;
    private final long horizonMs;
    private final Aggregate aggregate;
    private final long timeMs;
    private final long afterMs;
    private final long throughMs;

    Window(EventSeries events, Labels labels, @Nullable Panes panes, long horizonMs, Aggregate aggregate, long timeMs) {
        this.events = events;
        this.labels = labels;
        this.panes = panes;
        this.horizonMs = horizonMs;
        this.aggregate = aggregate;
        this.timeMs = timeMs;
        throughMs = timeMs - aggregate.delayMs();
        afterMs = throughMs - aggregate.windowMs();
    }

    /**
     * The aggregate's value.
     *
     * @param taken whether the transaction is one of these
     * @param all the windows of all the entity's transactions, of which these are some
     */
    double value(boolean taken, EntityWindows all) {
        if (aggregate.function().looksBack()) {
            long lastMs = lastMs(taken);
            if (lastMs <= afterMs) {
                return Double.NaN;
            }
            return aggregate.function() == Function.SINCE_LAST ? timeMs - lastMs : all.countSince(lastMs, timeMs);
        }
        Label label = aggregate.label();
        if (label != null) {
            return labelled(aggregate.function(), label);
        }
        int from = events.firstAfter(afterMs);
        int to = events.firstAfter(throughMs);
        return switch (aggregate.function()) {
            case COUNT -> count(from, to);
            case SUM -> sumMinor(from, to);
            case MEAN -> mean(sumMinor(from, to), count(from, to));
            case MAX -> max(from, to);
            case STDDEV -> squares(from, to).standardDeviation(count(from, to), sumMinor(from, to));
            case FRAUD_COUNT -> labelled(Label.FRAUD);
            case FRAUD_RATE -> {
                long count = count(from, to);
                yield count == 0 ? 0 : (double) labelled(Label.FRAUD) / count;
            }
            case DISTINCT, SINCE_LAST, COUNT_SINCE_LAST -> throw new IllegalStateException("answered elsewhere");
        };
    }

    /** Whether {@link #value} is not exact, see {@link EntityWindows#isPaned(Aggregate, long, boolean, EntityWindows)}. */
    boolean isPaned(boolean taken, @Nullable Panes panesOfAll) {
        boolean reached = panes != null && afterMs < panes.exactAfterMs();
        if (!aggregate.function().looksBack()) {
            return reached;
        }
        Label label = aggregate.label();
        boolean paned = reached
                && panes != null
                && (label == null ? beforeMs() <= panes.exactAfterMs() : lastRowMs(label) <= afterMs);
        if (paned || aggregate.function() == Function.SINCE_LAST || panesOfAll == null) {
            return paned;
        }
        long lastMs = lastMs(taken);
        return lastMs > afterMs && lastMs < panesOfAll.exactAfterMs();
    }

    private long count(int from, int to) {
        return to - from + (panes == null ? 0 : panes.count(afterMs, throughMs));
    }

    private long sumMinor(int from, int to) {
        long rows = events.sumMinor(from, to);
        if (panes == null) {
            return rows;
        }
        WideSum sum = new WideSum();
        sum.add(rows);
        panes.addAmounts(afterMs, throughMs, sum);
        return sum.saturated();
    }

    private static double mean(long sum, long count) {
        return count == 0 ? Double.NaN : (double) sum / count;
    }

    private double labelled(Function function, Label label) {
        return switch (function) {
            case COUNT -> labelled(label);
            case SUM -> labelledSum(label);
            case MEAN -> mean(labelledSum(label), labelled(label));
            default -> throw new IllegalStateException(function + " takes no label");
        };
    }

    /** How many have a label. */
    private long labelled(Label label) {
        return labels.count(label, Math.max(afterMs, horizonMs), throughMs)
                + (panes == null ? 0 : panes.labelled(label, afterMs, throughMs));
    }

    private long labelledSum(Label label) {
        WideSum sum = new WideSum();
        labels.addAmounts(label, Math.max(afterMs, horizonMs), throughMs, sum);
        if (panes != null) {
            panes.addLabelled(label, afterMs, throughMs, sum);
        }
        return sum.saturated();
    }

    private double max(int from, int to) {
        long max = events.maxMinor(from, to);
        if (panes != null) {
            max = Math.max(max, panes.maxMinor(afterMs, throughMs));
        }
        return max == Long.MIN_VALUE ? Double.NaN : max;
    }

    private WideSum squares(int from, int to) {
        WideSum squares = new WideSum();
        events.addSquares(from, to, squares);
        if (panes != null) {
            panes.addSquares(afterMs, throughMs, squares);
        }
        return squares;
    }

    /**
     * The time of the last one that a function that looks back finds, or anything up to the window's start if there is none.
     *
     * <p>Without a label: exact if the search begins later than B, also if what it finds is no row: then its time is B
     * itself. If it begins at B or before, what it finds counts as being in the centre of the latest pane that ended by
     * then. With a label: exact among the rows; of those in panes, the last counts as being in the centre of its pane.
     */
    private long lastMs(boolean taken) {
        long beforeMs = beforeMs();
        Label label = aggregate.label();
        if (label != null) {
            long lastMs = lastRowMs(label);
            return lastMs > afterMs || panes == null ? lastMs : panes.lastCentreBefore(beforeMs, label);
        }
        int next = events.firstAfter(beforeMs - 1);
        if (aggregate.delayMs() == 0 && events.firstAfter(timeMs) - next > (taken ? 1 : 0)) {
            return timeMs; // another one at the same time
        }
        if (next > events.firstAfter(afterMs)) {
            return events.timeMs(next - 1);
        }
        if (panes == null) {
            return Long.MIN_VALUE;
        }
        return beforeMs > panes.exactAfterMs() ? panes.exactAfterMs() : panes.lastCentreBefore(beforeMs);
    }

    private long lastRowMs(Label label) {
        return labels.last(label, Math.max(afterMs, horizonMs), throughMs);
    }

    /** Where a search for the last one begins: what it finds is before this, but for another at the transaction's own time. */
    private long beforeMs() {
        return aggregate.delayMs() == 0 ? timeMs : throughMs + 1;
    }
}
