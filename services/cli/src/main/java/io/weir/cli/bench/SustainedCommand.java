package io.weir.cli.bench;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code weir bench sustained}. */
@Command(
        name = "sustained",
        sortOptions = false,
        description = {
            "Finds the highest rate over HTTP whose p99 stays under 100 ms: doubles the rate until it does not hold, then halves",
            "what lies between. Each step runs on a schedule fixed in advance."
        })
final class SustainedCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private BenchOptions options = new BenchOptions();

    @Option(
            names = "--rate",
            paramLabel = "PER_SECOND",
            defaultValue = "1000",
            description = "The first rate to try (default: ${DEFAULT-VALUE}).")
    private double rate;

    @Option(
            names = "--step",
            paramLabel = "S",
            defaultValue = "10",
            description = "How long to measure at each rate (default: ${DEFAULT-VALUE}).")
    private double step;

    @Option(
            names = "--within",
            paramLabel = "TIMES",
            defaultValue = "1.1",
            description =
                    "How near to look: ends when the lowest rate that does not hold is at most so many times the highest "
                            + "that does (default: ${DEFAULT-VALUE}).")
    private double within;

    @Option(
            names = "--transactions",
            paramLabel = "N",
            defaultValue = "1000000",
            description = "How many at most, 1 to " + Bench.LONGEST_HISTORY + " (default: ${DEFAULT-VALUE}).")
    private int transactions;

    @Override
    public Integer call() throws IOException, InterruptedException {
        BenchOptions.check(spec, transactions);
        if (!(rate > 0) || !(step > 0) || !(within > 1)) {
            throw new ParameterException(spec.commandLine(), "--rate and --step must be above 0, --within above 1");
        }
        return options.run(spec, new Sustained(transactions, rate, step, within));
    }
}
