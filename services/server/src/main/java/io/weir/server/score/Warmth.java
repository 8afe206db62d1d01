package io.weir.server.score;

import java.util.Comparator;

/**
 * Whether an engine's state has what a policy selects.
 *
 * @param done records that the warm-up has folded; 0 if none is under way
 * @param total records that it has to fold
 * @param tookMs how long the warm-up took, in milliseconds; 0 if there was none: the state had it when it was restored
 */
public record Warmth(State state, long done, long total, long tookMs) {
    /** The one with most to do comes first; of two that are ready, the one that took longer. */
    public static final Comparator<Warmth> LEAST_FIRST = Comparator.comparing(Warmth::state)
            .thenComparingDouble(warmth -> warmth.total == 0 ? 0 : (double) warmth.done / warmth.total)
            .thenComparing(Warmth::tookMs, Comparator.reverseOrder());

    /** What there is. */
    public enum State {
        /** Not everything, and it does not come: other policies were published later. Publishing it again brings it. */
        COLD,
        /** It comes. */
        WARMING,
        /** Everything: it can be activated. */
        WARM
    }
}
