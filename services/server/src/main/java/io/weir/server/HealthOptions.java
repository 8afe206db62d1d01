package io.weir.server;

import io.weir.server.health.HealthSettings;
import io.weir.server.health.HealthThresholds;
import java.time.Duration;
import picocli.CommandLine.Option;

/** How the cluster's health is watched. */
final class HealthOptions {
    @Option(
            names = "--health-interval",
            paramLabel = "SECONDS",
            defaultValue = "10",
            description =
                    "How often to look at the cluster's health, for /metrics; 0 for never (default: ${DEFAULT-VALUE}).")
    private int intervalSeconds;

    @Option(
            names = "--lag-warning",
            paramLabel = "N",
            defaultValue = HealthThresholds.LAG_WARNING,
            description =
                    "Records behind, of a group on a topic, that are worth a warning (default: ${DEFAULT-VALUE}).")
    private long lagWarning;

    @Option(
            names = "--lag-critical",
            paramLabel = "N",
            defaultValue = HealthThresholds.LAG_CRITICAL,
            description = "The same, critical (default: ${DEFAULT-VALUE}).")
    private long lagCritical;

    HealthSettings settings() {
        return new HealthSettings(Duration.ofSeconds(intervalSeconds), HealthThresholds.ofLag(lagWarning, lagCritical));
    }
}
