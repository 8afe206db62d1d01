package io.weir.cli.bench;

import io.weir.cli.HistoryFeed;
import io.weir.cli.Progress;
import io.weir.cli.Stack;
import io.weir.events.Topics;
import io.weir.load.CommittedOutput;
import io.weir.load.CommittedOutput.Growth;
import io.weir.load.report.Plot;
import io.weir.load.report.Section;
import io.weir.load.report.Table;
import io.weir.local.ChildProcess;
import io.weir.server.log.Cluster;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Decisions a second over a log that is there, beside what bounds them. */
record Throughput(int transactions) implements Measurement {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final String FLOOR_TOPIC = "bench-floor";

    /** One contender. */
    private record Row(String name, String value, long records, double seconds, double perSecond) {
        Row(String name, String value, Growth growth) {
            this(name, value, growth.records(), growth.seconds(), growth.perSecond());
        }
    }

    @Override
    public Section measure(Bench bench) throws IOException, InterruptedException {
        try (Stack stack = bench.startStack()) {
            stack.stopServer();
            HistoryFeed feed = bench.fill(stack, Bench.history(transactions), () -> 0);
            long records = feed.sent() + (long) feed.labels();
            List<Row> rows = new ArrayList<>();
            rows.add(plainConsumer(stack.cluster(), records, bench));
            rows.add(floor(stack.cluster(), records, bench));
            rows.add(engine(stack, bench));
            return section(rows);
        }
    }

    private static Row plainConsumer(Cluster cluster, long records, Bench bench) throws IOException {
        bench.progress().say("Reading the log with a plain consumer ...");
        try (CommittedOutput log = new CommittedOutput(
                cluster, Topics.TRANSACTIONS.topicName(), bench.stackOptions().partitions())) {
            log.count(); // compiled, and the log in the page cache, as for everybody after it
            long startedNs = System.nanoTime();
            long read = log.count();
            if (read != records) {
                throw new IOException(read + " records were read, not " + records);
            }
            double seconds = (System.nanoTime() - startedNs) / 1e9;
            return new Row("plain consumer", "plainConsumer", records, seconds, records / seconds);
        }
    }

    private static Row floor(Cluster cluster, long records, Bench bench) throws IOException, InterruptedException {
        Progress progress = bench.progress();
        progress.say("Copying the log in transactions ...");
        Floor.create(bench, cluster, FLOOR_TOPIC);
        try (CommittedOutput output = new CommittedOutput(
                        cluster, FLOOR_TOPIC, bench.stackOptions().partitions());
                ChildProcess floor = Floor.start(bench, cluster, Topics.TRANSACTIONS.topicName(), FLOOR_TOPIC)) {
            Growth growth = output.await(
                    records,
                    PATIENCE,
                    floor::isAlive,
                    at -> progress.line("copied %,d/%,d".formatted(Math.min(at, records), records)));
            progress.endLine();
            return new Row("pass-through, exactly once", "floor", growth);
        }
    }

    private Row engine(Stack stack, Bench bench) throws IOException, InterruptedException {
        Progress progress = bench.progress();
        progress.say("Deciding ...");
        try (CommittedOutput output = new CommittedOutput(
                stack.cluster(),
                Topics.DECISIONS.topicName(),
                bench.stackOptions().partitions())) {
            stack.startServer(List.of("--roles", "scorer"));
            Growth growth = output.await(
                    transactions,
                    PATIENCE,
                    stack::serverIsAlive,
                    at -> progress.line(
                            "decided %,d/%,d".formatted(Math.min(at, (long) transactions), (long) transactions)));
            progress.endLine();
            return new Row("Weir, one engine", "weir", growth);
        }
    }

    private static Section section(List<Row> rows) {
        double floor = rows.get(1).perSecond;
        Section section = new Section("throughput", "Decisions a second over a log that is there, exactly once");
        Table table = new Table("one run, one after another", "", "records", "s", "per second", "of the floor");
        Map<String, Double> bars = new LinkedHashMap<>();
        for (Row row : rows) {
            table.row(row.name, row.records, row.seconds, row.perSecond, row.perSecond / floor);
            section.value(row.value + ".perSecond", row.perSecond);
            bars.put(row.name, row.perSecond);
        }
        bars.remove("plain consumer"); // it would leave nothing to be seen of the others
        return section.table(table)
                .plot(new Plot.Bars("Exactly once, over the same log", "records a second", bars))
                .note("Per second: between a fifth and 95 % of the records, as a read_committed reader sees them.");
    }
}
