package io.weir.core.window;

import io.weir.core.policy.Aggregate;
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
    private Labels labels = Labels.NONE;
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

    /** C, of these. */
    protected final int exactEvents() {
        return exactEvents;
    }

    /** Of how many kinds peers are known: the first further columns of longs have their hashes, see {@link #setPeer}. */
    protected int peerKinds() {
        return 0;
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
        return timeMs > raised.exactAfterMs() ? row : raised.grid().keeps(timeMs) ? PANED : TOO_LATE;
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
            labels = labels.add(is, timeMs, amountMinor, horizonMs());
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
        return Window.value(this, aggregate, timeMs, taken, all);
    }

    /** Whether the value of {@link #aggregate(Aggregate, long)} is not exact. */
    public final boolean isPaned(Aggregate aggregate, long timeMs) {
        return isPaned(aggregate, timeMs, true, this);
    }

    /**
     * Whether an aggregate's window reaches transactions that are no rows, so that its value is not exact: ends that cut a
     * pane take all of it or none, and of the distinct ids in panes an account counts none, others an estimate. A search for
     * the last transaction is exact if it ends before, or if all that lies there is as good as its latest.
     */
    public final boolean isPaned(Aggregate aggregate, long timeMs, boolean taken, EntityWindows all) {
        return Window.isPaned(this, aggregate, timeMs, taken, all);
    }

    /**
     * How many different values other than 0 a further column of ints has in the rows of the aggregate's window for a
     * transaction at {@code timeMs}.
     */
    protected final int distinct(Aggregate aggregate, int intColumn, long timeMs) {
        long throughMs = timeMs - aggregate.delayMs();
        return events.distinct(
                events.numberOfInts(intColumn),
                throughMs - aggregate.windowMs(),
                throughMs,
                aggregate.windowMs(),
                aggregate.delayMs());
    }

    /**
     * Says which peer the transaction names that was inserted last.
     *
     * @param kind number of the peer's kind
     * @param row what {@link #insert} returned for the transaction
     * @param timeMs its event time
     * @param hash of the peer's id, not 0
     */
    public final void setPeer(int kind, int row, long timeMs, long hash) {
        if (row >= 0) {
            events.setLong(kind, row, hash);
        } else if (row == PANED && panes != null) {
            panes.peersOrNew(kind).add(timeMs, hash);
        }
    }

    /**
     * How many different peers of a kind the aggregate's window has for a transaction at {@code timeMs}: exact, but for a
     * window that is paned; by how much that can be off, {@link Peers} says.
     */
    public final double distinctPeers(Aggregate aggregate, int kind, long timeMs) {
        return Peers.distinct(events, panes, kind, aggregate, timeMs);
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
     * Writes everything but the rows' further columns, peers and which transactions are genuine. Equal sets of events give equal
     * bytes.
     */
    public final void writeTo(StateOutput out) {
        events.writeTo(out);
        out.writeVarLong(panes == null ? 0 : 1);
        if (panes != null) {
            PanesForm.write(panes, out);
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
            panes = PanesForm.read(in, events, values);
        }
        labels = labels.readFrom(Label.FRAUD, in, events);
        StateFormatException.unless(
                events.start() == events.end() || events.timeMs(events.start()) > horizonMs(),
                "a transaction is before the horizon");
    }

    /** Writes which transactions are genuine. */
    public final void writeGenuineTo(StateOutput out) {
        labels.writeTo(Label.GENUINE, out, events);
        if (panes != null) {
            PanesForm.writeGenuine(panes, out);
        }
    }

    /**
     * Reads what {@link #writeGenuineTo} wrote, after the rest.
     *
     * @throws StateFormatException if that is not what the bytes are; these windows are of no use then
     */
    public final void readGenuineFrom(StateInput in, Values values) {
        labels = labels.readFrom(Label.GENUINE, in, events);
        if (panes != null) {
            PanesForm.readGenuine(panes, in, values);
        }
    }

    /**
     * Knows the peers of other kinds from now on.
     *
     * @param before by the number of a kind from now on, that which it had; less than 0 if other windows know its peers
     * @param from those, which are of some of these transactions and number the kinds as these do from now on; null for none
     */
    public final void adoptPeers(int[] before, @Nullable EntityWindows from) {
        if (before.length == 0 && peerKinds() == 0) {
            return;
        }
        events.rearrange(before, new int[0]);
        if (panes != null) {
            panes.rearrangePeers(before);
        }
        for (int kind = 0; kind < before.length; kind++) {
            if (before[kind] < 0 && from != null) {
                Peers.adopt(events, panes, kind, from.events, from.panes);
            }
        }
    }

    /** Writes the peers of a kind; nothing if there are none. */
    public final void writePeersTo(int kind, StateOutput out) {
        Peers.write(events, panes, kind, out);
    }

    /**
     * Reads what {@link #writePeersTo} wrote, after the rest.
     *
     * @throws StateFormatException if that is not what the bytes are; these windows are of no use then
     */
    public final void readPeersFrom(int kind, StateInput in) {
        Peers.read(events, panes, kind, in);
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
        labels = labels.adoptGenuine(from == null ? null : from.labels, events, panes);
    }

    /** How many transactions are counted in panes. */
    public final long panedEvents() {
        return panes == null ? 0 : panes.count(Long.MIN_VALUE, Long.MAX_VALUE);
    }

    /** How many transactions are now labelled fraud. */
    public final long frauds() {
        return labels.count(Label.FRAUD, horizonMs(), Long.MAX_VALUE)
                + (panes == null ? 0 : panes.labelled(Label.FRAUD, Long.MIN_VALUE, Long.MAX_VALUE));
    }

    /** Event time of the newest transaction; {@code Long.MIN_VALUE} if there is none. */
    public final long newestMs() {
        if (events.end() > events.start()) {
            return events.timeMs(events.end() - 1);
        }
        return panes == null ? Long.MIN_VALUE : panes.exactAfterMs(); // then many are the newest, and none is a row
    }

    /** Reads what taking in a new transaction will, of what the {@link #events} lead to; returns nothing of use. */
    public final long touch() {
        return events.touch() + labels.last(Label.KNOWN, Long.MIN_VALUE, Long.MAX_VALUE);
    }

    final Labels labels() {
        return labels;
    }

    /** Null while there is no B. */
    final @Nullable Panes panes() {
        return panes;
    }

    /** The time up to which, inclusive, there are no rows. */
    final long horizonMs() {
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
        Peers.move(events, to, raised, peerKinds());
        events.dropThrough(exactAfterMs);
        labels.moveThrough(exactAfterMs, raised);
        return raised;
    }

    /** How many there are later than a time, up to a transaction that is one of these, without it. */
    long countSince(long lastMs, long timeMs) {
        if (lastMs >= timeMs) {
            return 0;
        }
        int rows = events.firstAfter(timeMs) - events.firstAfter(lastMs);
        return Math.max(0, rows + (panes == null ? 0 : panes.count(lastMs, timeMs)) - 1);
    }
}
