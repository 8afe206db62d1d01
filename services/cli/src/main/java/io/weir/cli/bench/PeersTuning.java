package io.weir.cli.bench;

import io.weir.cli.Stack;
import io.weir.load.LoadPlan;
import io.weir.load.LoadResult;
import io.weir.load.report.Section;
import io.weir.load.report.Table;
import io.weir.local.ChildProcessException;
import io.weir.server.schemas.RegistryClient;
import io.weir.server.schemas.Schemas;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/**
 * Peers with one commit interval after the other, to choose those with which they are measured beside Weir.
 *
 * @param transactions on the log that they are to get through
 * @param plan the load under which they are to answer soon
 */
record PeersTuning(List<Peer> peers, int transactions, LoadPlan plan) implements Measurement {
    private static final List<Integer> DRAIN_INTERVALS_MS = List.of(100, 500, 1_000, 5_000, 10_000);
    private static final List<Integer> LATENCY_INTERVALS_MS = List.of(5, 10, 20, 50, 100);

    @Override
    public Section measure(Bench bench) throws IOException, InterruptedException {
        Section section = new Section("peers-tuning", "Peers by their commit interval");
        try (Stack stack = bench.startStack();
                RegistryClient registry = new RegistryClient(stack.registryUrl())) {
            stack.stopServer();
            LoadClients clients = new LoadClients(bench, stack, plan.requests());
            Table latencies = new Table(
                    "%,.0f transactions a second, from topic to topic, ms".formatted(plan.perSecond()),
                    "",
                    "commit, ms",
                    "p50",
                    "p99",
                    "p99.9",
                    "unanswered");
            for (Peer peer : peers) {
                for (int intervalMs : LATENCY_INTERVALS_MS) {
                    latency(peer, intervalMs, clients, stack, bench, latencies, section);
                }
            }
            bench.fill(stack, Bench.history(transactions), () -> 0);
            Schemas schemas = Schemas.load(registry, Duration.ofSeconds(10));
            Table drains = new Table(
                    "%,d transactions on the log".formatted(transactions),
                    "",
                    "commit, ms",
                    "s, from its start",
                    "per second");
            for (Peer peer : peers) {
                for (int intervalMs : DRAIN_INTERVALS_MS) {
                    drain(peer, intervalMs, schemas, stack, bench, drains, section);
                }
            }
            return section.table(drains).table(latencies);
        }
    }

    private void drain(
            Peer peer, int intervalMs, Schemas schemas, Stack stack, Bench bench, Table table, Section section)
            throws InterruptedException {
        double seconds = Double.NaN;
        double perSecond = Double.NaN;
        try {
            Drain drain = Drain.of(peer, intervalMs, transactions, stack, bench, schemas);
            seconds = drain.growth().seconds();
            perSecond = drain.growth().wholePerSecond();
        } catch (IOException | ChildProcessException e) {
            failed(peer, intervalMs, e, bench, section);
        }
        table.row(peer.title(), intervalMs, seconds, perSecond);
        section.value("%s.%d.perSecond".formatted(peer.id(), intervalMs), perSecond);
    }

    private void latency(
            Peer peer, int intervalMs, LoadClients clients, Stack stack, Bench bench, Table table, Section section) {
        double p99 = Double.NaN;
        try {
            LoadResult found = PeerLatency.measure(peer, intervalMs, plan, clients, stack, bench);
            p99 = found.percentileMs(99);
            table.row(
                    peer.title(),
                    intervalMs,
                    found.percentileMs(50),
                    p99,
                    found.percentileMs(99.9),
                    plan.requests() - found.count("answered"));
        } catch (IOException | ChildProcessException e) {
            failed(peer, intervalMs, e, bench, section);
            table.row(peer.title(), intervalMs, Double.NaN, Double.NaN, Double.NaN, Double.NaN);
        }
        section.value("%s.%d.p99Ms".formatted(peer.id(), intervalMs), p99);
    }

    private static void failed(Peer peer, int intervalMs, Exception why, Bench bench, Section section) {
        String what = "%s with commits every %d ms failed: %s".formatted(peer.title(), intervalMs, why.getMessage());
        bench.progress().say(what);
        section.note(what);
    }
}
