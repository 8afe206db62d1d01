package io.weir.cli.bench;

import io.weir.cli.Progress;
import io.weir.cli.Stack;
import io.weir.load.LoadPlan;
import io.weir.load.LoadProcess;
import io.weir.load.LoadResult;
import io.weir.load.report.Section;
import io.weir.local.ChildProcess;
import io.weir.local.ChildProcessException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * From an HTTP request to the committed decision in its response, at one rate; then, on the same broker and with the same
 * records at the same rate, the floor, a plain hop through the log, and peers.
 *
 * @param peers who is measured beside Weir, from the log to the committed decision
 */
record Latency(LoadPlan plan, List<Peer> peers) implements Measurement {
    private static final String INPUT = "bench-latency-in";
    private static final String COPIES = "bench-latency-copies";
    private static final String HOP = "bench-latency-hop";

    @Override
    public Section measure(Bench bench) throws IOException, InterruptedException {
        Progress progress = bench.progress();
        try (Stack stack = bench.startStack()) {
            LoadClients clients = new LoadClients(bench, stack, plan.requests());
            progress.say("Submitting over HTTP: " + told());
            Path http = clients.http(plan);
            LoadResult weir = LoadResult.read(http.resolve(LoadProcess.RESULT));
            List<StageTimes.Stage> stages = StageTimes.between(
                    Files.readString(http.resolve(LoadProcess.BEFORE)),
                    Files.readString(http.resolve(LoadProcess.AFTER)));
            stack.stopServer(); // what it does when idle would be the floor's to bear
            progress.say("The same through a pass-through in transactions ...");
            LoadResult floor = floor(bench, stack, clients);
            progress.say("The same through the log alone ...");
            Floor.create(bench, stack.cluster(), HOP);
            LoadResult hop = clients.roundTrip("hop", HOP, HOP, plan);
            Map<Peer, LoadResult> byPeer = new EnumMap<>(Peer.class);
            List<String> failures = new ArrayList<>();
            for (Peer peer : peers) {
                try {
                    byPeer.put(peer, PeerLatency.measure(peer, peer.latencyIntervalMs(), plan, clients, stack, bench));
                } catch (IOException | ChildProcessException e) {
                    failures.add(peer.title() + " failed: " + e.getMessage());
                    progress.say(failures.getLast());
                }
            }
            Section section = LatencySection.of(plan, weir, stages, floor, hop, byPeer);
            failures.forEach(section::note);
            return section;
        }
    }

    private LoadResult floor(Bench bench, Stack stack, LoadClients clients) throws IOException, InterruptedException {
        Floor.create(bench, stack.cluster(), INPUT);
        Floor.create(bench, stack.cluster(), COPIES);
        try (ChildProcess running = Floor.start(bench, stack.cluster(), INPUT, COPIES)) {
            LoadResult floor = clients.roundTrip("floor", INPUT, COPIES, plan);
            if (!running.isAlive()) {
                throw new IOException("the pass-through ended before all was copied; see " + running.log());
            }
            return floor;
        }
    }

    private String told() {
        return "%,d as fast as answers come, then %,.0f/s for %,.0f s to warm up and %,.0f s to measure ..."
                .formatted(plan.burst(), plan.perSecond(), plan.warmUpSeconds(), plan.seconds());
    }
}
