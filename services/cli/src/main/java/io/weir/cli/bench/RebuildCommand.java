package io.weir.cli.bench;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code weir bench rebuild}, also by the name of restart. */
@Command(
        name = "rebuild",
        aliases = "restart",
        sortOptions = false,
        description = {
            "Fills the log with benchmark transactions and their labels, lets a server decide them all, and restarts it twice:",
            "from the snapshots and the tail of the log, and from the whole log. Then decides everything again and compares, as",
            "an audit does. Beside them: a plain consumer of that log."
        })
final class RebuildCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private BenchOptions options = new BenchOptions();

    @Option(
            names = "--transactions",
            paramLabel = "N",
            defaultValue = "1000000",
            description = "How many, 1 to 1754155 (default: ${DEFAULT-VALUE}).")
    private int transactions;

    @Override
    public Integer call() throws IOException, InterruptedException {
        BenchOptions.check(spec, transactions);
        return options.run(spec, new Rebuild(transactions, true));
    }
}
