package io.weir.server;

import io.weir.server.score.DeadLetterBreakerSettings;
import java.time.Duration;
import picocli.CommandLine.Option;

/** When a partition is paused because of its dead letters. Defaults are those of {@link DeadLetterBreakerSettings#defaults}. */
final class DeadLetterBreakerOptions {
    @Option(
            names = "--no-dead-letter-breaker",
            description = "Never pause a partition, however many of its records become dead letters.")
    private boolean off;

    @Option(
            names = "--dead-letter-breaker-share",
            paramLabel = "X",
            defaultValue = "0.05",
            description = "A partition is paused when more than this share of its recent records became dead letters "
                    + "(default: ${DEFAULT-VALUE}) ...")
    private double share;

    @Option(
            names = "--dead-letter-breaker-window",
            paramLabel = "N",
            defaultValue = "1000",
            description = "... recent being the last N ... (default: ${DEFAULT-VALUE})")
    private int window;

    @Option(
            names = "--dead-letter-breaker-minimum",
            paramLabel = "N",
            defaultValue = "200",
            description = "... and not before there were N (default: ${DEFAULT-VALUE}).")
    private int minimum;

    @Option(
            names = "--dead-letter-breaker-pause",
            paramLabel = "SECONDS",
            defaultValue = "10",
            description = "How long it is paused before some records are tried (default: ${DEFAULT-VALUE}).")
    private double pauseSeconds;

    @Option(
            names = "--dead-letter-breaker-probe",
            paramLabel = "N",
            defaultValue = "100",
            description = "How many are tried; it goes on when no more than the share of them become dead letters "
                    + "(default: ${DEFAULT-VALUE}).")
    private int probe;

    DeadLetterBreakerSettings settings() {
        Duration pause = Duration.ofMillis(Math.round(pauseSeconds * 1_000));
        return new DeadLetterBreakerSettings(!off, share, window, minimum, pause, probe);
    }
}
