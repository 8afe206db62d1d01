package io.weir.cli.bench;

import io.weir.cli.Directory;
import io.weir.cli.HistoryFeed;
import io.weir.cli.Stack;
import io.weir.load.LoadPlan;
import io.weir.load.LoadProcess;
import io.weir.load.LoadResult;
import io.weir.load.RoundTripProcess;
import io.weir.load.SustainedProcess;
import io.weir.load.TransactionFile;
import io.weir.local.ChildJvm;
import io.weir.local.ChildProcess;
import io.weir.training.simulator.SimulatedTransaction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

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

    private static final Duration SEARCH_PATIENCE = Duration.ofMinutes(30);

    private static final Duration TICK = Duration.ofMillis(500);

    private final Stack stack;
    private final Path directory;
    private final Path transactions;

    /**
     * Clients of a stack.
     *
     * @param transactions how many the longest plan has
     */
    LoadClients(Bench bench, Stack stack, int transactions) throws IOException {
        this(bench, stack, Bench.history(transactions));
    }

    LoadClients(Bench bench, Stack stack, List<SimulatedTransaction> transactions) throws IOException {
        this.stack = stack;
        this.directory = bench.directory().resolve("clients");
        this.transactions = directory.resolve("transactions.ndjson");
        Files.createDirectories(directory);
        TransactionFile.write(
                this.transactions,
                transactions.stream().map(HistoryFeed::submitted).iterator());
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
                0,
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
                plan.requests(),
                List.of(
                        stack.cluster().bootstrapServers(),
                        stack.registryUrl(),
                        transactions.toString(),
                        input,
                        output,
                        result.toString()));
        return LoadResult.read(result);
    }

    /**
     * Looks for the highest rate over HTTP that holds, as {@link SustainedProcess} does.
     *
     * @param told of each step soon after it
     * @return the steps in their order
     */
    List<LoadResult> sustained(
            int atMost,
            int burst,
            double first,
            double seconds,
            double within,
            double limitMs,
            Consumer<LoadResult> told)
            throws IOException, InterruptedException {
        Path own = directory.resolve("sustained");
        Directory.delete(own);
        Files.createDirectories(own);
        List<String> arguments = new ArrayList<>(List.of(
                "127.0.0.1",
                String.valueOf(stack.port()),
                transactions.toString(),
                String.valueOf(atMost),
                own.toString()));
        Stream.of(burst, first, seconds, within, limitMs).map(String::valueOf).forEach(arguments::add);
        FutureTask<@Nullable Void> running =
                new FutureTask<>(() -> run("sustained", SustainedProcess.class, 0, SEARCH_PATIENCE, arguments), null);
        Thread.ofPlatform().daemon().name("sustained").start(running);
        List<LoadResult> steps = new ArrayList<>();
        while (true) {
            boolean ended = running.isDone();
            while (Files.exists(SustainedProcess.step(own, steps.size() + 1))) {
                LoadResult step = LoadResult.read(SustainedProcess.step(own, steps.size() + 1));
                steps.add(step);
                told.accept(step);
            }
            if (ended) {
                settle(running);
                return steps;
            }
            Thread.sleep(TICK);
        }
    }

    private static void settle(FutureTask<?> ended) throws IOException, InterruptedException {
        try {
            ended.get();
        } catch (ExecutionException e) {
            throw new IOException("the search broke off", e.getCause());
        }
    }

    private void run(String name, Class<?> main, LoadPlan plan, int known, List<String> own) {
        List<String> arguments = new ArrayList<>(own);
        arguments.addAll(List.of(plan.arguments()));
        Duration within = PATIENCE.plusSeconds((long) (plan.warmUpSeconds() + plan.seconds()));
        run(name, main, known, within, arguments);
    }

    /** Runs a client to its end; it knows so many transactions from the start, the others come as they go. */
    private void run(String name, Class<?> main, int known, Duration within, List<String> own) {
        List<String> arguments = new ArrayList<>(JVM);
        arguments.add("-Xmx" + (256 + known / 1_000) + "m");
        arguments.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        arguments.addAll(own);
        ChildProcess.run(new ChildProcess.Spec(name + "-client", directory, ChildJvm.command(arguments)), within);
    }
}
