package io.weir.core.window;

import io.weir.core.policy.Aggregate;
import io.weir.core.policy.Aggregate.Function;
import io.weir.core.policy.Label;
import io.weir.events.Hash64;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of one entity: its transactions since the horizon ({@link Aggregate#HORIZON_MS} before the newest) and which
 * of them were fraud. Bounded: let B be the time of the (C+1)-th most recent transaction; later ones, at most C, are rows of
 * their own and any window that begins at B or after it is exact; those up to and with B are counted in {@link Panes}, whose
 * Javadoc says by how much a window that reaches them can be off. An entity that has no more than C transactions within
 * the horizon has no B, and all its windows are exact.
 *
 * <p>B is a time, and it depends, as all of this does, on the set of transactions and labels alone, not on the order in which
 * they came.
 */
public class EntityWindows {
    /** C: how many of an entity's most recent transactions are kept one by one. */
    public static final int EXACT_EVENTS = 16_384;

    /** The largest amount that may be inserted, in minor units. */
    public static final long MAX_AMOUNT_MINOR = 1_000_000_000_000L;

    /** What {@link #insert} returns for a transaction that has no row but was counted in a pane. */
    public static final int PANED = -1;

    /** What {@link #insert} returns for a transaction that is too late for any window. */
    public static final int TOO_LATE = -2;

    private final EventSeries events;
    private final int exactEvents;
    private final Labels labels = new Labels();
    /** Null while there is no B. */
    private @Nullable Panes panes;

    public EntityWindows() {
        this(EXACT_EVENTS);
    }

    /**
     * Windows that are exact for fewer transactions, or for more.
     *
     * @param exactEvents C, 0 or more
     */
    public EntityWindows(int exactEvents) {
        this(new EventSeries(0, 0), exactEvents);
    }

    /** Windows over a series whose rows carry more than these windows need. */
    protected EntityWindows(EventSeries events, int exactEvents) {
        this.events = events;
        this.exactEvents = exactEvents;
    }

    /** The transactions that are kept one by one, by time. */
    public final EventSeries events() {
        return events;
    }

    /**
     * Takes in a transaction.
     *
     * @param timeMs its event time, greater than 0
     * @param amountMinor its amount, 0 to {@link #MAX_AMOUNT_MINOR}, or a measure's value in its place
     * @return its row, with zeroes in the further columns; or {@link #PANED} or {@link #TOO_LATE}. Other rows may be gone
     */
    public final int insert(long timeMs, long amountMinor) {
        if (timeMs > newestMs()) {
            advance(timeMs);
        } else if (timeMs <= horizonMs()) {
            return TOO_LATE;
        }
        if (panes != null && timeMs <= panes.exactAfterMs()) {
            return panes.add(timeMs, amountMinor) ? PANED : TOO_LATE;
        }
        int row = events.insert(timeMs, amountMinor);
        if (events.end() - events.start() <= exactEvents) {
            return row;
        }
        Panes raised = moveRows(events.timeMs(events.end() - exactEvents - 1));
        return timeMs > raised.exactAfterMs() ? row : raised.keeps(timeMs) ? PANED : TOO_LATE;
    }

    /**
     * Changes the label of a transaction.
     *
     * @param timeMs the event time of a transaction that was inserted, taken in or not
     * @param amountMinor what it was inserted with
     * @param was FRAUD, GENUINE, or null if it had no label
     * @param is FRAUD, GENUINE, or null if it has none now
     */
    public final void relabel(long timeMs, long amountMinor, @Nullable Label was, @Nullable Label is) {
        if (panes != null && timeMs <= panes.exactAfterMs()) {
            panes.relabel(timeMs, amountMinor, was, is);
            return;
        }
        if (was != null) {
            labels.remove(was, timeMs, amountMinor);
        }
        if (is != null) {
            labels.add(is, timeMs, amountMinor, horizonMs());
        }
    }

    /** The aggregate's value for a transaction at {@code timeMs} that is one of these. */
    public final double aggregate(Aggregate aggregate, long timeMs) {
        return aggregate(aggregate, timeMs, true, this);
    }

    /**
     * The aggregate's value for a transaction.
     *
     * @param timeMs its event time
     * @param taken whether it is one of these
     * @param all the windows of all the entity's transactions, of which these are some
     */
    public final double aggregate(Aggregate aggregate, long timeMs, boolean taken, EntityWindows all) {
        long throughMs = timeMs - aggregate.delayMs();
        long afterMs = throughMs - aggregate.windowMs();
        Label label = aggregate.label();
        if (aggregate.function().looksBack()) {
            long lastMs = lastMs(label, afterMs, timeMs, taken);
            if (lastMs <= afterMs) {
                return Double.NaN;
            }
            return aggregate.function() == Function.SINCE_LAST ? timeMs - lastMs : all.countSince(lastMs, timeMs);
        }
        if (label != null) {
            return labelled(aggregate.function(), label, afterMs, throughMs);
        }
        int from = events.firstAfter(afterMs);
        int to = events.firstAfter(throughMs);
        return switch (aggregate.function()) {
            case COUNT -> count(from, to, afterMs, throughMs);
            case SUM -> sumMinor(from, to, afterMs, throughMs);
            case MEAN -> mean(sumMinor(from, to, afterMs, throughMs), count(from, to, afterMs, throughMs));
            case MAX -> max(from, to, afterMs, throughMs);
            case STDDEV -> {
                WideSum squares = squares(from, to, afterMs, throughMs);
                yield squares.standardDeviation(
                        count(from, to, afterMs, throughMs), sumMinor(from, to, afterMs, throughMs));
            }
            case DISTINCT -> throw new IllegalStateException("only an account's windows count distinct entities");
            case FRAUD_COUNT -> labelled(Label.FRAUD, afterMs, throughMs);
            case FRAUD_RATE -> {
                long count = count(from, to, afterMs, throughMs);
                yield count == 0 ? 0 : (double) labelled(Label.FRAUD, afterMs, throughMs) / count;
            }
            case SINCE_LAST, COUNT_SINCE_LAST -> throw new IllegalStateException("answered above");
        };
    }

    /** Whether the value of {@link #aggregate(Aggregate, long)} is not exact. */
    public final boolean isPaned(Aggregate aggregate, long timeMs) {
        return isPaned(aggregate, timeMs, true, this);
    }

    /**
     * Whether an aggregate's window reaches transactions that are no rows, so that its value is not exact: ends that cut a
     * pane take all of it or none, and distinct ids are counted among the rows alone. A search for the last transaction
     * is exact if it ends before, or if all that lies there is as good as its latest.
     */
    public final boolean isPaned(Aggregate aggregate, long timeMs, boolean taken, EntityWindows all) {
        long afterMs = timeMs - aggregate.delayMs() - aggregate.windowMs();
        Label label = aggregate.label();
        boolean reached = panes != null && afterMs < panes.exactAfterMs();
        if (!aggregate.function().looksBack()) {
            return reached;
        }
        boolean paned = reached
                && panes != null
                && (label == null ? timeMs <= panes.exactAfterMs() : lastRowMs(label, afterMs, timeMs) <= afterMs);
        if (paned || aggregate.function() == Function.SINCE_LAST || all.panes == null) {
            return paned;
        }
        long lastMs = lastMs(label, afterMs, timeMs, taken);
        return lastMs > afterMs && lastMs < all.panes.exactAfterMs();
    }

    /**
     * How many different values other than 0 a further column of the rows has in the aggregate's window for a transaction
     * at {@code timeMs}.
     */
    protected final int distinct(Aggregate aggregate, int intColumn, long timeMs) {
        long throughMs = timeMs - aggregate.delayMs();
        return events.distinct(
                intColumn, throughMs - aggregate.windowMs(), throughMs, aggregate.windowMs(), aggregate.delayMs());
    }

    /** Adds everything to a hash; equal for equal sets of events. */
    public void addTo(Hash64 hash) {
        events.addTo(hash);
        labels.addTo(hash, horizonMs());
        if (panes != null) {
            panes.addTo(hash);
        }
    }

    /**
     * Writes everything but the rows' further columns and which transactions are genuine. Equal sets of events give equal
     * bytes.
     */
    public final void writeTo(StateOutput out) {
        events.writeTo(out);
        out.writeVarLong(panes == null ? 0 : 1);
        if (panes != null) {
            panes.writeTo(out);
        }
        labels.writeTo(Label.FRAUD, out, events);
    }

    /**
     * Reads what {@link #writeTo} wrote into windows that are empty. The rows' further columns are 0 then.
     *
     * @param values what was inserted
     * @throws StateFormatException if that is not what the bytes are; these windows are of no use then
     */
    public final void readFrom(StateInput in, Values values) {
        events.readFrom(in, exactEvents, values);
        if (in.readCount(1) == 1) {
            panes = Panes.readFrom(in, events, values);
        }
        labels.readFrom(Label.FRAUD, in, events);
        StateFormatException.unless(
                events.start() == events.end() || events.timeMs(events.start()) > horizonMs(),
                "a transaction is before the horizon");
    }

    /** Writes which transactions are genuine. */
    public final void writeGenuineTo(StateOutput out) {
        labels.writeTo(Label.GENUINE, out, events);
        if (panes != null) {
            panes.writeGenuineTo(out);
        }
    }

    /**
     * Reads what {@link #writeGenuineTo} wrote, after the rest.
     *
     * @throws StateFormatException if that is not what the bytes are; these windows are of no use then
     */
    public final void readGenuineFrom(StateInput in, Values values) {
        labels.readFrom(Label.GENUINE, in, events);
        if (panes != null) {
            panes.readGenuineFrom(in, values);
        }
    }

    /**
     * Knows those transactions as genuine that other windows do, and no others.
     *
     * @param from windows of some of these transactions, of no use afterwards; null for none
     */
    public final void adoptGenuine(@Nullable EntityWindows from) {
        if (panes != null) {
            panes.adoptGenuine(from == null ? null : from.panes);
        }
        labels.adoptGenuine(from == null ? null : from.labels, panes);
    }

    /** How many transactions are counted in panes. */
    public final long panedEvents() {
        return panes == null ? 0 : panes.count(Long.MIN_VALUE, Long.MAX_VALUE);
    }

    /** How many transactions are now labelled fraud. */
    public final long frauds() {
        return labelled(Label.FRAUD, Long.MIN_VALUE, Long.MAX_VALUE);
    }

    /** Event time of the newest transaction; {@code Long.MIN_VALUE} if there is none. */
    public final long newestMs() {
        if (events.end() > events.start()) {
            return events.timeMs(events.end() - 1);
        }
        return panes == null ? Long.MIN_VALUE : panes.exactAfterMs(); // then many are the newest, and none is a row
    }

    /** The time up to which, inclusive, there are no rows. */
    private long horizonMs() {
        long newestMs = newestMs();
        return newestMs == Long.MIN_VALUE ? newestMs : newestMs - Aggregate.HORIZON_MS;
    }

    private void advance(long newestMs) {
        events.dropThrough(newestMs - Aggregate.HORIZON_MS);
        if (panes != null) {
            if (panes.exactAfterMs() <= newestMs - Aggregate.HORIZON_MS) {
                panes = null;
            } else {
                panes.advance(newestMs);
            }
        }
    }

    /** Raises B, and moves what is up to and with it from rows to panes. */
    private Panes moveRows(long exactAfterMs) {
        Panes raised = panes;
        if (raised == null) {
            raised = new Panes(exactAfterMs, newestMs());
            panes = raised;
        } else {
            raised.raise(exactAfterMs);
        }
        int to = events.firstAfter(exactAfterMs);
        for (int row = events.start(); row < to; row++) {
            raised.add(events.timeMs(row), events.amountMinor(row));
        }
        events.dropThrough(exactAfterMs);
        labels.moveThrough(exactAfterMs, raised);
        return raised;
    }

    private long count(int from, int to, long afterMs, long throughMs) {
        return to - from + (panes == null ? 0 : panes.count(afterMs, throughMs));
    }

    private long sumMinor(int from, int to, long afterMs, long throughMs) {
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

    private double labelled(Function function, Label label, long afterMs, long throughMs) {
        return switch (function) {
            case COUNT -> labelled(label, afterMs, throughMs);
            case SUM -> labelledSum(label, afterMs, throughMs);
            case MEAN -> mean(labelledSum(label, afterMs, throughMs), labelled(label, afterMs, throughMs));
            default -> throw new IllegalStateException(function + " takes no label");
        };
    }

    /** How many have a label. */
    private long labelled(Label label, long afterMs, long throughMs) {
        return labels.count(label, Math.max(afterMs, horizonMs()), throughMs)
                + (panes == null ? 0 : panes.labelled(label, afterMs, throughMs));
    }

    private long labelledSum(Label label, long afterMs, long throughMs) {
        WideSum sum = new WideSum();
        labels.addAmounts(label, Math.max(afterMs, horizonMs()), throughMs, sum);
        if (panes != null) {
            panes.addLabelled(label, afterMs, throughMs, sum);
        }
        return sum.saturated();
    }

    private double max(int from, int to, long afterMs, long throughMs) {
        long max = events.maxMinor(from, to);
        if (panes != null) {
            max = Math.max(max, panes.maxMinor(afterMs, throughMs));
        }
        return max == Long.MIN_VALUE ? Double.NaN : max;
    }

    private WideSum squares(int from, int to, long afterMs, long throughMs) {
        WideSum squares = new WideSum();
        events.addSquares(from, to, squares);
        if (panes != null) {
            panes.addSquares(afterMs, throughMs, squares);
        }
        return squares;
    }

    /**
     * The time of the last one, with this label if there is one, before a transaction; anything up to {@code afterMs} if
     * there is none after that.
     *
     * <p>Without a label: exact for a transaction later than B, also if the one before it is no row: then its time is B
     * itself. For one up to B, the one before counts as being in the centre of the latest pane that ended before. With a
     * label: exact among the rows; of those in panes, the last counts as being in the centre of its pane.
     */
    private long lastMs(@Nullable Label label, long afterMs, long timeMs, boolean taken) {
        if (label != null) {
            long lastMs = lastRowMs(label, afterMs, timeMs);
            return lastMs > afterMs || panes == null ? lastMs : panes.lastCentreBefore(timeMs, label);
        }
        int own = events.firstAfter(timeMs - 1);
        if (events.firstAfter(timeMs) - own > (taken ? 1 : 0)) {
            return timeMs; // another one at the same time
        }
        if (own > events.firstAfter(afterMs)) {
            return events.timeMs(own - 1);
        }
        if (panes == null) {
            return Long.MIN_VALUE;
        }
        return timeMs > panes.exactAfterMs() ? panes.exactAfterMs() : panes.lastCentreBefore(timeMs);
    }

    private long lastRowMs(Label label, long afterMs, long throughMs) {
        return labels.last(label, Math.max(afterMs, horizonMs()), throughMs);
    }

    /** How many there are later than a time, up to a transaction that is one of these, without it. */
    private long countSince(long lastMs, long timeMs) {
        if (lastMs >= timeMs) {
            return 0;
        }
        long count = count(events.firstAfter(lastMs), events.firstAfter(timeMs), lastMs, timeMs);
        return Math.max(0, count - 1);
    }
}
