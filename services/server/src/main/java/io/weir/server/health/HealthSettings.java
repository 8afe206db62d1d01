package io.weir.server.health;

import java.time.Duration;

/**
 * How an instance watches the cluster's health.
 *
 * @param interval from the end of one look to the next, not negative; zero for none
 * @param thresholds from where on something is worth a warning
 */
public record HealthSettings(Duration interval, HealthThresholds thresholds) {
    public HealthSettings {
        if (interval.isNegative()) {
            throw new IllegalArgumentException(
                    "--health-interval " + interval.toSeconds() + ": give 0, for never, or more");
        }
    }

    public static HealthSettings defaults() {
        return new HealthSettings(Duration.ofSeconds(10), HealthThresholds.defaults());
    }
}
