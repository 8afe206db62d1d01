package io.weir.core.window;

import io.weir.core.policy.Aggregate;
import io.weir.core.policy.Aggregate.Function;
import io.weir.core.policy.Label;

/**
 * What an aggregate asks about a window of an entity, for a transaction at a time. Functions, because every decision asks a dozen
 * times: an object for each question was a third of what a decision allocated.
 */
final class Window {
    private Window() {}

    /**
     * The aggregate's value.
     *
     * @param of the windows that are asked
     * @param timeMs event time of the transaction
     * @param taken whether the transaction is one of these
     * @param all the windows of all the entity's transactions, of which these are some
     */
    static double value(EntityWindows of, Aggregate aggregate, long timeMs, boolean taken, EntityWindows all) {
        long throughMs = timeMs - aggregate.delayMs();
        long afterMs = throughMs - aggregate.windowMs();
        Function function = aggregate.function();
        if (function.looksBack()) {
            long lastMs = lastMs(of, aggregate, timeMs, taken);
            if (lastMs <= afterMs) {
                return Double.NaN;
            }
            return function == Function.SINCE_LAST ? timeMs - lastMs : all.countSince(lastMs, timeMs);
        }
        Label label = aggregate.label();
        return label == null
                ? value(of, function, afterMs, throughMs)
                : labelled(of, function, label, afterMs, throughMs);
    }

    private static double value(EntityWindows of, Function function, long afterMs, long throughMs) {
        int from = of.events().firstAfter(afterMs);
        int to = of.events().firstAfter(throughMs);
        Panes panes = of.panes();
        long count = to - from + (panes == null ? 0 : panes.count(afterMs, throughMs));
        return switch (function) {
            case COUNT -> count;
            case SUM -> sumMinor(of, from, to, afterMs, throughMs);
            case MEAN -> mean(sumMinor(of, from, to, afterMs, throughMs), count);
            case MAX -> max(of, from, to, afterMs, throughMs);
            case STDDEV ->
                squares(of, from, to, afterMs, throughMs)
                        .standardDeviation(count, sumMinor(of, from, to, afterMs, throughMs));
            case FRAUD_COUNT -> labelled(of, Label.FRAUD, afterMs, throughMs);
            case FRAUD_RATE -> count == 0 ? 0 : (double) labelled(of, Label.FRAUD, afterMs, throughMs) / count;
            case DISTINCT, SINCE_LAST, COUNT_SINCE_LAST -> throw new IllegalStateException("answered elsewhere");
        };
    }

    /** Whether {@link #value} is not exact, see {@link EntityWindows#isPaned(Aggregate, long, boolean, EntityWindows)}. */
    static boolean isPaned(EntityWindows of, Aggregate aggregate, long timeMs, boolean taken, EntityWindows all) {
        Panes panes = of.panes();
        if (panes == null && all.panes() == null) {
            return false;
        }
        long afterMs = timeMs - aggregate.delayMs() - aggregate.windowMs();
        boolean reached = panes != null && afterMs < panes.exactAfterMs();
        if (!aggregate.function().looksBack()) {
            return reached;
        }
        Label label = aggregate.label();
        boolean paned = reached
                && panes != null
                && (label == null
                        ? beforeMs(aggregate, timeMs) <= panes.exactAfterMs()
                        : lastRowMs(of, aggregate, label, timeMs) <= afterMs);
        Panes panesOfAll = all.panes();
        if (paned || aggregate.function() == Function.SINCE_LAST || panesOfAll == null) {
            return paned;
        }
        long lastMs = lastMs(of, aggregate, timeMs, taken);
        return lastMs > afterMs && lastMs < panesOfAll.exactAfterMs();
    }

    private static long sumMinor(EntityWindows of, int from, int to, long afterMs, long throughMs) {
        long rows = of.events().sumMinor(from, to);
        Panes panes = of.panes();
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

    private static double labelled(EntityWindows of, Function function, Label label, long afterMs, long throughMs) {
        return switch (function) {
            case COUNT -> labelled(of, label, afterMs, throughMs);
            case SUM -> labelledSum(of, label, afterMs, throughMs);
            case MEAN -> mean(labelledSum(of, label, afterMs, throughMs), labelled(of, label, afterMs, throughMs));
            default -> throw new IllegalStateException(function + " takes no label");
        };
    }

    /** How many have a label. */
    private static long labelled(EntityWindows of, Label label, long afterMs, long throughMs) {
        Panes panes = of.panes();
        return of.labels().count(label, Math.max(afterMs, of.horizonMs()), throughMs)
                + (panes == null ? 0 : panes.labelled(label, afterMs, throughMs));
    }

    private static long labelledSum(EntityWindows of, Label label, long afterMs, long throughMs) {
        WideSum sum = new WideSum();
        of.labels().addAmounts(label, Math.max(afterMs, of.horizonMs()), throughMs, sum);
        Panes panes = of.panes();
        if (panes != null) {
            panes.addLabelled(label, afterMs, throughMs, sum);
        }
        return sum.saturated();
    }

    private static double max(EntityWindows of, int from, int to, long afterMs, long throughMs) {
        long max = of.events().maxMinor(from, to);
        Panes panes = of.panes();
        if (panes != null) {
            max = Math.max(max, panes.maxMinor(afterMs, throughMs));
        }
        return max == Long.MIN_VALUE ? Double.NaN : max;
    }

    private static WideSum squares(EntityWindows of, int from, int to, long afterMs, long throughMs) {
        WideSum squares = new WideSum();
        of.events().addSquares(from, to, squares);
        Panes panes = of.panes();
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
    private static long lastMs(EntityWindows of, Aggregate aggregate, long timeMs, boolean taken) {
        long beforeMs = beforeMs(aggregate, timeMs);
        long afterMs = timeMs - aggregate.delayMs() - aggregate.windowMs();
        Panes panes = of.panes();
        Label label = aggregate.label();
        if (label != null) {
            long lastMs = lastRowMs(of, aggregate, label, timeMs);
            return lastMs > afterMs || panes == null ? lastMs : panes.lastCentreBefore(beforeMs, label);
        }
        EventSeries events = of.events();
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

    private static long lastRowMs(EntityWindows of, Aggregate aggregate, Label label, long timeMs) {
        long throughMs = timeMs - aggregate.delayMs();
        long afterMs = throughMs - aggregate.windowMs();
        return of.labels().last(label, Math.max(afterMs, of.horizonMs()), throughMs);
    }

    /** Where a search for the last one begins: what it finds is before this, but for another at the transaction's own time. */
    private static long beforeMs(Aggregate aggregate, long timeMs) {
        return aggregate.delayMs() == 0 ? timeMs : timeMs - aggregate.delayMs() + 1;
    }
}
