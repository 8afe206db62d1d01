package io.weir.server;

import io.weir.server.health.HealthSettings;
import io.weir.server.health.LagOptions;
import java.time.Duration;
import picocli.CommandLine.Mixin;
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

    @Mixin
    private LagOptions lag = new LagOptions();

    HealthSettings settings() {
        return new HealthSettings(Duration.ofSeconds(intervalSeconds), lag.thresholds());
    }
}
