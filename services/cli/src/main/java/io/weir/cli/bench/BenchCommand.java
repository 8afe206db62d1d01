package io.weir.cli.bench;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code weir bench}: measurements. */
@Command(
        name = "bench",
        sortOptions = false,
        description = "Measures; every figure beside another one of the same run.",
        subcommands = {ThroughputCommand.class, PatternsCommand.class, ScaleCommand.class, RestartCommand.class})
public final class BenchCommand implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    @SuppressWarnings("unused") // read by picocli
    private boolean help;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Name a measurement.");
    }
}
