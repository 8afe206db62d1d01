package io.weir.cli.bench;

import io.weir.load.patterns.Pattern;
import io.weir.load.patterns.Work;
import java.io.IOException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code weir bench patterns}. */
@Command(
        name = "patterns",
        sortOptions = false,
        description = {
            "Consumer architectures side by side: one thread, a pool of workers, a reactive stream, and the pattern of Weir's",
            "engine; for light, I/O-bound and CPU-bound work, at least once and exactly once. What each promised is checked."
        })
final class PatternsCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private BenchOptions options = new BenchOptions();

    @Option(
            names = "--records",
            paramLabel = "N",
            defaultValue = "1500000",
            description = "Records on the log that is worked off (default: ${DEFAULT-VALUE}).")
    private int records;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "10",
            description = "For each throughput, and for each latency (default: ${DEFAULT-VALUE}).")
    private int seconds;

    @Option(
            names = "--pattern",
            paramLabel = "NAME",
            split = ",",
            description = "Only these: ${COMPLETION-CANDIDATES} (default: all).")
    private Set<Pattern> patterns = EnumSet.allOf(Pattern.class);

    @Option(
            names = "--work",
            paramLabel = "KIND",
            split = ",",
            description = "Only this: ${COMPLETION-CANDIDATES} (default: all).")
    private Set<Work.Kind> kinds = EnumSet.allOf(Work.Kind.class);

    @Option(names = "--quick", description = "Throughput exactly once alone, 2.5 s each.")
    private boolean quick;

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (records < 1 || seconds < 1) {
            throw new ParameterException(spec.commandLine(), "--records and --seconds must be at least 1");
        }
        Patterns all = quick ? Patterns.quick() : Patterns.full(records, Duration.ofSeconds(seconds));
        return options.run(spec, all.only(patterns, kinds));
    }
}
