package io.weir.core.decide;

import io.weir.core.decide.Selections.Kept;
import io.weir.core.policy.Aggregate;
import io.weir.core.policy.Entity;
import io.weir.core.policy.Label;
import io.weir.core.policy.Measure;
import io.weir.core.window.EntityWindows;
import io.weir.core.window.EventSeries;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The windows of an entity: those over all its transactions, and those of the selections kept for its kind. */
abstract class SelectingWindows extends EntityWindows {
    private static final EntityWindows EMPTY = new EntityWindows();

    private Selections selections;
    private final Entity kind;
    /** As {@link Selections#windows} of the kind; null while nothing was selected. */
    private @Nullable EntityWindows @Nullable [] selected;

    SelectingWindows(Entity kind, EventSeries events, int exactEvents, Selections selections) {
        super(events, exactEvents);
        this.kind = kind;
        this.selections = selections;
    }

    abstract String id();

    final Entity kind() {
        return kind;
    }

    @Override
    protected final int peerKinds() {
        return selections.peers(kind).size();
    }

    /** What some windows are of. */
    final Kept kept(int windows) {
        return selections.windows(kind).get(windows);
    }

    /** Windows by their index, -1 for those over all; null if they have taken in nothing. */
    final @Nullable EntityWindows windows(int windows) {
        return windows < 0 ? this : selected == null ? null : selected[windows];
    }

    /** Windows by their index, 0 or more. */
    final EntityWindows windowsOrNew(int windows) {
        if (selected == null) {
            selected = new EntityWindows[selections.windows(kind).size()];
        }
        EntityWindows found = selected[windows];
        if (found == null) {
            found = new EntityWindows(exactEvents());
            selected[windows] = found;
        }
        return found;
    }

    /**
     * Keeps other selections from now on.
     *
     * @param from the same entity in the state that some of them come from; null if it is not known there
     */
    void adopt(Adoption adoption, @Nullable SelectingWindows from) {
        List<Kept> wanted = adoption.selections().windows(kind);
        @Nullable EntityWindows[] adopted = new EntityWindows[wanted.size()];
        boolean any = false;
        for (int i = 0; i < adopted.length; i++) {
            int had = adoption.windows(kind, i);
            EntityWindows ofSelection = had >= 0 ? windows(had) : from == null ? null : from.windows(i);
            if (ofSelection != null
                    && had >= 0
                    && kept(had).genuine()
                    && !wanted.get(i).genuine()) {
                ofSelection.adoptGenuine(null);
            }
            adopted[i] = ofSelection;
            any |= ofSelection != null;
        }
        if (adoption.adoptsGenuine() || !adoption.selections().keepsGenuine(kind)) {
            adoptGenuine(adoption.selections().keepsGenuine(kind) ? from : null);
        }
        adoptPeers(adoption.peers(kind), from);
        selected = any ? adopted : null;
        selections = adoption.selections();
    }

    /** Adds these windows, and those of selections, to a list. */
    final void addTo(List<EntityWindows> all) {
        all.add(this);
        if (selected != null) {
            for (EntityWindows ofSelection : selected) {
                if (ofSelection != null) {
                    all.add(ofSelection);
                }
            }
        }
    }

    /** Takes a transaction into windows of its selection. */
    final void select(int windows, long timeMs, long value) {
        windowsOrNew(windows).insert(timeMs, value);
    }

    /** Takes a transaction that the windows over all have taken in into those of all selections that take it. */
    final void select(long timeMs, Measuring measured) {
        int size = selections.windows(kind).size();
        for (int windows = 0; windows < size; windows++) {
            long value = measured.result(kept(windows).measure());
            if (value != Measure.NOT_TAKEN) {
                select(windows, timeMs, value);
            }
        }
    }

    /**
     * Takes in which peers a transaction names.
     *
     * @param row what {@link #insert} returned for it
     * @param idHashes as {@link Selections#peers()}, the hashes of the ids that it names, 0 for none
     */
    final void setPeers(int row, long timeMs, long[] idHashes) {
        List<Entity> kinds = selections.peers(kind);
        for (int i = 0; i < kinds.size(); i++) {
            long hash = idHashes[selections.peers().indexOf(kinds.get(i))];
            if (hash != 0) {
                setPeer(i, row, timeMs, hash);
            }
        }
    }

    /**
     * Changes the label of a transaction, in all windows that have it.
     *
     * @param results by measure, what it gave for the transaction, see {@link AccountWindows#results}
     */
    final void relabel(long timeMs, long amountMinor, long[] results, @Nullable Label was, @Nullable Label is) {
        boolean genuine = selections.keepsGenuine(kind);
        relabel(timeMs, amountMinor, known(was, genuine), known(is, genuine));
        int size = selected == null ? 0 : selected.length;
        for (int windows = 0; windows < size; windows++) {
            EntityWindows ofSelection = windows(windows);
            Kept kept = kept(windows);
            long value = results[kept.measure()];
            if (ofSelection != null && value != Measure.NOT_TAKEN) {
                ofSelection.relabel(timeMs, value, known(was, kept.genuine()), known(is, kept.genuine()));
            }
        }
    }

    private static @Nullable Label known(@Nullable Label label, boolean genuine) {
        return label == Label.GENUINE && !genuine ? null : label;
    }

    /**
     * The value of an aggregate for a transaction.
     *
     * @param windows those that the aggregate is over
     * @param taken whether they have the transaction
     */
    double value(Aggregate aggregate, int windows, long timeMs, boolean taken) {
        if (aggregate.distinct() != null) {
            return distinctPeers(aggregate, selections.peers(kind).indexOf(aggregate.distinct()), timeMs);
        }
        EntityWindows over = windows(windows);
        double value = (over == null ? EMPTY : over).aggregate(aggregate, timeMs, taken, this);
        Measure measure = aggregate.measure();
        return measure != null && measure.hasValue() && aggregate.function().isOfValues()
                ? value / Measure.MILLIONTHS
                : value;
    }

    /** Whether {@link #value} is not exact. */
    final boolean isPaned(Aggregate aggregate, int windows, long timeMs, boolean taken) {
        EntityWindows over = windows(windows);
        return over != null && over.isPaned(aggregate, timeMs, taken, this);
    }
}
