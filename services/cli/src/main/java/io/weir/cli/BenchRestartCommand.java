package io.weir.cli;

import io.vertx.core.json.JsonObject;
import io.weir.events.Topics;
import io.weir.local.LocalHome;
import io.weir.server.log.Cluster;
import io.weir.server.log.KafkaSettings;
import io.weir.server.schemas.RegistryClient;
import io.weir.server.schemas.Schemas;
import io.weir.training.simulator.SimulatedTransaction;
import io.weir.training.simulator.Simulator;
import io.weir.training.simulator.Simulator.Parameters;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code weir bench restart}: how soon a restarted server decides, from snapshots and from the whole log. */
@Command(
        name = "restart",
        sortOptions = false,
        description = {
            "Fills the log with benchmark transactions and their labels, lets a server decide them all, and restarts it twice:",
            "from the snapshots and the tail of the log, and from the whole log. Beside them: a plain consumer of that log."
        })
final class BenchRestartCommand implements Callable<Integer> {
    private static final int AS_FAST_AS_IT_GOES = 1_000_000;
    private static final Duration TICK = Duration.ofMillis(500);
    private static final Duration POLL = Duration.ofMillis(200);

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private StackOptions options = new StackOptions();

    @Option(
            names = "--transactions",
            paramLabel = "N",
            defaultValue = "1000000",
            description = "How many, 1 to 1754155 (default: ${DEFAULT-VALUE}).")
    private int transactions;

    @Option(names = "--json", description = "Print the result as JSON, and progress to standard error.")
    private boolean json;

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (options.existing() != null) {
            throw new ParameterException(
                    spec.commandLine(), "--bootstrap-servers: this measures a stack of its own; leave it out");
        }
        List<SimulatedTransaction> history =
                Simulator.simulate(Parameters.PUBLISHED).startingAtDay(0);
        if (transactions < 1 || transactions > history.size()) {
            throw new ParameterException(
                    spec.commandLine(), "--transactions is " + transactions + "; give 1 to " + history.size());
        }
        PrintWriter out = spec.commandLine().getOut();
        Progress progress = Progress.of(spec, json);
        Path directory = LocalHome.find().root().resolve(".weir/bench");
        Directory.startAfresh(directory);
        try (Stack stack = Stack.start(options, directory, Stack.Life.LONG, progress.writer())) {
            Figures figures = measure(stack, history.subList(0, transactions), progress);
            out.println(json ? figures.json().encodePrettily() : figures.table());
            out.flush();
            return 0;
        }
    }

    private Figures measure(Stack stack, List<SimulatedTransaction> history, Progress progress)
            throws IOException, InterruptedException {
        double decideSeconds = decideAll(stack, history, progress);
        awaitSweep(stack, progress);
        progress.say("Reading the log with a plain consumer ...");
        long startedNs = System.nanoTime();
        long records = read(stack.cluster());
        double readSeconds = seconds(startedNs);
        progress.say("Restarting from the snapshots ...");
        Restart fromSnapshots = restart(stack, false);
        progress.say("Restarting from the whole log ...");
        Restart fromLog = restart(stack, true);
        return new Figures(history.size(), decideSeconds, records, readSeconds, fromSnapshots, fromLog);
    }

    private static double decideAll(Stack stack, List<SimulatedTransaction> history, Progress progress)
            throws IOException, InterruptedException {
        progress.say("Appending %,d transactions to the log, and deciding them ...".formatted(history.size()));
        long startedNs = System.nanoTime();
        try (RegistryClient registry = new RegistryClient(stack.registryUrl());
                GroupLag lag = new GroupLag(stack.cluster())) {
            HistoryFeed feed = new HistoryFeed(history, Schemas.load(registry, Duration.ofSeconds(10)));
            Thread feeding = Thread.ofPlatform()
                    .daemon()
                    .name("feed")
                    .start(() -> feed.run(stack.cluster(), AS_FAST_AS_IT_GOES));
            long behind;
            do {
                feeding.join(TICK);
                behind = lag.records();
                progress.line("appended %,d/%,d and %,d labels · not yet decided %,d"
                        .formatted(feed.sent(), history.size(), feed.labels(), behind));
            } while (feeding.isAlive() || behind != 0);
            if (feed.sent() != history.size()) {
                throw new IOException("only " + feed.sent() + " transactions could be appended; see above");
            }
        }
        progress.endLine();
        return seconds(startedNs);
    }

    /** Waits for a sweep that ended after now: the restart then replays what came since that one began. */
    private static void awaitSweep(Stack stack, Progress progress) throws IOException, InterruptedException {
        progress.say("Waiting for the next sweep of snapshots, at most a minute ...");
        long startedNs = System.nanoTime();
        while (!(stack.metrics().getOrDefault("weir_sweep_age_seconds", Double.NaN) < seconds(startedNs))) {
            Thread.sleep(TICK);
        }
    }

    private static Restart restart(Stack stack, boolean ignoreSnapshots) throws IOException {
        Duration took = stack.restartServer(ignoreSnapshots);
        Map<String, Double> metrics = stack.metrics();
        return new Restart(
                took.toMillis() / 1e3,
                metrics.getOrDefault("weir_restore_ms", 0.0) / 1e3,
                metrics.getOrDefault("weir_restore_snapshots", 0.0).longValue(),
                metrics.getOrDefault("weir_restore_records", 0.0).longValue());
    }

    /** Reads every transaction and label, and does nothing with them. */
    private static long read(Cluster cluster) {
        Map<String, Object> settings = new HashMap<>(KafkaSettings.readSide(cluster, "weir-bench"));
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(Topics.TRANSACTIONS.topicName()).stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            long records = 0;
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                ConsumerRecords<byte[], byte[]> polled = consumer.poll(POLL);
                records += polled.count();
            }
            return records;
        }
    }

    private static double seconds(long sinceNs) {
        return (System.nanoTime() - sinceNs) / 1e9;
    }

    /**
     * One restart.
     *
     * @param readySeconds from the start of the process until it was ready
     * @param restoreSeconds of that, for restoring the engine's state
     */
    private record Restart(double readySeconds, double restoreSeconds, long snapshots, long records) {
        JsonObject json() {
            return new JsonObject()
                    .put("readySeconds", readySeconds)
                    .put("restoreSeconds", restoreSeconds)
                    .put("snapshots", snapshots)
                    .put("records", records);
        }

        String row(String name) {
            return row(name, snapshots, records, restoreSeconds, "%.1f".formatted(readySeconds));
        }

        static String row(String name, long snapshots, long records, double seconds, String ready) {
            return String.format(
                    Locale.ROOT,
                    "  %-34s %,12d %,12d %10.1f %,12.0f %10s%n",
                    name,
                    snapshots,
                    records,
                    seconds,
                    (snapshots + records) / seconds,
                    ready);
        }
    }

    private record Figures(
            int transactions,
            double decideSeconds,
            long records,
            double readSeconds,
            Restart fromSnapshots,
            Restart fromLog) {

        String table() {
            return String.format(
                            Locale.ROOT,
                            "%n  %-34s %12s %12s %10s %12s %10s%n",
                            "",
                            "snapshots",
                            "records",
                            "s",
                            "per second",
                            "ready, s")
                    + fromSnapshots.row("restart from snapshots and tail")
                    + fromLog.row("restart from the whole log")
                    + Restart.row("plain consumer of that log", 0, records, readSeconds, "")
                    + Restart.row("deciding it all, appending included", 0, records, decideSeconds, "");
        }

        JsonObject json() {
            return new JsonObject()
                    .put("transactions", transactions)
                    .put("records", records)
                    .put("decideSeconds", decideSeconds)
                    .put("plainConsumerSeconds", readSeconds)
                    .put("fromSnapshots", fromSnapshots.json())
                    .put("fromLog", fromLog.json());
        }
    }
}
