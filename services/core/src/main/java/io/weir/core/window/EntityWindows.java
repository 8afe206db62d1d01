package io.weir.core.window;

import io.weir.core.policy.Aggregate;
import io.weir.events.Hash64;

/** What is kept of one entity: its transactions and which of them were fraud. */
public class EntityWindows {
    private final EventSeries events;
    private final FraudTimes frauds = new FraudTimes();

    public EntityWindows() {
        this(new EventSeries(0, 0));
    }

    /** Windows over a series whose rows carry more than these windows need. */
    protected EntityWindows(EventSeries events) {
        this.events = events;
    }

    /** The transactions, by time. */
    public final EventSeries events() {
        return events;
    }

    /** Sets or takes back that a transaction at {@code timeMs} was fraud. */
    public final void markFraud(long timeMs, boolean fraud) {
        if (fraud) {
            frauds.add(timeMs, events.horizonMs());
        } else {
            frauds.remove(timeMs);
        }
    }

    /** The aggregate's value for a transaction at {@code timeMs}. */
    public final double aggregate(Aggregate aggregate, long timeMs) {
        long throughMs = timeMs - aggregate.delayMs();
        long afterMs = throughMs - aggregate.windowMs();
        int from = events.firstAfter(afterMs);
        int to = events.firstAfter(throughMs);
        int count = to - from;
        return switch (aggregate.function()) {
            case COUNT -> count;
            case SUM -> events.sumMinor(from, to);
            case MEAN -> count == 0 ? Double.NaN : (double) events.sumMinor(from, to) / count;
            case MAX -> max(from, to);
            case STDDEV -> standardDeviation(from, to);
            case DISTINCT -> throw new IllegalStateException("only an account's windows count distinct entities");
            case FRAUD_COUNT -> frauds(afterMs, throughMs);
            case FRAUD_RATE -> count == 0 ? 0 : (double) frauds(afterMs, throughMs) / count;
            case SINCE_LAST -> sinceLast(from, to, timeMs);
        };
    }

    /** Adds everything to a hash; equal for equal sets of events. */
    public void addTo(Hash64 hash) {
        events.addTo(hash);
        frauds.addTo(hash, events.horizonMs());
    }

    private int frauds(long afterMs, long throughMs) {
        return frauds.count(Math.max(afterMs, events.horizonMs()), throughMs);
    }

    private double max(int from, int to) {
        double max = Double.NaN;
        for (int row = from; row < to; row++) {
            double amount = events.amountMinor(row);
            max = max >= amount ? max : amount;
        }
        return max;
    }

    /** In two passes, in row order: the same rows give the same bits. */
    private double standardDeviation(int from, int to) {
        if (from == to) {
            return Double.NaN;
        }
        double mean = (double) events.sumMinor(from, to) / (to - from);
        double squares = 0;
        for (int row = from; row < to; row++) {
            double distance = events.amountMinor(row) - mean;
            squares += distance * distance;
        }
        return Math.sqrt(squares / (to - from));
    }

    /** The transaction itself is among the rows, so another one at its time makes two. */
    private double sinceLast(int from, int to, long timeMs) {
        int before = events.firstAfter(timeMs - 1);
        if (to - before >= 2) {
            return 0;
        }
        return before > from ? timeMs - events.timeMs(before - 1) : Double.NaN;
    }
}
