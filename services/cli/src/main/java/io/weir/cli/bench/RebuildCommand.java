package io.weir.cli.bench;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
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

    @Mixin
    private TransactionsOption transactions = new TransactionsOption();

    @Override
    public Integer call() throws IOException, InterruptedException {
        return options.run(spec, new Rebuild(transactions.of(spec), true));
    }
}
