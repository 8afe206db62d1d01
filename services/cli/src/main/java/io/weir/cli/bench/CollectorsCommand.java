package io.weir.cli.bench;

import io.weir.load.LoadPlan;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code weir bench collectors}. */
@Command(
        name = "collectors",
        sortOptions = false,
        description = {
            "The same server with one garbage collector after another: decisions a second over a log that is there, and",
            "latencies over HTTP at 1,000/s. Not part of the whole run."
        })
final class CollectorsCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private BenchOptions options = new BenchOptions();

    @Mixin
    private TransactionsOption transactions = new TransactionsOption();

    @Mixin
    private RoundsOption rounds = new RoundsOption(1);

    @Override
    public Integer call() throws IOException, InterruptedException {
        LoadPlan plan = new LoadPlan(10_000, 1_000, 30, 30);
        if (transactions.of(spec) + plan.requests() > Bench.LONGEST_HISTORY) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--transactions: give at most " + (Bench.LONGEST_HISTORY - plan.requests())
                            + "; more go over HTTP afterwards");
        }
        return options.run(spec, new Collectors(transactions.of(spec), plan, rounds.of(spec)));
    }
}
