package io.weir.core.window;

import io.weir.core.policy.Measure;

/** What the windows' second column holds, and in which range. */
public enum Values {
    /** Amounts in minor units. */
    AMOUNTS(0, EntityWindows.MAX_AMOUNT_MINOR),
    /** Values of a measure, in millionths. */
    MILLIONTHS(-Measure.MAX_VALUE * Measure.MILLIONTHS, Measure.MAX_VALUE * Measure.MILLIONTHS);

    private final long min;
    private final long max;

    Values(long min, long max) {
        this.min = min;
        this.max = max;
    }

    long min() {
        return min;
    }

    long max() {
        return max;
    }
}
