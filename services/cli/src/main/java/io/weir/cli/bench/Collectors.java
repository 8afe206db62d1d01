package io.weir.cli.bench;

import io.weir.cli.Stack;
import io.weir.events.Topics;
import io.weir.load.CommittedOutput;
import io.weir.load.LoadPlan;
import io.weir.load.LoadProcess;
import io.weir.load.LoadResult;
import io.weir.load.Median;
import io.weir.load.report.Section;
import io.weir.load.report.Table;
import io.weir.training.simulator.SimulatedTransaction;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * The same server with one garbage collector after another: how fast it gets through a log that is there, and how soon it
 * answers over HTTP.
 *
 * @param transactions on the log
 * @param plan of the load over HTTP
 * @param rounds how often each is tried, in turn; medians are shown
 */
record Collectors(int transactions, LoadPlan plan, int rounds) implements Measurement {
    private enum Collector {
        SHIPPED("shipped", "G1, as shipped", String.join(" ", Stack.COLLECTOR)),
        G1_TARGET("g1-target", "G1, with a pause target of 20 ms", "-XX:+UseG1GC -XX:MaxGCPauseMillis=20"),
        G1("g1", "G1, with its own pause target of 200 ms", "-XX:+UseG1GC"),
        PARALLEL("parallel", "Parallel", "-XX:+UseParallelGC"),
        Z("z", "ZGC", "-XX:+UseZGC");

        private final String id;
        private final String title;
        /** With spaces between. */
        private final String flags;

        Collector(String id, String title, String flags) {
            this.id = id;
            this.title = title;
            this.flags = flags;
        }

        List<String> flags() {
            return List.of(flags.split(" ", -1));
        }
    }

    /** One round of one of them. */
    private record Round(double perSecond, LoadResult http) {}

    @Override
    public Section measure(Bench bench) throws IOException, InterruptedException {
        List<SimulatedTransaction> history = Bench.history(transactions + plan.requests());
        Map<Collector, List<Round>> rounds = new EnumMap<>(Collector.class);
        for (int round = 1; round <= this.rounds; round++) {
            for (Collector collector : Collector.values()) {
                bench.progress().say("Round %,d of %,d: %s".formatted(round, this.rounds, collector.title));
                rounds.computeIfAbsent(collector, any -> new ArrayList<>()).add(round(collector, history, bench));
            }
        }
        return describe(rounds);
    }

    private Round round(Collector collector, List<SimulatedTransaction> history, Bench bench)
            throws IOException, InterruptedException {
        int partitions = bench.stackOptions().partitions();
        try (Stack stack = bench.startStack();
                CommittedOutput output =
                        new CommittedOutput(stack.cluster(), Topics.DECISIONS.topicName(), partitions)) {
            stack.stopServer();
            bench.fill(stack, history.subList(0, transactions), () -> 0);
            stack.startServerCollectedBy(collector.flags(), List.of("--roles", "scorer"));
            double perSecond = bench.await(output, transactions, "decided", stack::serverIsAlive)
                    .perSecond();
            stack.stopServer();
            stack.startServerCollectedBy(collector.flags(), List.of());
            LoadClients clients = new LoadClients(bench, stack, history.subList(transactions, history.size()));
            bench.progress().say("Submitting over HTTP ...");
            return new Round(perSecond, LoadResult.read(clients.http(plan).resolve(LoadProcess.RESULT)));
        }
    }

    private Section describe(Map<Collector, List<Round>> rounds) {
        Section section = new Section("collectors", "The same server with one garbage collector after another");
        Table table = new Table(
                "medians of %,d rounds, in turn".formatted(this.rounds),
                "",
                "decisions a second",
                "HTTP p50, ms",
                "p99",
                "p99.9",
                "max");
        rounds.forEach((collector, all) -> {
            double perSecond = median(all, Round::perSecond);
            double p50 = median(all, round -> round.http.percentileMs(50));
            double p99 = median(all, round -> round.http.percentileMs(99));
            double p999 = median(all, round -> round.http.percentileMs(99.9));
            table.row(collector.title, perSecond, p50, p99, p999, median(all, round -> round.http.percentileMs(100)));
            section.value(collector.id + ".perSecond", perSecond)
                    .value(collector.id + ".p50Ms", p50)
                    .value(collector.id + ".p99Ms", p99)
                    .value(collector.id + ".p999Ms", p999);
        });
        return section.table(table)
                .note(
                        "Decisions a second: of a log of %,d transactions, exactly once. Then %,.0f a second over HTTP, on the state that these have left."
                                .formatted(transactions, plan.perSecond()));
    }

    private static double median(List<Round> rounds, ToDoubleFunction<Round> value) {
        return Median.of(rounds.stream().mapToDouble(value));
    }
}
