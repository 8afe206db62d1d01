package io.weir.cli.bench;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code weir bench allocation}. */
@Command(
        name = "allocation",
        sortOptions = false,
        description = {
            "Decides benchmark transactions in one thread, without any I/O, and counts the bytes allocated for each: decode, fold,",
            "decide, encode."
        })
final class AllocationCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private BenchOptions options = new BenchOptions();

    @Option(
            names = "--before",
            paramLabel = "N",
            defaultValue = "500000",
            description = "Transactions decided before any is measured (default: ${DEFAULT-VALUE}).")
    private int before;

    @Option(
            names = "--transactions",
            paramLabel = "N",
            defaultValue = "100000",
            description = "Transactions measured (default: ${DEFAULT-VALUE}).")
    private int transactions;

    @Override
    public Integer call() throws IOException, InterruptedException {
        BenchOptions.check(spec, transactions);
        BenchOptions.check(spec, before + transactions);
        return options.run(spec, new Allocation(before, transactions));
    }
}
