package io.weir.cli.bench;

import io.weir.cli.HistoryFeed;
import io.weir.cli.Stack;
import io.weir.load.LoadPlan;
import io.weir.load.LoadProcess;
import io.weir.load.LoadResult;
import io.weir.load.RoundTripProcess;
import io.weir.load.TransactionFile;
import io.weir.local.ChildJvm;
import io.weir.local.ChildProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Who measures latencies: each client a process of its own, with a small heap, so that neither the bench's own work nor what
 * it has in memory is felt by what is measured. All clients of a stack send the same transactions.
 */
final class LoadClients {
    /** What is alive is what is in flight: a collection takes a millisecond. */
    private static final List<String> JVM =
            List.of("-Xms192m", "-Xmn128m", "-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError");

    /** Beyond the plan's own time. */
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final Stack stack;
    private final Path directory;
    private final Path transactions;

    /**
     * Clients of a stack.
     *
     * @param transactions how many the longest plan has
     */
    LoadClients(Bench bench, Stack stack, int transactions) throws IOException {
        this.stack = stack;
        this.directory = bench.directory().resolve("clients");
        this.transactions = directory.resolve("transactions.ndjson");
        Files.createDirectories(directory);
        TransactionFile.write(
                this.transactions,
                Bench.history(transactions).stream().map(HistoryFeed::submitted).iterator());
    }

    /**
     * Submits over HTTP.
     *
     * @return where the result and the server's meters are, as {@link LoadProcess} says
     */
    Path http(LoadPlan plan) throws IOException {
        Path own = Files.createDirectories(directory.resolve("http"));
        run(
                "http",
                LoadProcess.class,
                plan,
                List.of("127.0.0.1", String.valueOf(stack.port()), transactions.toString(), own.toString()));
        return own;
    }

    /**
     * Appends to a topic and waits for what comes of it on another one.
     *
     * @param name of the contender, for its files
     */
    LoadResult roundTrip(String name, String input, String output, LoadPlan plan) throws IOException {
        Path result = directory.resolve(name + ".json");
        run(
                name,
                RoundTripProcess.class,
                plan,
                List.of(
                        stack.cluster().bootstrapServers(),
                        stack.registryUrl(),
                        transactions.toString(),
                        input,
                        output,
                        result.toString()));
        return LoadResult.read(result);
    }

    private void run(String name, Class<?> main, LoadPlan plan, List<String> own) {
        List<String> arguments = new ArrayList<>(JVM);
        // RoundTrip knows all transactions from the start.
        arguments.add("-Xmx" + (256 + plan.requests() / 1_000) + "m");
        arguments.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        arguments.addAll(own);
        arguments.addAll(List.of(plan.arguments()));
        Duration within = PATIENCE.plusSeconds((long) (plan.warmUpSeconds() + plan.seconds()));
        ChildProcess.run(new ChildProcess.Spec(name + "-client", directory, ChildJvm.command(arguments)), within);
    }
}
