package io.weir.server.health;

/**
 * How fast records come and go at one place of the log, per second; not a number where it is not known yet.
 *
 * @param produced records that come
 * @param consumed records that a group gets done
 */
public record Rate(double produced, double consumed) {
    static final Rate UNKNOWN = new Rate(Double.NaN, Double.NaN);

    /** Whoever gets done in so many seconds what waits is not behind: that much is always under way. */
    private static final double UNDER_WAY_S = 1;

    /** A difference below this part of the faster one is no trend. */
    private static final double STEADY = 0.01;

    /** Whether the lag grows. */
    public enum Trend {
        RISING,
        FALLING,
        STEADY,
        UNKNOWN
    }

    public Trend trend() {
        if (Double.isNaN(produced) || Double.isNaN(consumed)) {
            return Trend.UNKNOWN;
        }
        double difference = consumed - produced;
        if (Math.abs(difference) <= STEADY * Math.max(produced, consumed)) {
            return Trend.STEADY;
        }
        return difference > 0 ? Trend.FALLING : Trend.RISING;
    }

    /**
     * Seconds until nothing waits any more if records go on to come and go like this: 0 if nothing waits now, infinite if
     * that never comes, not a number if it is not known.
     */
    public double catchUpSeconds(long lag) {
        if (lag == 0) {
            return 0;
        }
        if (trend() == Trend.UNKNOWN) {
            return Double.NaN;
        }
        if (lag <= consumed * UNDER_WAY_S) {
            return lag / consumed;
        }
        return consumed > produced ? lag / (consumed - produced) : Double.POSITIVE_INFINITY;
    }

    Rate plus(Rate other) {
        return new Rate(produced + other.produced, consumed + other.consumed);
    }
}
