package io.weir.core.window;

import io.weir.core.policy.Aggregate;

/**
 * Which blocks of time an entity's panes are: a function of its newest transaction and of B alone. Panes are 1 minute wide
 * where they are young, then 16, then 256 minutes: a wider block takes the place of the narrower ones in it once all of it is
 * older than an age, by the entity's newest transaction.
 */
final class PaneGrid {
    static final long FINE_MS = 60_000;
    static final long MIDDLE_MS = 16 * FINE_MS;
    static final long COARSE_MS = 16 * MIDDLE_MS;
    /** From this age on, panes are of the middle width. */
    static final long MIDDLE_AGE_MS = 120 * FINE_MS;
    /** From this age on, panes are of the greatest width. */
    static final long COARSE_AGE_MS = 1_920 * FINE_MS;

    private long exactAfterMs;
    private long horizonMs;
    /** Panes that start before this are of the greatest width, */
    private long coarseBeforeMs;
    /** and those from there that start before this of the middle one. */
    private long middleBeforeMs;

    PaneGrid(long exactAfterMs, long newestMs) {
        this.exactAfterMs = exactAfterMs;
        setNewest(newestMs);
    }

    /** B: transactions later than this are in no pane. */
    long exactAfterMs() {
        return exactAfterMs;
    }

    /** Sets B to a later time. */
    void raise(long newExactAfterMs) {
        exactAfterMs = newExactAfterMs;
    }

    /** Panes that start at this time or before do not exist. */
    long horizonMs() {
        return horizonMs;
    }

    /**
     * The entity's newest transaction is a newer one.
     *
     * @return the time from which on panes have become wider, or {@code Long.MAX_VALUE}
     */
    long advance(long newestMs) {
        long widestBeforeMs = coarseBeforeMs;
        long widerBeforeMs = middleBeforeMs;
        setNewest(newestMs);
        return coarseBeforeMs != widestBeforeMs || middleBeforeMs != widerBeforeMs ? widestBeforeMs : Long.MAX_VALUE;
    }

    /** Whether there is a pane for a time, if there was a transaction. */
    boolean keeps(long timeMs) {
        return startOf(timeMs) > horizonMs;
    }

    /** Where the pane of a time starts. */
    long startOf(long timeMs) {
        return floor(timeMs, widthOf(timeMs));
    }

    /** Where the pane that starts at a time ends, exclusive. */
    long endOf(long startMs) {
        return startMs + widthOf(startMs);
    }

    /** The time that stands for all transactions of the pane that starts at a time. */
    long centreOf(long startMs) {
        return Math.min(startMs + widthOf(startMs) / 2, exactAfterMs);
    }

    private void setNewest(long newestMs) {
        horizonMs = newestMs - Aggregate.HORIZON_MS;
        coarseBeforeMs = floor(newestMs - COARSE_AGE_MS, COARSE_MS);
        middleBeforeMs = floor(newestMs - MIDDLE_AGE_MS, MIDDLE_MS);
    }

    /** A block is of a width if the whole of it is of that age; the limits are aligned, so any of its times tells. */
    private long widthOf(long timeMs) {
        return timeMs < coarseBeforeMs ? COARSE_MS : timeMs < middleBeforeMs ? MIDDLE_MS : FINE_MS;
    }

    private static long floor(long timeMs, long widthMs) {
        return timeMs - Math.floorMod(timeMs, widthMs);
    }
}
