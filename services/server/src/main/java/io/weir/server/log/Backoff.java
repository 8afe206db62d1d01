package io.weir.server.log;

import io.github.resilience4j.core.IntervalFunction;
import java.time.Duration;

/**
 * How long to wait after failures in a row: doubled each time, up to a bound, and half of it more or less, so that those who
 * failed together do not try again together.
 *
 * @param first after one failure, about
 * @param last after many, about
 */
public record Backoff(Duration first, Duration last) {
    private static final double FACTOR = 2;
    private static final double JITTER = 0.5;

    /** Milliseconds to wait after so many failures in a row, 1 or more. */
    public long ms(int failures) {
        // The library's own function of both has no jitter where it is bounded.
        return jittered(
                IntervalFunction.ofExponentialBackoff(first, FACTOR, last).apply(failures));
    }

    /** So many milliseconds, 1 or more, half of it more or less. */
    static long jittered(long ms) {
        return IntervalFunction.ofRandomized(ms, JITTER).apply(1);
    }
}
