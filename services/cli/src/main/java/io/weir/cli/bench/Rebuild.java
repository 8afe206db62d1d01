package io.weir.cli.bench;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.weir.cli.GroupLag;
import io.weir.cli.HistoryFeed;
import io.weir.cli.Stack;
import io.weir.load.Median;
import io.weir.load.RestoreProcess;
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
import java.util.stream.IntStream;

/**
 * How fast state is made anew: by a restarted server, from snapshots and from the whole log, and by an audit.
 *
 * @param fromSnapshots whether to restart from snapshots as well, which means to wait up to a minute for them
 */
record Rebuild(int transactions, boolean fromSnapshots) implements Measurement {
    private static final Duration TICK = Duration.ofMillis(500);
    private static final Duration AUDIT_PATIENCE = Duration.ofMinutes(30);
    private static final Duration RESTORE_PATIENCE = Duration.ofMinutes(30);
    /** How often each is done in one process. */
    private static final int RESTORES = 4;

    private static final String NOTE =
            "The state alone, from the log and from snapshots, and the plain consumer take turns in one process, which has run each once "
                    + "before, but for its first restore; the targets' ratios are of these. What comes from snapshots is counted in the "
                    + "events that the state contains. The server and the audit are new processes: what "
                    + "they take to compile is in their figures, what the JVM takes to start is not. The audit reads the "
                    + "decisions as well, decides every transaction again and compares the bytes; its rate is that of the "
                    + "transaction log's records.";

    /** As the launcher has it. */
    private static final List<String> AUDIT_JVM = List.of("-Xmx2g", "-XX:+UseParallelGC");

    /**
     * One restart.
     *
     * @param readySeconds from the start of the process until it was ready
     * @param restoreSeconds of that, for restoring the engine's state
     */
    private record Restarted(double readySeconds, double restoreSeconds, long snapshots, long records) {}

    /**
     * Restores and a plain consumer in one process, in turn.
     *
     * @param records on the log
     * @param coldSeconds the first restore in the process
     * @param warmSeconds one of those after it, the median
     * @param plainSeconds the plain consumer, the median of those after the first
     * @param snapshotSeconds from the snapshots, the median of those after the first; not a number if that was not done
     */
    private record Alone(
            long records, double coldSeconds, double warmSeconds, double plainSeconds, double snapshotSeconds) {}

    @Override
    public Section measure(Bench bench) throws IOException, InterruptedException {
        try (Stack stack = bench.startStack();
                GroupLag lag = new GroupLag(stack.cluster())) {
            long startedNs = System.nanoTime();
            HistoryFeed feed = bench.fill(stack, Bench.history(transactions), () -> (int) lag.records());
            double decideSeconds = seconds(startedNs);
            Section section =
                    new Section("rebuild", "How fast state is rebuilt, and how soon a restarted server decides");
            Table table = new Table("rebuild", "", "snapshots", "records", "s", "per second", "ready, s");
            if (fromSnapshots) {
                awaitSweep(stack, bench);
                bench.progress().say("Restarting from the snapshots ...");
                Restarted restarted = restart(stack, false);
                if (restarted.snapshots == 0) {
                    throw new IOException(
                            "the server restarted without a single snapshot; there is nothing to measure");
                }
                row(table, "restart from snapshots and tail", restarted);
                section.value("snapshots.readySeconds", restarted.readySeconds)
                        .value("snapshots.restoreSeconds", restarted.restoreSeconds);
            }
            bench.progress().say("Restarting from the whole log ...");
            Restarted fromLog = restart(stack, true);
            row(table, "restart from the whole log", fromLog);
            stack.stopServer();
            bench.progress().say("Restoring the state alone and reading with a plain consumer, in turn ...");
            Alone alone = alone(stack, bench);
            row(table, "state alone, a new process", alone.records, alone.coldSeconds);
            row(table, "state alone, again in that process", alone.records, alone.warmSeconds);
            if (fromSnapshots) {
                row(table, "state from snapshots and tail, again in it", alone.records, alone.snapshotSeconds);
                section.value("snapshots.perSecond", alone.records / alone.snapshotSeconds);
            }
            row(table, "plain consumer of the log", alone.records, alone.plainSeconds);
            bench.progress().say("Deciding everything again, as an audit ...");
            JsonObject audit = audit(stack, bench);
            table.row(
                    "audit verify",
                    0,
                    audit.getLong("records"),
                    audit.getDouble("seconds"),
                    audit.getDouble("recordsPerSecond"),
                    Double.NaN);
            row(table, "deciding it all, appending included", feed.sent() + feed.labels(), decideSeconds);
            double restartPerSecond = fromLog.records / fromLog.restoreSeconds;
            Map<String, Double> bars = new LinkedHashMap<>();
            bars.put("plain consumer", alone.records / alone.plainSeconds);
            if (fromSnapshots) {
                bars.put("Weir, state from snapshots and tail, again", alone.records / alone.snapshotSeconds);
            }
            bars.put("Weir, state alone, again in that process", alone.records / alone.warmSeconds);
            bars.put("Weir, state alone, a new process", alone.records / alone.coldSeconds);
            bars.put("Weir, restart of a server from the whole log", restartPerSecond);
            bars.put("Weir, audit verify", audit.getDouble("recordsPerSecond"));
            return section.table(table)
                    .plot(new Plot.Bars("The same log, from its beginning", "records a second", bars))
                    .value("log.readySeconds", fromLog.readySeconds)
                    .value("log.restoreSeconds", fromLog.restoreSeconds)
                    .value("restart.perSecond", restartPerSecond)
                    .value("coldRestore.perSecond", alone.records / alone.coldSeconds)
                    .value("restore.perSecond", alone.records / alone.warmSeconds)
                    .value("audit.perSecond", audit.getDouble("recordsPerSecond"))
                    .value("plainConsumer.perSecond", alone.records / alone.plainSeconds)
                    .note(NOTE);
        }
    }

    /** Without the server, which would take from both. */
    private Alone alone(Stack stack, Bench bench) throws IOException {
        List<String> arguments = new ArrayList<>(Stack.SERVER_JVM);
        arguments.addAll(List.of(
                "-cp",
                LocalHome.find().root().resolve("services/cli/target/lib") + "/*",
                RestoreProcess.class.getName(),
                stack.cluster().bootstrapServers(),
                stack.registryUrl(),
                String.valueOf(bench.stackOptions().partitions()),
                String.valueOf(RESTORES),
                String.valueOf(fromSnapshots)));
        JsonObject found = ChildOutput.json(bench, "restore", arguments, RESTORE_PATIENCE);
        JsonArray restores = found.getJsonArray(RestoreProcess.RESTORE_SECONDS);
        return new Alone(
                found.getLong(RestoreProcess.RECORDS),
                restores.getDouble(0),
                medianAfterTheFirst(restores),
                medianAfterTheFirst(found.getJsonArray(RestoreProcess.PLAIN_SECONDS)),
                fromSnapshots ? medianAfterTheFirst(found.getJsonArray(RestoreProcess.SNAPSHOT_SECONDS)) : Double.NaN);
    }

    private static double medianAfterTheFirst(JsonArray seconds) {
        return Median.of(IntStream.range(1, seconds.size()).mapToDouble(seconds::getDouble));
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

    private static void row(Table table, String name, long records, double seconds) {
        table.row(name, 0, records, seconds, records / seconds, Double.NaN);
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
