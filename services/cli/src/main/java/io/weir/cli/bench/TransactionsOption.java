package io.weir.cli.bench;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** How many of the benchmark's transactions are put on the log. */
final class TransactionsOption {
    @Option(
            names = "--transactions",
            paramLabel = "N",
            defaultValue = "1000000",
            description = "How many, 1 to " + Bench.LONGEST_HISTORY + " (default: ${DEFAULT-VALUE}).")
    private int transactions;

    /** @throws ParameterException when there are not so many */
    int of(CommandSpec spec) {
        BenchOptions.check(spec, transactions);
        return transactions;
    }
}
