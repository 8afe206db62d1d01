package io.weir.cli.bench;

import io.weir.cli.Directory;
import io.weir.cli.HistoryFeed;
import io.weir.cli.Progress;
import io.weir.cli.Stack;
import io.weir.cli.StackOptions;
import io.weir.load.CommittedOutput;
import io.weir.load.CommittedOutput.Growth;
import io.weir.local.Life;
import io.weir.server.schemas.RegistryClient;
import io.weir.server.schemas.Schemas;
import io.weir.training.simulator.SimulatedTransaction;
import io.weir.training.simulator.Simulator;
import io.weir.training.simulator.Simulator.Parameters;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;

/**
 * What measurements share.
 *
 * @param directory the bench's own; stacks live in it, one at a time
 * @param stackOptions options of stacks
 */
record Bench(Path directory, StackOptions stackOptions, Progress progress) {
    /** How many transactions {@link #history} can give; the simulation takes some 50 bytes of heap for each. */
    static final int LONGEST_HISTORY = 5_000_000;

    private static final int FEWEST_A_DAY = 9_500;
    private static final int AS_FAST_AS_IT_GOES = 10_000_000;
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration TICK = Duration.ofMillis(500);

    /** A stack without a past, for as long as it is not closed. */
    Stack startStack() throws IOException {
        Directory.startAfresh(directory);
        return Stack.start(stackOptions, directory, Life.LONG, progress.writer());
    }

    /**
     * The benchmark's transactions in their order, the first so many. More than the published data has go on where those end,
     * on the same accounts: the same simulation, of more days.
     */
    static List<SimulatedTransaction> history(int transactions) {
        Parameters published = Parameters.PUBLISHED;
        int days = Math.max(published.days(), transactions / FEWEST_A_DAY + 1);
        return Simulator.simulate(published.withDays(days)).startingAtDay(0).subList(0, transactions);
    }

    /**
     * Appends transactions and the labels that belong among them to a stack's log, as fast as it goes.
     *
     * @param undecided how many of them are yet to be decided, asked for until it is 0; 0 where nobody is to wait for that
     * @return what was appended
     */
    HistoryFeed fill(Stack stack, List<SimulatedTransaction> history, IntSupplier undecided)
            throws IOException, InterruptedException {
        progress.say("Appending %,d transactions to the log ...".formatted(history.size()));
        try (RegistryClient registry = new RegistryClient(stack.registryUrl())) {
            HistoryFeed feed = new HistoryFeed(history, Schemas.load(registry, Duration.ofSeconds(10)));
            Thread feeding = Thread.ofPlatform()
                    .daemon()
                    .name("feed")
                    .start(() -> feed.run(stack.cluster(), AS_FAST_AS_IT_GOES));
            int left;
            do {
                feeding.join(TICK);
                left = undecided.getAsInt();
                progress.line("appended %,d/%,d and %,d labels%s"
                        .formatted(
                                feed.sent(),
                                history.size(),
                                feed.labels(),
                                left == 0 ? "" : " · not yet decided %,d".formatted(left)));
            } while (feeding.isAlive() || left != 0);
            progress.endLine();
            if (feed.sent() != history.size()) {
                throw new IOException("only " + feed.sent() + " transactions could be appended; see above");
            }
            return feed;
        }
    }

    /**
     * Waits until so many records have been committed.
     *
     * @param verb what is done to them, for the progress line
     * @throws IOException when they do not come, or no more for two minutes
     */
    Growth await(CommittedOutput output, long expected, String verb, BooleanSupplier isAlive)
            throws IOException, InterruptedException {
        Growth growth = output.await(
                expected,
                PATIENCE,
                isAlive,
                at -> progress.line("%s %,d/%,d".formatted(verb, Math.min(at, expected), expected)));
        progress.endLine();
        return growth;
    }
}
