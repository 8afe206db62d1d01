package io.weir.cli.bench;

import io.vertx.core.json.JsonObject;
import io.weir.cli.GroupLag;
import io.weir.cli.HistoryFeed;
import io.weir.cli.Stack;
import io.weir.events.Topics;
import io.weir.load.CommittedOutput;
import io.weir.load.report.Plot;
import io.weir.load.report.Section;
import io.weir.load.report.Table;
import io.weir.local.LocalHome;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How fast state is made anew: by a restarted server, from snapshots and from the whole log, and by an audit.
 *
 * @param fromSnapshots whether to restart from snapshots as well, which means to wait up to a minute for them
 */
record Rebuild(int transactions, boolean fromSnapshots) implements Measurement {
    private static final Duration TICK = Duration.ofMillis(500);
    private static final Duration AUDIT_PATIENCE = Duration.ofMinutes(30);
    /** As the launcher has it. */
    private static final List<String> AUDIT_JVM = List.of("-Xmx2g", "-XX:+UseParallelGC");

    /**
     * One restart.
     *
     * @param readySeconds from the start of the process until it was ready
     * @param restoreSeconds of that, for restoring the engine's state
     */
    private record Restarted(double readySeconds, double restoreSeconds, long snapshots, long records) {}

    @Override
    public Section measure(Bench bench) throws IOException, InterruptedException {
        try (Stack stack = bench.startStack();
                GroupLag lag = new GroupLag(stack.cluster());
                CommittedOutput log = new CommittedOutput(
                        stack.cluster(),
                        Topics.TRANSACTIONS.topicName(),
                        bench.stackOptions().partitions())) {
            long startedNs = System.nanoTime();
            HistoryFeed feed = bench.fill(stack, Bench.history(transactions), () -> (int) lag.records());
            double decideSeconds = seconds(startedNs);
            if (fromSnapshots) {
                awaitSweep(stack, bench);
            }
            bench.progress().say("Reading the log with a plain consumer ...");
            log.count(); // compiled, and the log in the page cache, as for everybody after it
            startedNs = System.nanoTime();
            long records = log.count();
            double readSeconds = seconds(startedNs);
            Section section =
                    new Section("rebuild", "How fast state is rebuilt, and how soon a restarted server decides");
            Table table = new Table("rebuild", "", "snapshots", "records", "s", "per second", "ready, s");
            table.row("plain consumer of the log", 0, records, readSeconds, records / readSeconds, Double.NaN);
            if (fromSnapshots) {
                bench.progress().say("Restarting from the snapshots ...");
                Restarted restarted = restart(stack, false);
                row(table, "restart from snapshots and tail", restarted);
                section.value("snapshots.readySeconds", restarted.readySeconds)
                        .value("snapshots.restoreSeconds", restarted.restoreSeconds);
            }
            bench.progress().say("Restarting from the whole log ...");
            Restarted fromLog = restart(stack, true);
            row(table, "restart from the whole log", fromLog);
            stack.stopServer();
            bench.progress().say("Deciding everything again, as an audit ...");
            JsonObject audit = audit(stack, bench);
            table.row(
                    "audit verify",
                    0,
                    audit.getLong("records"),
                    audit.getDouble("seconds"),
                    audit.getDouble("recordsPerSecond"),
                    Double.NaN);
            table.row(
                    "deciding it all, appending included",
                    0,
                    feed.sent() + feed.labels(),
                    decideSeconds,
                    records / decideSeconds,
                    Double.NaN);
            Map<String, Double> bars = new LinkedHashMap<>();
            bars.put("plain consumer", records / readSeconds);
            bars.put("Weir, restart from the whole log", fromLog.records / fromLog.restoreSeconds);
            bars.put("Weir, audit verify", audit.getDouble("recordsPerSecond"));
            return section.table(table)
                    .plot(new Plot.Bars("The same log, from its beginning", "records a second", bars))
                    .value("log.readySeconds", fromLog.readySeconds)
                    .value("log.restoreSeconds", fromLog.restoreSeconds)
                    .value("restore.perSecond", fromLog.records / fromLog.restoreSeconds)
                    .value("audit.perSecond", audit.getDouble("recordsPerSecond"))
                    .value("plainConsumer.perSecond", records / readSeconds)
                    .note(
                            "The plain consumer has read the log once before; the server and the audit are new processes, and "
                                    + "what they take to compile is in their figures, what the JVM takes to start is not. The audit "
                                    + "reads the decisions as well, decides every transaction again and compares the bytes; its rate "
                                    + "is that of the transaction log's records.");
        }
    }

    /** Runs {@code weir audit verify} over the log; returns what it found. */
    private static JsonObject audit(Stack stack, Bench bench) throws IOException {
        List<String> arguments = new ArrayList<>(AUDIT_JVM);
        arguments.addAll(List.of(
                "-cp",
                LocalHome.find().root().resolve("services/cli/target/lib") + "/*",
                "io.weir.cli.Main",
                "audit",
                "verify",
                "--json",
                "--bootstrap-servers",
                stack.cluster().bootstrapServers(),
                "--registry",
                stack.registryUrl()));
        JsonObject audit = ChildOutput.json(bench, "audit", arguments, AUDIT_PATIENCE);
        if (!"VERIFIED".equals(audit.getString("result"))) {
            throw new IOException(
                    "the audit's result is " + audit.getString("result") + ", so its rate is of no interest");
        }
        return audit;
    }

    private static void row(Table table, String name, Restarted restarted) {
        table.row(
                name,
                restarted.snapshots,
                restarted.records,
                restarted.restoreSeconds,
                (restarted.snapshots + restarted.records) / restarted.restoreSeconds,
                restarted.readySeconds);
    }

    /** Waits for a sweep that ended after now: the restart then replays what came since that one began. */
    private static void awaitSweep(Stack stack, Bench bench) throws IOException, InterruptedException {
        bench.progress().say("Waiting for the next sweep of snapshots, at most a minute ...");
        long startedNs = System.nanoTime();
        while (!(stack.metrics().getOrDefault("weir_sweep_age_seconds", Double.NaN) < seconds(startedNs))) {
            Thread.sleep(TICK);
        }
    }

    private static Restarted restart(Stack stack, boolean ignoreSnapshots) throws IOException {
        Duration took = stack.restartServer(ignoreSnapshots);
        Map<String, Double> metrics = stack.metrics();
        return new Restarted(
                took.toMillis() / 1e3,
                metrics.getOrDefault("weir_restore_ms", 0.0) / 1e3,
                metrics.getOrDefault("weir_restore_snapshots", 0.0).longValue(),
                metrics.getOrDefault("weir_restore_records", 0.0).longValue());
    }

    private static double seconds(long sinceNs) {
        return (System.nanoTime() - sinceNs) / 1e9;
    }
}
