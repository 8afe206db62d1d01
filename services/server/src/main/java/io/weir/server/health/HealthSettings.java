package io.weir.server.health;

import java.time.Duration;

/**
 * How an instance watches the cluster's health.
 *
 * @param interval from the end of one look to the next; zero for none
 * @param thresholds from where on something is worth a warning
 */
public record HealthSettings(Duration interval, HealthThresholds thresholds) {
    public static HealthSettings defaults() {
        return new HealthSettings(Duration.ofSeconds(10), HealthThresholds.defaults());
    }
}
