package io.weir.cli.bench;

import io.weir.cli.GroupLag;
import io.weir.cli.HistoryFeed;
import io.weir.cli.Stack;
import io.weir.events.Topics;
import io.weir.load.CommittedOutput;
import io.weir.load.report.Section;
import io.weir.load.report.Table;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;

/** How soon a restarted server decides, from snapshots and from the whole log. */
record Restart(int transactions) implements Measurement {
    private static final Duration TICK = Duration.ofMillis(500);

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
            awaitSweep(stack, bench);
            bench.progress().say("Reading the log with a plain consumer ...");
            startedNs = System.nanoTime();
            long records = log.count();
            double readSeconds = seconds(startedNs);
            bench.progress().say("Restarting from the snapshots ...");
            Restarted fromSnapshots = restart(stack, false);
            bench.progress().say("Restarting from the whole log ...");
            Restarted fromLog = restart(stack, true);

            Table table = new Table("restart", "", "snapshots", "records", "s", "per second", "ready, s");
            row(table, "from snapshots and tail", fromSnapshots);
            row(table, "from the whole log", fromLog);
            table.row("plain consumer of that log", 0, records, readSeconds, records / readSeconds, Double.NaN);
            table.row(
                    "deciding it all, appending included",
                    0,
                    feed.sent() + feed.labels(),
                    decideSeconds,
                    records / decideSeconds,
                    Double.NaN);
            return new Section("restart", "How soon a restarted server decides")
                    .table(table)
                    .value("snapshots.readySeconds", fromSnapshots.readySeconds)
                    .value("snapshots.restoreSeconds", fromSnapshots.restoreSeconds)
                    .value("log.readySeconds", fromLog.readySeconds)
                    .value("log.restoreSeconds", fromLog.restoreSeconds)
                    .value("log.perSecond", fromLog.records / fromLog.restoreSeconds)
                    .value("plainConsumer.perSecond", records / readSeconds);
        }
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
