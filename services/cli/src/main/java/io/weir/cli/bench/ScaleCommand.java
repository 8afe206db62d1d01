package io.weir.cli.bench;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code weir bench scale}. */
@Command(
        name = "scale",
        sortOptions = false,
        description = {
            "How cost grows: decisions a second as accounts grow from 1,000 to a million, rules from 1 to 1,000, trees from 10 to",
            "1,000, partitions from 1 to 64 and engines from 1 to 4."
        })
final class ScaleCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private BenchOptions options = new BenchOptions();

    @Option(
            names = "--transactions",
            paramLabel = "N",
            defaultValue = "300000",
            description = "Transactions on the log, for partitions and engines, 1 to " + Bench.LONGEST_HISTORY
                    + " (default: ${DEFAULT-VALUE}).")
    private int transactions;

    @Option(names = "--quick", description = "Ends of the scales only, without partitions and engines.")
    private boolean quick;

    @Override
    public Integer call() throws IOException, InterruptedException {
        BenchOptions.check(spec, transactions);
        return options.run(spec, quick ? Scale.quick() : Scale.full(transactions));
    }
}
