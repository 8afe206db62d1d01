package io.weir.load.patterns;

/** What is promised of results. */
public enum Guarantee {
    /** Positions are committed after the results are acknowledged: after a failure some results come twice. */
    AT_LEAST_ONCE,
    /** Results and positions are committed in one transaction: what a read_committed reader sees is there once. */
    EXACTLY_ONCE
}
