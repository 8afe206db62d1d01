package io.weir.server;

import io.weir.server.guard.BreakerSettings;
import java.time.Duration;
import picocli.CommandLine.Option;

/** When a rule is put in shadow by itself. Defaults are those of {@link BreakerSettings#defaults}. */
final class RuleBreakerOptions {
    @Option(
            names = "--no-rule-breaker",
            description = "Never put a rule in shadow by itself. Give this and the following to all instances.")
    private boolean off;

    @Option(
            names = "--rule-breaker-window",
            paramLabel = "N",
            defaultValue = "1000",
            description =
                    "A rule's rate in the last N decisions is compared with that before (default: ${DEFAULT-VALUE}).")
    private int window;

    @Option(
            names = "--rule-breaker-window-seconds",
            paramLabel = "SECONDS",
            defaultValue = "300",
            description = "How old those decisions are at most (default: ${DEFAULT-VALUE}).")
    private int windowSeconds;

    @Option(
            names = "--rule-breaker-history",
            paramLabel = "N",
            defaultValue = "5000",
            description = "How many decisions there must be before them (default: ${DEFAULT-VALUE}).")
    private int history;

    @Option(
            names = "--rule-breaker-factor",
            paramLabel = "X",
            defaultValue = "5",
            description =
                    "A rule is put in shadow if it fires at least X times as often (default: ${DEFAULT-VALUE}) ...")
    private double factor;

    @Option(
            names = "--rule-breaker-false-alarm",
            paramLabel = "P",
            defaultValue = "1e-9",
            description =
                    "... and if that, its rate being unchanged, would have a probability of P at most (default: ${DEFAULT-VALUE}).")
    private double falseAlarm;

    BreakerSettings settings() {
        return new BreakerSettings(!off, window, Duration.ofSeconds(windowSeconds), history, factor, falseAlarm);
    }
}
