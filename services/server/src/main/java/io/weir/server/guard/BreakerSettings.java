package io.weir.server.guard;

import java.time.Duration;

/**
 * When a rule is put in shadow because it fires far more often than before.
 *
 * @param enabled whether one ever is; rates are counted anyway
 * @param window how many of the last decisions are looked at, at least 10
 * @param windowTime how old they are at most, by the time at which they were appended to the log
 * @param history how many decisions before the window there must be to compare with, at least 1
 * @param factor how many times as often as in the history it must fire, above 1
 * @param falseAlarm the probability that a rule whose rate has not changed trips, each time that it fires; above 0, below 1
 */
public record BreakerSettings(
        boolean enabled, int window, Duration windowTime, int history, double factor, double falseAlarm) {
    private static final int MIN_WINDOW = 10;
    private static final int MAX_WINDOW = 100_000;

    public BreakerSettings {
        if (window < MIN_WINDOW || window > MAX_WINDOW || windowTime.toMillis() < 1 || history < 1) {
            throw new IllegalArgumentException("a rule breaker's window must be " + MIN_WINDOW + " to " + MAX_WINDOW
                    + " decisions of some time, its history one decision at least");
        }
        if (!(factor > 1) || !(falseAlarm > 0 && falseAlarm < 1)) {
            throw new IllegalArgumentException(
                    "a rule breaker's factor must be above 1, its false alarm probability between 0 and 1");
        }
    }

    /** 1,000 decisions of 5 minutes against 5,000 at least, 5 times as often, one false alarm in 10⁹ firings. */
    public static BreakerSettings defaults() {
        return new BreakerSettings(true, 1_000, Duration.ofMinutes(5), 5_000, 5, 1e-9);
    }
}
