package io.weir.server.score;

import java.time.Duration;

/**
 * When a partition is paused because too many of its records become dead letters, and how it is tried again.
 *
 * @param enabled whether it is ever paused
 * @param share of the recent records; a partition is paused when more of them became dead letters; above 0, below 1
 * @param window how many records are recent, 1 to 100,000
 * @param minimum so many records there must have been, 1 to {@code window}
 * @param pause from the pause to the next probe; at least 1 ms
 * @param probe records that are taken then; 1 to 100,000. If no more than {@code share} of them become dead letters, the
 *     partition goes on
 */
public record DeadLetterBreakerSettings(
        boolean enabled, double share, int window, int minimum, Duration pause, int probe) {
    private static final int MAX_RECORDS = 100_000;

    public DeadLetterBreakerSettings {
        require(share > 0 && share < 1, "share", share, "above 0 and below 1");
        require(window >= 1 && window <= MAX_RECORDS, "window", window, "1 to " + MAX_RECORDS);
        require(minimum >= 1 && minimum <= window, "minimum", minimum, "1 to the window, " + window);
        require(pause.toMillis() >= 1, "pause", pause, "1 ms or more");
        require(probe >= 1 && probe <= MAX_RECORDS, "probe", probe, "1 to " + MAX_RECORDS);
    }

    /** More than 5 % of the last 1,000 records, once there were 200; every 10 s a probe of 100. */
    public static DeadLetterBreakerSettings defaults() {
        return new DeadLetterBreakerSettings(true, 0.05, 1_000, 200, Duration.ofSeconds(10), 100);
    }

    /** No partition is ever paused. */
    public static DeadLetterBreakerSettings never() {
        DeadLetterBreakerSettings unused = defaults();
        return new DeadLetterBreakerSettings(
                false, unused.share, unused.window, unused.minimum, unused.pause, unused.probe);
    }

    private static void require(boolean holds, String option, Object value, String expected) {
        if (!holds) {
            throw new IllegalArgumentException(
                    "--dead-letter-breaker-" + option + " is " + value + "; expected " + expected);
        }
    }
}
