package io.weir.cli.bench;

import io.weir.cli.Stack;
import io.weir.events.Topics;
import io.weir.load.CommittedOutput;
import io.weir.load.LoadPlan;
import io.weir.load.LoadProcess;
import io.weir.load.LoadResult;
import io.weir.load.report.Plot;
import io.weir.load.report.Plot.Axis;
import io.weir.load.report.Plot.Series;
import io.weir.load.report.Section;
import io.weir.load.report.Table;
import io.weir.load.scale.Main;
import io.weir.load.scale.Main.Cost;
import io.weir.load.scale.Main.Growing;
import io.weir.local.ChildProcess;
import io.weir.training.simulator.SimulatedTransaction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How cost grows. Accounts, rules and trees by the decider alone, in a process of its own; partitions and engines by servers on a
 * broker.
 *
 * @param sizes of what grows, ascending
 * @param payments of each round of the decider
 * @param rounds that count
 * @param history transactions of each account before
 * @param transactions on the log, for partitions and engines
 */
record Scale(
        Map<Growing, List<Integer>> sizes,
        int payments,
        int rounds,
        int history,
        int transactions,
        List<Integer> partitions,
        List<Integer> engines)
        implements Measurement {
    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final Duration TICK = Duration.ofMillis(200);
    /** Its p99 beside partitions and engines. */
    private static final LoadPlan OVER_HTTP = new LoadPlan(3_000, 250, 5, 15);
    /** Engines share the partitions of the log. */
    private static final int PARTITIONS_OF_ENGINES = 16;

    /** As the server's, but for a heap that has room for a million accounts. */
    private static final List<String> DECIDER_JVM = Stream.of(
                    List.of("-Xms4g", "-Xmx6g"),
                    Stack.COLLECTOR,
                    List.of("-XX:+AlwaysPreTouch", "-XX:+UseTransparentHugePages", "-XX:+ExitOnOutOfMemoryError"))
            .flatMap(List::stream)
            .toList();

    /** All of it. */
    static Scale full(int transactions) {
        return new Scale(
                Map.of(
                        Growing.ACCOUNTS, List.of(1_000, 10_000, 100_000, 1_000_000),
                        Growing.RULES, List.of(1, 10, 100, 1_000),
                        Growing.TREES, List.of(10, 100, 1_000)),
                20_000,
                7,
                8,
                transactions,
                List.of(1, 4, 16, 64),
                List.of(1, 2, 4));
    }

    /** The ends of what the decider alone can show. */
    static Scale quick() {
        return new Scale(
                Map.of(
                        Growing.ACCOUNTS, List.of(1_000, 1_000_000),
                        Growing.RULES, List.of(1, 100),
                        Growing.TREES, List.of(10, 100)),
                10_000,
                3,
                3,
                0,
                List.of(),
                List.of());
    }

    @Override
    public Section measure(Bench bench) throws IOException, InterruptedException {
        Section section = new Section("scale", "How cost grows");
        for (Growing growing : Growing.values()) {
            String name = growing.name().toLowerCase(Locale.ROOT);
            bench.progress().say("Deciding with more and more %s ...".formatted(name));
            report(section, name, decider(bench, growing));
        }
        if (!partitions.isEmpty()) {
            List<Cost> costs = new ArrayList<>();
            for (int number : partitions) {
                costs.add(server(bench, number, number, 1));
            }
            report(section, "partitions", costs);
        }
        if (!engines.isEmpty()) {
            List<Cost> costs = new ArrayList<>();
            for (int number : engines) {
                costs.add(server(bench, number, PARTITIONS_OF_ENGINES, number));
            }
            report(section, "engines", costs);
        }
        return section.note(
                        ("Accounts, rules and trees: the decider alone, on one thread of a process of its own; medians of %d rounds of %,d"
                                        + " payments, sizes in turn; p99 is that of single decisions. Accounts have %d transactions each and share a terminal"
                                        + " among ten, with the default policy and its model; rules are without a model, trees with one rule.")
                                .formatted(rounds, payments, history))
                .note(
                        partitions.isEmpty()
                                ? "The quick form leaves out partitions and engines."
                                : "Partitions and engines: a server on a broker, over a log of %,d transactions with their labels, as a read_committed reader sees the decisions; p99 is from the HTTP request to the committed decision, at %,.0f/s over %,.0f s, on top of that state. Engines share %d partitions, and here the machine's %d processors with the broker: every engine folds the whole log and decides its share."
                                        .formatted(
                                                transactions,
                                                OVER_HTTP.perSecond(),
                                                OVER_HTTP.seconds(),
                                                PARTITIONS_OF_ENGINES,
                                                Runtime.getRuntime().availableProcessors()));
    }

    private List<Cost> decider(Bench bench, Growing growing) throws IOException, InterruptedException {
        Path directory = bench.directory().resolve("scale");
        Files.createDirectories(directory);
        Path file = directory.resolve("costs").toAbsolutePath();
        Files.deleteIfExists(file);
        List<String> arguments = List.of(
                growing.name(),
                sizes.getOrDefault(growing, List.of()).stream()
                        .map(String::valueOf)
                        .collect(Collectors.joining(",")),
                String.valueOf(payments),
                String.valueOf(rounds),
                String.valueOf(history),
                file.toString());
        ChildProcess.Spec spec =
                new ChildProcess.Spec("decider", directory, OwnProgram.command(DECIDER_JVM, Main.class, arguments));
        try (ChildProcess child = ChildProcess.start(spec, () -> true, PATIENCE)) {
            while (child.isAlive()) {
                Thread.sleep(TICK);
            }
        }
        if (!Files.exists(file)) {
            throw new IOException("the decider failed; see " + spec.log());
        }
        return Cost.read(file);
    }

    /**
     * Decisions a second over a log that is there, labels included in the work; then the latency over HTTP at a rate that every
     * size can take.
     */
    private Cost server(Bench bench, int size, int partitionCount, int engineCount)
            throws IOException, InterruptedException {
        Bench own = new Bench(bench.directory(), bench.stackOptions().withPartitions(partitionCount), bench.progress());
        bench.progress().say("%,d partitions, engines: %d".formatted(partitionCount, engineCount));
        List<SimulatedTransaction> history = Bench.history(transactions + OVER_HTTP.requests());
        try (Stack stack = own.startStack()) {
            stack.stopServer();
            own.fill(stack, history.subList(0, transactions), () -> 0);
            try (CommittedOutput output =
                    new CommittedOutput(stack.cluster(), Topics.DECISIONS.topicName(), partitionCount)) {
                stack.startServer(List.of("--roles", "gateway,scorer", "--engines", String.valueOf(engineCount)));
                double perSecond = output.await(transactions, PATIENCE, stack::serverIsAlive, at -> {})
                        .perSecond();
                LoadClients clients = new LoadClients(own, stack, history.subList(transactions, history.size()));
                LoadResult answered = LoadResult.read(clients.http(OVER_HTTP).resolve(LoadProcess.RESULT));
                return new Cost(size, perSecond, answered.percentileMs(99) * 1_000);
            }
        }
    }

    private static void report(Section section, String name, List<Cost> costs) {
        Table table = new Table(name, name, "per second", "of the smallest", "p99 µs");
        for (Cost cost : costs) {
            double share = cost.perSecond() / costs.getFirst().perSecond();
            String size = String.format(Locale.ROOT, "%,d", cost.size());
            table.row(size, cost.perSecond(), share, cost.p99Us());
            section.value(name + "." + cost.size() + ".perSecond", cost.perSecond());
            section.value(name + "." + cost.size() + ".p99Us", cost.p99Us());
        }
        section.table(table);
        double[] x = costs.stream().mapToDouble(Cost::size).toArray();
        Map<String, double[]> lines = new LinkedHashMap<>();
        lines.put(
                "decisions a second",
                costs.stream().mapToDouble(Cost::perSecond).toArray());
        lines.put("p99, µs", costs.stream().mapToDouble(Cost::p99Us).toArray());
        lines.forEach((label, y) -> section.plot(new Plot.Lines(
                label + ", by " + name,
                new Axis(name, Plot.Scale.LOG),
                new Axis(label, Plot.Scale.LOG),
                List.of(new Series(label, x, Arrays.copyOf(y, y.length))))));
    }
}
