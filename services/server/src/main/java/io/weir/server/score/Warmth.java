package io.weir.server.score;

/**
 * Whether an engine's state has what a policy selects.
 *
 * @param done records that the warm-up has folded; 0 if none is under way
 * @param total records that it has to fold
 * @param tookMs how long the warm-up took, in milliseconds; 0 if there was none: the state had it when it was restored
 */
public record Warmth(State state, long done, long total, long tookMs) {
    /** What there is. */
    public enum State {
        /** Everything: it can be activated. */
        WARM,
        /** It comes. */
        WARMING,
        /** Not everything, and it does not come: other policies were published later. Publishing it again brings it. */
        COLD
    }
}
