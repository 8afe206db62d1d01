package io.weir.core.window;

import io.weir.core.policy.Aggregate;
import io.weir.core.policy.Aggregate.Function;
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
    private final FraudTimes frauds = new FraudTimes();
    private final int exactEvents;
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
     * @param amountMinor its amount, 0 to {@link #MAX_AMOUNT_MINOR}
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
     * Sets or takes back that a transaction was fraud.
     *
     * @param timeMs the event time of a transaction that was inserted, taken in or not
     */
    public final void markFraud(long timeMs, boolean fraud) {
        if (panes != null && timeMs <= panes.exactAfterMs()) {
            panes.addFrauds(timeMs, fraud ? 1 : -1);
        } else if (fraud) {
            frauds.add(timeMs, horizonMs());
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
        return switch (aggregate.function()) {
            case COUNT -> count(from, to, afterMs, throughMs);
            case SUM -> sumMinor(from, to, afterMs, throughMs);
            case MEAN -> {
                long count = count(from, to, afterMs, throughMs);
                yield count == 0 ? Double.NaN : (double) sumMinor(from, to, afterMs, throughMs) / count;
            }
            case MAX -> max(from, to, afterMs, throughMs);
            case STDDEV -> {
                SquareSum squares = squares(from, to, afterMs, throughMs);
                yield squares.standardDeviation(
                        count(from, to, afterMs, throughMs), sumMinor(from, to, afterMs, throughMs));
            }
            case DISTINCT -> throw new IllegalStateException("only an account's windows count distinct entities");
            case FRAUD_COUNT -> frauds(afterMs, throughMs);
            case FRAUD_RATE -> {
                long count = count(from, to, afterMs, throughMs);
                yield count == 0 ? 0 : (double) frauds(afterMs, throughMs) / count;
            }
            case SINCE_LAST -> sinceLast(from, to, afterMs, timeMs);
        };
    }

    /**
     * Whether an aggregate's window reaches transactions that are no rows, so that its value is not exact: ends that cut a
     * pane take all of it or none, and distinct ids are counted among the rows alone.
     */
    public final boolean isPaned(Aggregate aggregate, long timeMs) {
        return panes != null
                && timeMs - aggregate.delayMs() - aggregate.windowMs() < panes.exactAfterMs()
                && (aggregate.function() != Function.SINCE_LAST || timeMs <= panes.exactAfterMs());
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
        frauds.addTo(hash, horizonMs());
        if (panes != null) {
            panes.addTo(hash);
        }
    }

    /** Writes everything but the rows' further columns. Equal sets of events give equal bytes. */
    public final void writeTo(StateOutput out) {
        events.writeTo(out);
        out.writeVarLong(panes == null ? 0 : 1);
        if (panes != null) {
            panes.writeTo(out);
        }
        frauds.writeTo(out, horizonMs());
    }

    /**
     * Reads what {@link #writeTo} wrote into windows that are empty. The rows' further columns are 0 then.
     *
     * @throws StateFormatException if that is not what the bytes are; these windows are of no use then
     */
    public final void readFrom(StateInput in) {
        events.readFrom(in, exactEvents);
        if (in.readCount(1) == 1) {
            panes = Panes.readFrom(in, events);
        }
        frauds.readFrom(in, events);
        StateFormatException.unless(
                events.start() == events.end() || events.timeMs(events.start()) > horizonMs(),
                "a transaction is before the horizon");
    }

    /** How many transactions are counted in panes. */
    public final long panedEvents() {
        return panes == null ? 0 : panes.count(Long.MIN_VALUE, Long.MAX_VALUE);
    }

    /** How many transactions are now labelled fraud. */
    public final long frauds() {
        return frauds(Long.MIN_VALUE, Long.MAX_VALUE);
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
        frauds.moveThrough(exactAfterMs, raised);
        return raised;
    }

    private long count(int from, int to, long afterMs, long throughMs) {
        return to - from + (panes == null ? 0 : panes.count(afterMs, throughMs));
    }

    private long sumMinor(int from, int to, long afterMs, long throughMs) {
        long sum = events.sumMinor(from, to);
        return panes == null ? sum : Panes.plus(sum, panes.sumMinor(afterMs, throughMs));
    }

    private long frauds(long afterMs, long throughMs) {
        int rows = frauds.count(Math.max(afterMs, horizonMs()), throughMs);
        return panes == null ? rows : rows + panes.frauds(afterMs, throughMs);
    }

    private double max(int from, int to, long afterMs, long throughMs) {
        long max = events.maxMinor(from, to);
        if (panes != null) {
            max = Math.max(max, panes.maxMinor(afterMs, throughMs));
        }
        return max < 0 ? Double.NaN : max;
    }

    private SquareSum squares(int from, int to, long afterMs, long throughMs) {
        SquareSum squares = new SquareSum();
        events.addSquares(from, to, squares);
        if (panes != null) {
            panes.addSquares(afterMs, throughMs, squares);
        }
        return squares;
    }

    /**
     * Exact for a transaction later than B, also if the one before it is no row: then its time is B itself. For one up to B,
     * the one before counts as being in the centre of the latest pane that ended before.
     */
    private double sinceLast(int from, int to, long afterMs, long timeMs) {
        long lastMs = Long.MIN_VALUE;
        if (panes != null) {
            lastMs = timeMs > panes.exactAfterMs() ? panes.exactAfterMs() : panes.lastCentreBefore(timeMs);
        }
        int own = events.firstAfter(timeMs - 1);
        if (to - own >= 2) {
            return 0; // the transaction itself is among the rows, so another one at its time makes two
        }
        if (own > from) {
            lastMs = events.timeMs(own - 1);
        }
        return lastMs > afterMs ? timeMs - lastMs : Double.NaN;
    }
}
