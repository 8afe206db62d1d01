package io.weir.cli.bench;

import io.weir.cli.Stack;
import io.weir.events.Topics;
import io.weir.load.CommittedOutput;
import io.weir.load.report.Plot;
import io.weir.load.report.Plot.Axis;
import io.weir.load.report.Plot.Series;
import io.weir.load.report.Section;
import io.weir.load.report.Table;
import io.weir.load.scale.Main;
import io.weir.load.scale.Main.Cost;
import io.weir.load.scale.Main.Growing;
import io.weir.local.ChildJvm;
import io.weir.local.ChildProcess;
import io.weir.local.LocalHome;
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
    /** Engines share the partitions of the log. */
    private static final int PARTITIONS_OF_ENGINES = 16;

    private static final List<String> DECIDER_JVM =
            List.of("-Xms1g", "-Xmx6g", "-XX:+UseParallelGC", "-XX:+ExitOnOutOfMemoryError");

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
                costs.add(new Cost(number, server(bench, number, 1), Double.NaN));
            }
            report(section, "partitions", costs);
        }
        if (!engines.isEmpty()) {
            List<Cost> costs = new ArrayList<>();
            for (int number : engines) {
                costs.add(new Cost(number, server(bench, PARTITIONS_OF_ENGINES, number), Double.NaN));
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
                                : "Partitions and engines: a server on a broker, over a log of %,d transactions with their labels, as a read_committed reader sees the decisions; without p99. Engines share %d partitions, and here the machine's %d processors with the broker: every engine folds the whole log and decides its share."
                                        .formatted(
                                                transactions,
                                                PARTITIONS_OF_ENGINES,
                                                Runtime.getRuntime().availableProcessors()));
    }

    private List<Cost> decider(Bench bench, Growing growing) throws IOException, InterruptedException {
        Path directory = bench.directory().resolve("scale");
        Files.createDirectories(directory);
        Path file = directory.resolve("costs").toAbsolutePath();
        Files.deleteIfExists(file);
        List<String> arguments = new ArrayList<>(DECIDER_JVM);
        arguments.addAll(List.of(
                "-cp",
                LocalHome.find().root().resolve("services/cli/target/lib") + "/*",
                Main.class.getName(),
                growing.name(),
                sizes.getOrDefault(growing, List.of()).stream()
                        .map(String::valueOf)
                        .collect(Collectors.joining(",")),
                String.valueOf(payments),
                String.valueOf(rounds),
                String.valueOf(history),
                file.toString()));
        ChildProcess.Spec spec = new ChildProcess.Spec("decider", directory, ChildJvm.command(arguments));
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

    /** Decisions a second over a log that is there, labels included in the work. */
    private double server(Bench bench, int partitionCount, int engineCount) throws IOException, InterruptedException {
        Bench own = new Bench(bench.directory(), bench.stackOptions().withPartitions(partitionCount), bench.progress());
        bench.progress().say("%,d partitions, engines: %d".formatted(partitionCount, engineCount));
        try (Stack stack = own.startStack()) {
            stack.stopServer();
            own.fill(stack, Bench.history(transactions), () -> 0);
            try (CommittedOutput output =
                    new CommittedOutput(stack.cluster(), Topics.DECISIONS.topicName(), partitionCount)) {
                stack.startServer(List.of("--roles", "scorer", "--engines", String.valueOf(engineCount)));
                return output.await(transactions, PATIENCE, stack::serverIsAlive, at -> {})
                        .perSecond();
            }
        }
    }

    private static void report(Section section, String name, List<Cost> costs) {
        boolean timed = costs.stream().noneMatch(cost -> Double.isNaN(cost.p99Us()));
        Table table = timed
                ? new Table(name, name, "per second", "of the smallest", "p99 µs")
                : new Table(name, name, "per second", "of the smallest");
        for (Cost cost : costs) {
            double share = cost.perSecond() / costs.getFirst().perSecond();
            String size = String.format(Locale.ROOT, "%,d", cost.size());
            if (timed) {
                table.row(size, cost.perSecond(), share, cost.p99Us());
                section.value(name + "." + cost.size() + ".p99Us", cost.p99Us());
            } else {
                table.row(size, cost.perSecond(), share);
            }
            section.value(name + "." + cost.size() + ".perSecond", cost.perSecond());
        }
        section.table(table);
        double[] x = costs.stream().mapToDouble(Cost::size).toArray();
        Map<String, double[]> lines = new LinkedHashMap<>();
        lines.put(
                "decisions a second",
                costs.stream().mapToDouble(Cost::perSecond).toArray());
        if (timed) {
            lines.put("p99, µs", costs.stream().mapToDouble(Cost::p99Us).toArray());
        }
        lines.forEach((label, y) -> section.plot(new Plot.Lines(
                label + ", by " + name,
                new Axis(name, Plot.Scale.LOG),
                new Axis(label, Plot.Scale.LOG),
                List.of(new Series(label, x, Arrays.copyOf(y, y.length))))));
    }
}
