package io.weir.cli;

import io.weir.events.Decision;
import io.weir.load.OpenLoopLoad.Target;
import io.weir.local.Life;
import io.weir.local.LocalHome;
import io.weir.server.schemas.RegistryClient;
import io.weir.server.schemas.Schemas;
import io.weir.training.simulator.SimulatedTransaction;
import io.weir.training.simulator.SimulatedTransactions;
import io.weir.training.simulator.Simulator;
import io.weir.training.simulator.Simulator.Parameters;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code weir demo}: a slice of the benchmark through the whole system, and its books. */
@Command(
        name = "demo",
        sortOptions = false,
        description = {
            "Starts a broker, a registry and a server, submits simulated card transactions over HTTP, and balances the books:",
            "every transaction acknowledged has exactly one committed decision."
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {"0:the books balance", "1:they do not, or something failed", "2:wrong usage"})
final class DemoCommand implements Callable<Integer> {
    private static final Duration SETTLE = Duration.ofSeconds(30);
    private static final Duration TICK = Duration.ofMillis(500);
    private static final int CONNECTIONS = 64;
    private static final int MAX_IN_FLIGHT = 1_500; // below the gateway's own limit
    private static final long REQUEST_TIMEOUT_MS = 15_000;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private StackOptions options = new StackOptions();

    @Option(
            names = "--count",
            paramLabel = "N",
            defaultValue = "20000",
            description = "Transactions to submit (default: ${DEFAULT-VALUE}).")
    private int count;

    @Option(
            names = "--rate",
            paramLabel = "PER_SECOND",
            defaultValue = "500",
            description = "Transactions submitted per second, on a schedule that does not wait for answers (default: "
                    + "${DEFAULT-VALUE}).")
    private double rate;

    @Option(
            names = "--warm-up",
            paramLabel = "N",
            description =
                    "How many of them go first, as fast as answers come, while the JVMs compile; their latencies are "
                            + "shown apart (default: a quarter).")
    private @Nullable Integer warmUpCount;

    @Option(
            names = "--start-day",
            paramLabel = "DAY",
            defaultValue = "30",
            description = "First day of the slice, 0 to 182 days after 2018-04-01 (default: ${DEFAULT-VALUE}).")
    private int startDay;

    @Option(names = "--json", description = "Print the result as JSON, and progress to standard error.")
    private boolean json;

    @Override
    public Integer call() throws IOException, InterruptedException {
        check();
        PrintWriter out = spec.commandLine().getOut();
        Progress progress = Progress.of(spec, json);
        Path directory = LocalHome.find().root().resolve(".weir/demo");
        if (options.existing() == null) {
            Directory.startAfresh(directory);
        }
        CompletableFuture<List<SimulatedTransaction>> simulated = CompletableFuture.supplyAsync(this::slice);
        try (Stack stack = Stack.start(options, directory, Life.SHORT, progress.writer())) {
            DemoReport report = run(stack, transactions(simulated), progress);
            out.println(json ? report.json().encodePrettily() : report.text());
            out.flush();
            return report.balanced() ? 0 : 1;
        }
    }

    private DemoReport run(Stack stack, List<SimulatedTransaction> transactions, Progress progress)
            throws IOException, InterruptedException {
        // Two runs against the same cluster must not take each other's ids.
        String prefix = "demo-" + Long.toString(System.currentTimeMillis(), 36) + "-";
        try (RegistryClient registry = new RegistryClient(stack.registryUrl());
                Books books = new Books(stack.cluster(), Schemas.load(registry, Duration.ofSeconds(10)), prefix);
                GroupLag lag = new GroupLag(stack.cluster())) {
            DemoLoad load = new DemoLoad(prefix);
            Target target = new Target(
                    "127.0.0.1", stack.port(), "/v1/transactions", CONNECTIONS, MAX_IN_FLIGHT, REQUEST_TIMEOUT_MS);
            int warmUp = Math.min(warmUpCount == null ? count / 4 : warmUpCount, transactions.size());
            progress.say("Submitting %,d transactions: %,d to warm up, the rest at %,.0f/s ..."
                    .formatted(transactions.size(), warmUp, rate));
            long startedNs = System.nanoTime();
            Thread ticker = Thread.ofPlatform()
                    .daemon()
                    .name("progress")
                    .start(() -> tick(progress, load, books, lag, transactions.size()));
            load.run(target, transactions, warmUp, rate);
            Duration took = Duration.ofNanos(System.nanoTime() - startedNs);
            settle(load, books);
            ticker.interrupt();
            ticker.join();
            progress.line(line(load, books, lag, transactions.size()));
            progress.endLine();
            int labels = DemoLabels.submit(stack.url(), prefix, transactions, books.alerted());
            return DemoReport.of(transactions.size(), rate, took, load, books, labels);
        }
    }

    /** What was acknowledged without a decision in the answer is decided a moment later. */
    private static void settle(DemoLoad load, Books books) throws InterruptedException {
        long deadline = System.nanoTime() + SETTLE.toNanos();
        while (System.nanoTime() < deadline && !settled(load, books)) {
            Thread.sleep(100);
        }
        Thread.sleep(500); // one too many would come now
    }

    private static boolean settled(DemoLoad load, Books books) {
        int alerting = books.decisions(Decision.REVIEW) + books.decisions(Decision.DECLINE);
        return books.undecided(load.acknowledged()).isEmpty() && books.alerts() >= alerting;
    }

    private static void tick(Progress progress, DemoLoad load, Books books, GroupLag lag, int total) {
        try {
            while (true) {
                progress.line(line(load, books, lag, total));
                Thread.sleep(TICK);
            }
        } catch (InterruptedException e) {
            // the run is over
        }
    }

    private static String line(DemoLoad load, Books books, GroupLag lag, int total) {
        return "submitted %,d/%,d · decided %,d · alerts %,d · HTTP-to-decision p50 %.1f ms p99 %.1f ms · lag %,d"
                .formatted(
                        load.acknowledged().size(),
                        total,
                        books.transactionsDecided(),
                        books.alerts(),
                        load.currentLatencies().percentileMs(50),
                        load.currentLatencies().percentileMs(99),
                        lag.records());
    }

    private List<SimulatedTransaction> slice() {
        SimulatedTransactions all = Simulator.simulate(Parameters.PUBLISHED);
        List<SimulatedTransaction> from = all.startingAtDay(startDay);
        return from.subList(0, Math.min(count, from.size()));
    }

    private static List<SimulatedTransaction> transactions(CompletableFuture<List<SimulatedTransaction>> simulated)
            throws InterruptedException {
        try {
            return simulated.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("the simulation failed: " + e.getCause(), e.getCause());
        }
    }

    private void check() {
        if (count < 1) {
            throw new ParameterException(spec.commandLine(), "--count is " + count + "; give at least 1");
        }
        if (!(rate >= 0.1 && rate <= 100_000)) {
            throw new ParameterException(spec.commandLine(), "--rate is " + rate + "; give 0.1 to 100000");
        }
        if (warmUpCount != null && (warmUpCount < 0 || warmUpCount > count)) {
            throw new ParameterException(
                    spec.commandLine(), "--warm-up is " + warmUpCount + "; give 0 to --count, " + count);
        }
        int lastDay = Parameters.PUBLISHED.days() - 1;
        if (startDay < 0 || startDay > lastDay) {
            throw new ParameterException(spec.commandLine(), "--start-day is " + startDay + "; give 0 to " + lastDay);
        }
    }
}
