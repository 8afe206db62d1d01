package io.weir.server.health;

import picocli.CommandLine.Option;

/** From how much lag on a group is worth a warning: the same options for who serves and who looks. */
public final class LagOptions {
    @Option(
            names = "--lag-warning",
            paramLabel = "N",
            defaultValue = HealthThresholds.LAG_WARNING,
            description =
                    "Records behind, of a group on a topic, that are worth a warning (default: ${DEFAULT-VALUE}).")
    private long warning;

    @Option(
            names = "--lag-critical",
            paramLabel = "N",
            defaultValue = HealthThresholds.LAG_CRITICAL,
            description = "The same, critical (default: ${DEFAULT-VALUE}).")
    private long critical;

    /**
     * The thresholds.
     *
     * @throws IllegalArgumentException when they are none; the message names the options
     */
    public HealthThresholds thresholds() {
        return HealthThresholds.ofLag(warning, critical);
    }
}
