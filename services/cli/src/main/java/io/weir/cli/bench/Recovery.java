package io.weir.cli.bench;

import io.weir.cli.HistoryFeed;
import io.weir.cli.Stack;
import io.weir.cli.bench.Outage.Arrival;
import io.weir.load.CommittedOutput;
import io.weir.load.report.Plot;
import io.weir.load.report.Plot.Series;
import io.weir.load.report.Section;
import io.weir.load.report.Table;
import io.weir.local.ChildProcessException;
import io.weir.server.schemas.RegistryClient;
import io.weir.server.schemas.Schemas;
import io.weir.training.simulator.SimulatedTransaction;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who is killed while transactions come at a steady rate decides again after how long, and how large is its state.
 *
 * @param history transactions decided before
 * @param perSecond the steady rate, which everybody has to be able to follow
 * @param secondsBefore of that rate before the kill
 * @param secondsAfter of that rate after it
 * @param peerIntervalMs between commits of peers, milliseconds
 */
record Recovery(int history, int perSecond, int secondsBefore, int secondsAfter, int peerIntervalMs, List<Peer> peers)
        implements Measurement {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final double MB = 1e6;

    private record Found(String title, String id, Outage outage, StateSizes state, Series waiting) {}

    int transactions() {
        return history + perSecond * (secondsBefore + secondsAfter);
    }

    @Override
    public Section measure(Bench bench) throws IOException, InterruptedException {
        Section section = new Section("recovery", "Killed (kill -9) under load: until it decides again");
        List<Found> found = new ArrayList<>();
        found.add(measure(null, bench));
        for (Peer peer : peers) {
            try {
                found.add(measure(peer, bench));
            } catch (IOException | ChildProcessException e) {
                bench.progress().say(peer.title() + " failed: " + e.getMessage());
                section.note(peer.title() + " failed: " + e.getMessage());
            }
        }
        return describe(section, found);
    }

    /** Each on a stack of its own, whose log and load are the same as the others'. */
    private Found measure(@Nullable Peer peer, Bench bench) throws IOException, InterruptedException {
        try (Stack stack = bench.startStack()) {
            if (peer != null) {
                stack.stopServer();
            }
            try (Contender contender =
                    peer == null ? Contender.weir(stack) : PeerProcess.start(peer, peerIntervalMs, stack, bench)) {
                try {
                    return measure(
                            peer == null ? "Weir" : peer.title(),
                            peer == null ? "weir" : peer.id(),
                            contender,
                            stack,
                            bench);
                } catch (IOException e) {
                    throw new IOException(e.getMessage() + "; its log: " + contender.log(), e);
                }
            }
        }
    }

    private Found measure(String title, String id, Contender contender, Stack stack, Bench bench)
            throws IOException, InterruptedException {
        int partitions = bench.stackOptions().partitions();
        List<SimulatedTransaction> all = Bench.history(transactions());
        bench.progress().say(title + " is to decide what is on the log ...");
        try (RegistryClient registry = new RegistryClient(stack.registryUrl())) {
            Schemas schemas = Schemas.load(registry, Duration.ofSeconds(10));
            HistoryFeed steady = new HistoryFeed(all.subList(history, all.size()), schemas);
            try (DecisionWatch watch = new DecisionWatch(
                    stack.cluster(), contender.decisions(), partitions, () -> history + steady.sent())) {
                bench.fill(stack, all.subList(0, history), () -> 0);
                watch.await(history, PATIENCE, contender::isAlive);
                long fromNs = System.nanoTime();
                Thread feeding =
                        Thread.ofPlatform().daemon().name("steady").start(() -> steady.run(stack.cluster(), perSecond));
                bench.progress()
                        .say("%,d transactions a second for %d s ..."
                                .formatted(perSecond, secondsBefore + secondsAfter));
                feeding.join(Duration.ofSeconds(secondsBefore));
                long killedNs = System.nanoTime();
                contender.killAndRestart();
                feeding.join();
                long loadEndedNs = System.nanoTime();
                watch.await(all.size(), PATIENCE, contender::isAlive);
                List<Arrival> arrivals = watch.since(fromNs);
                checkDecidedOnce(contender, stack, schemas, partitions, all.size());
                Outage outage = Outage.of(arrivals, killedNs, loadEndedNs);
                bench.progress()
                        .say("%s decided nothing for %.1f s, and had caught up %.1f s after the kill"
                                .formatted(title, outage.gapSeconds(), outage.caughtUpSeconds()));
                return new Found(title, id, outage, contender.stateSizes(), Outage.series(title, arrivals, killedNs));
            }
        }
    }

    private static void checkDecidedOnce(
            Contender contender, Stack stack, Schemas schemas, int partitions, int transactions) throws IOException {
        try (CommittedOutput output = new CommittedOutput(stack.cluster(), contender.decisions(), partitions)) {
            Verdicts verdicts = Verdicts.read(output, schemas);
            if (verdicts.repeated() > 0 || verdicts.size() != transactions) {
                throw new IOException("%,d of %,d transactions are decided, %,d more than once"
                        .formatted(verdicts.size(), transactions, verdicts.repeated()));
            }
        }
    }

    private Section describe(Section section, List<Found> found) {
        Table outages = new Table(
                "%,d transactions a second, after %,d".formatted(perSecond, history),
                "",
                "without decisions, s",
                "caught up after, s",
                "most waiting");
        Table sizes =
                new Table("state of %,d transactions, MB".formatted(transactions()), "", "disk", "topics", "live heap");
        List<Series> waiting = new ArrayList<>();
        for (Found one : found) {
            outages.row(one.title, one.outage.gapSeconds(), one.outage.caughtUpSeconds(), one.outage.mostWaiting());
            double topics = one.state.disk() + one.state.topics() == 0 ? Double.NaN : one.state.topics();
            sizes.row(one.title, one.state.disk() / MB, topics / MB, one.state.heap() / MB);
            section.value(one.id + ".gapSeconds", one.outage.gapSeconds())
                    .value(one.id + ".caughtUpSeconds", one.outage.caughtUpSeconds())
                    .value(one.id + ".diskBytes", (double) one.state.disk())
                    .value(one.id + ".topicBytes", topics)
                    .value(one.id + ".heapBytes", one.state.heap());
            waiting.add(one.waiting);
        }
        return section.table(outages)
                .table(sizes)
                .plot(new Plot.Lines(
                        "Transactions waiting for their decision",
                        new Plot.Axis("seconds from the kill", Plot.Scale.LINEAR),
                        new Plot.Axis("transactions", Plot.Scale.LINEAR),
                        waiting))
                .note(
                        "Killed with kill -9 and started again at once, each on a stack of its own; seen by a read_committed "
                                + "reader of its decisions. Every transaction was decided exactly once. Caught up: no more left "
                                + "waiting than at any time before the kill; - if not before the load ended.")
                .note("Topics and disk: as they lay there in the end, superseded versions included. Weir: topics of "
                        + "snapshots, - before the first sweep. Streams: RocksDB and changelogs. Flink: checkpoints. Live "
                        + "heap: all that is alive on it, not state alone. Peers commit every " + peerIntervalMs
                        + " ms.");
    }
}
