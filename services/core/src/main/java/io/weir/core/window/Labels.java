package io.weir.core.window;

import io.weir.core.policy.Label;
import io.weir.events.Hash64;
import org.jspecify.annotations.Nullable;

/** Which of an entity's rows are labelled what. Most entities never have one: they share {@link #NONE}. */
final class Labels {
    /** Of whoever has none. What adds to it returns others. */
    static final Labels NONE = new Labels();

    private @Nullable LabelledEvents frauds;
    private @Nullable LabelledEvents genuine;

    /** A row is FRAUD or GENUINE now. Returns the labels with it: these, unless they are {@link #NONE}. */
    Labels add(Label label, long timeMs, long amount, long horizonMs) {
        LabelledEvents events = of(label);
        if (events != null) {
            events.add(timeMs, amount, horizonMs);
            return this;
        }
        LabelledEvents first = new LabelledEvents();
        first.add(timeMs, amount, horizonMs);
        return with(label, first);
    }

    /** A row is no longer. */
    void remove(Label label, long timeMs, long amount) {
        LabelledEvents events = of(label);
        if (events != null) {
            events.remove(timeMs, amount);
        }
    }

    /** How many rows in {@code (afterMs, throughMs]} have a label. */
    long count(Label label, long afterMs, long throughMs) {
        if (label == Label.KNOWN) {
            return count(Label.FRAUD, afterMs, throughMs) + count(Label.GENUINE, afterMs, throughMs);
        }
        LabelledEvents events = of(label);
        return events == null ? 0 : events.count(afterMs, throughMs);
    }

    /** Adds the amounts of the rows in {@code (afterMs, throughMs]} that have a label. */
    void addAmounts(Label label, long afterMs, long throughMs, WideSum sum) {
        if (frauds != null && label != Label.GENUINE) {
            sum.add(frauds.sum(afterMs, throughMs));
        }
        if (genuine != null && label != Label.FRAUD) {
            sum.add(genuine.sum(afterMs, throughMs));
        }
    }

    /** The time of the last row in {@code (afterMs, throughMs]} that has a label, or {@code Long.MIN_VALUE}. */
    long last(Label label, long afterMs, long throughMs) {
        long lastMs = Long.MIN_VALUE;
        if (frauds != null && label != Label.GENUINE) {
            lastMs = frauds.last(afterMs, throughMs);
        }
        if (genuine != null && label != Label.FRAUD) {
            lastMs = Math.max(lastMs, genuine.last(afterMs, throughMs));
        }
        return lastMs;
    }

    /** Moves the labels of the rows up to and with {@code timeMs} to the panes that now have them. */
    void moveThrough(long timeMs, Panes panes) {
        if (frauds != null) {
            frauds.moveThrough(timeMs, Label.FRAUD, panes);
        }
        if (genuine != null) {
            genuine.moveThrough(timeMs, Label.GENUINE, panes);
        }
    }

    /** Writes which rows are FRAUD or GENUINE. */
    void writeTo(Label label, StateOutput out, EventSeries rows) {
        LabelledEvents events = of(label);
        if (events == null) {
            out.writeVarLong(0);
        } else {
            events.writeTo(out, rows);
        }
    }

    /** Reads what {@link #writeTo} wrote. Returns the labels with it. */
    Labels readFrom(Label label, StateInput in, EventSeries rows) {
        return with(label, LabelledEvents.readFrom(in, rows));
    }

    /** Knows as genuine what others do. What is no row here, but in a pane, is counted there. Returns the labels with it. */
    Labels adoptGenuine(@Nullable Labels from, EventSeries rows, @Nullable Panes panes) {
        LabelledEvents adopted = from == null ? null : from.genuine;
        if (adopted != null && panes != null) {
            adopted.moveThrough(panes.exactAfterMs(), Label.GENUINE, panes);
        }
        return with(Label.GENUINE, adopted == null ? null : adopted.only(rows));
    }

    /** Adds what is after the horizon to a hash. */
    void addTo(Hash64 hash, long horizonMs) {
        (frauds == null ? new LabelledEvents() : frauds).addTo(hash, horizonMs);
        (genuine == null ? new LabelledEvents() : genuine).addTo(hash, horizonMs);
    }

    private @Nullable LabelledEvents of(Label label) {
        return label == Label.FRAUD ? frauds : genuine;
    }

    private Labels with(Label label, @Nullable LabelledEvents events) {
        if (of(label) == events) {
            return this;
        }
        Labels changed = this == NONE ? new Labels() : this;
        if (label == Label.FRAUD) {
            changed.frauds = events;
        } else {
            changed.genuine = events;
        }
        return changed;
    }
}
