package io.weir.cli.bench;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code weir bench memory}. */
@Command(
        name = "memory",
        sortOptions = false,
        description = {
            "Weighs states of 10,000 accounts and more, with 1, 10 and 60 transactions each: what an entity takes by itself, and",
            "what each event adds, with the default policy and with windows over all transactions alone."
        })
final class MemoryCommand implements Callable<Integer> {
    private static final int FEWEST = 10_000;
    private static final int MOST = 1_000_000;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private BenchOptions options = new BenchOptions();

    @Option(
            names = "--accounts",
            paramLabel = "N",
            defaultValue = "1000000",
            description = "The most, 10000 to 1000000, which takes 8 GB (default: ${DEFAULT-VALUE}).")
    private int accounts;

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (accounts < FEWEST || accounts > MOST) {
            throw new ParameterException(
                    spec.commandLine(), "--accounts is " + accounts + "; give " + FEWEST + " to " + MOST);
        }
        return options.run(spec, new Memory(accounts));
    }
}
