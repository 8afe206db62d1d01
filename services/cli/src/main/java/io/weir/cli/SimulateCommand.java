package io.weir.cli;

import io.weir.training.simulator.SimulatedTransactionCsv;
import io.weir.training.simulator.SimulatedTransactions;
import io.weir.training.simulator.Simulator;
import io.weir.training.simulator.Simulator.Parameters;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code weir simulate}: the benchmark's transactions as CSV. */
@Command(
        name = "simulate",
        sortOptions = false,
        description =
                "Writes the public fraud benchmark's simulated transactions as CSV, ordered by time and customer.")
final class SimulateCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(names = "--out", required = true, paramLabel = "FILE", description = "File to write.")
    private Path out = Path.of("");

    @Option(
            names = "--days",
            paramLabel = "N",
            defaultValue = "183",
            description = "Days from 2018-04-01 (default: ${DEFAULT-VALUE}).")
    private int days;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    @SuppressWarnings("unused") // read by picocli
    private boolean help;

    @Override
    public Integer call() throws IOException {
        PrintWriter progress = spec.commandLine().getOut();
        progress.println("Simulating " + days + " days ...");
        progress.flush();
        SimulatedTransactions transactions = Simulator.simulate(Parameters.PUBLISHED.withDays(days));
        try (Writer writer = Files.newBufferedWriter(out)) {
            SimulatedTransactionCsv.write(transactions, writer);
        }
        long frauds =
                transactions.stream().filter(transaction -> transaction.fraud()).count();
        progress.println(transactions.size() + " transactions, " + frauds + " of them fraud, in " + out);
        return 0;
    }
}
