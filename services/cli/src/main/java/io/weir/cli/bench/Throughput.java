package io.weir.cli.bench;

import io.weir.cli.HistoryFeed;
import io.weir.cli.Stack;
import io.weir.cli.bench.Verdicts.Agreement;
import io.weir.events.Topics;
import io.weir.load.CommittedOutput;
import io.weir.load.CommittedOutput.Growth;
import io.weir.load.report.Plot;
import io.weir.load.report.Section;
import io.weir.load.report.Table;
import io.weir.local.ChildProcess;
import io.weir.local.ChildProcessException;
import io.weir.server.log.Cluster;
import io.weir.server.schemas.RegistryClient;
import io.weir.server.schemas.Schemas;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Decisions a second over a log that is there, beside what bounds them and beside peers.
 *
 * @param peers who is measured beside Weir
 */
record Throughput(int transactions, List<Peer> peers) implements Measurement {
    private static final String FLOOR_TOPIC = "bench-floor";

    /** One contender. */
    private record Row(String name, String value, Growth growth) {
        static Row failed(Peer peer) {
            return new Row(peer.title() + ": failed", peer.id(), new Growth(0, Double.NaN, Double.NaN));
        }
    }

    @Override
    public Section measure(Bench bench) throws IOException, InterruptedException {
        Section section = new Section("throughput", "Decisions a second over a log that is there, exactly once");
        try (Stack stack = bench.startStack()) {
            stack.stopServer();
            HistoryFeed feed = bench.fill(stack, Bench.history(transactions), () -> 0);
            long records = feed.sent() + (long) feed.labels();
            List<Row> rows = new ArrayList<>();
            rows.add(plainConsumer(stack.cluster(), records, bench));
            rows.add(floor(stack.cluster(), records, bench));
            rows.add(engine(stack, bench));
            if (!peers.isEmpty()) {
                stack.stopServer();
                beside(stack, bench, rows, section);
            }
            return describe(section, rows);
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
            return new Row("plain consumer", "plainConsumer", new Growth(records, seconds, records / seconds));
        }
    }

    private static Row floor(Cluster cluster, long records, Bench bench) throws IOException, InterruptedException {
        bench.progress().say("Copying the log in transactions ...");
        Floor.create(bench, cluster, FLOOR_TOPIC);
        try (CommittedOutput output = new CommittedOutput(
                        cluster, FLOOR_TOPIC, bench.stackOptions().partitions());
                ChildProcess floor = Floor.start(bench, cluster, Topics.TRANSACTIONS.topicName(), FLOOR_TOPIC)) {
            return new Row(
                    "pass-through, exactly once", "floor", bench.await(output, records, "copied", floor::isAlive));
        }
    }

    private Row engine(Stack stack, Bench bench) throws IOException, InterruptedException {
        bench.progress().say("Deciding ...");
        try (CommittedOutput output = new CommittedOutput(
                stack.cluster(),
                Topics.DECISIONS.topicName(),
                bench.stackOptions().partitions())) {
            stack.startServer(List.of("--roles", "scorer"));
            return new Row(
                    "Weir, one engine", "weir", bench.await(output, transactions, "decided", stack::serverIsAlive));
        }
    }

    private void beside(Stack stack, Bench bench, List<Row> rows, Section section)
            throws IOException, InterruptedException {
        int partitions = bench.stackOptions().partitions();
        try (RegistryClient registry = new RegistryClient(stack.registryUrl());
                CommittedOutput output =
                        new CommittedOutput(stack.cluster(), Topics.DECISIONS.topicName(), partitions)) {
            Schemas schemas = Schemas.load(registry, Duration.ofSeconds(10));
            Verdicts ours = Verdicts.read(output, schemas);
            for (Peer peer : peers) {
                try {
                    Drain drain = Drain.of(peer, peer.drainIntervalMs(), transactions, stack, bench, schemas);
                    Agreement agreement = ours.with(drain.verdicts());
                    if (!agreement.isSound()) {
                        throw new IOException("its decisions are not Weir's: " + agreement);
                    }
                    rows.add(new Row(peer.title(), peer.id(), drain.growth()));
                    section.value(peer.id() + ".sameDecisions", agreement.decisions() / (double) agreement.compared());
                    section.note(
                            "%s made %,d decisions as Weir did: the features over the account are the same to the bit in all of them, the score in %,d, the decision in %,d. Where there is more than one partition, what of two accounts comes first to a terminal is chance."
                                    .formatted(
                                            peer.title(),
                                            agreement.compared(),
                                            agreement.scores(),
                                            agreement.decisions()));
                } catch (IOException | ChildProcessException e) {
                    bench.progress().say(peer.title() + " failed: " + e.getMessage());
                    rows.add(Row.failed(peer));
                    section.note(peer.title() + " failed: " + e.getMessage());
                }
            }
        }
    }

    private Section describe(Section section, List<Row> rows) {
        double floor = rows.get(1).growth.perSecond();
        Table table = new Table(
                "one run, one after another",
                "",
                "records",
                "s, from its start",
                "per second of these",
                "from a fifth to 95 %",
                "of the floor");
        Map<String, Double> bars = new LinkedHashMap<>();
        for (Row row : rows) {
            Growth growth = row.growth;
            table.row(
                    row.name,
                    growth.records(),
                    growth.seconds(),
                    growth.wholePerSecond(),
                    growth.perSecond(),
                    growth.perSecond() / floor);
            section.value(row.value + ".perSecond", growth.perSecond());
            section.value(row.value + ".wholePerSecond", growth.wholePerSecond());
            bars.put(row.name, growth.wholePerSecond());
        }
        bars.remove("plain consumer"); // it would leave nothing to be seen of the others
        section.table(table)
                .plot(new Plot.Bars(
                        "Exactly once, over the same log, from the start of the process", "records a second", bars))
                .note(
                        "As a read_committed reader sees them. Peers are compared from the start of the process to the last record: they "
                                + "work in steps, through topics or buffers of their own, and have done much of the work before the first decision "
                                + "is seen. From a fifth to 95 % of the records is the pace of what has been compiled.");
        return section;
    }
}
