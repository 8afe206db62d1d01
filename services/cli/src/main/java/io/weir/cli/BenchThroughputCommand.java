package io.weir.cli;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.weir.events.Topics;
import io.weir.load.CommittedOutput;
import io.weir.load.CommittedOutput.Growth;
import io.weir.load.PassThrough;
import io.weir.local.ChildJvm;
import io.weir.local.ChildProcess;
import io.weir.local.LocalHome;
import io.weir.server.log.Cluster;
import io.weir.server.log.KafkaSettings;
import io.weir.server.schemas.RegistryClient;
import io.weir.server.schemas.Schemas;
import io.weir.training.simulator.SimulatedTransaction;
import io.weir.training.simulator.Simulator;
import io.weir.training.simulator.Simulator.Parameters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code weir bench throughput}: decisions a second over a log that is there, beside what bounds them. */
@Command(
        name = "throughput",
        sortOptions = false,
        description = {
            "Fills the log with benchmark transactions and their labels, and lets one engine decide them all, exactly once, with",
            "the whole policy and its model. Beside it, over the same log and broker: a plain consumer, and the floor, which is",
            "the same consume-transform-produce in transactions with nothing to do."
        })
final class BenchThroughputCommand implements Callable<Integer> {
    private static final int AS_FAST_AS_IT_GOES = 10_000_000;
    private static final Duration TICK = Duration.ofMillis(500);
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final String FLOOR_TOPIC = "bench-floor";

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
        Progress progress = Progress.of(spec, json);
        Path directory = LocalHome.find().root().resolve(".weir/bench");
        Directory.startAfresh(directory);
        try (Stack stack = Stack.start(options, directory, Stack.Life.LONG, progress.writer())) {
            stack.stopServer();
            HistoryFeed feed = fill(stack, history.subList(0, transactions), progress);
            long records = feed.sent() + (long) feed.labels();
            List<Row> rows = new ArrayList<>();
            rows.add(plainConsumer(stack.cluster(), records, progress));
            rows.add(floor(stack.cluster(), directory, records, progress));
            rows.add(engine(stack, progress));
            spec.commandLine().getOut().println(json ? json(rows).encodePrettily() : table(rows));
            spec.commandLine().getOut().flush();
            return 0;
        }
    }

    private static HistoryFeed fill(Stack stack, List<SimulatedTransaction> history, Progress progress)
            throws IOException, InterruptedException {
        progress.say("Appending %,d transactions to the log ...".formatted(history.size()));
        try (RegistryClient registry = new RegistryClient(stack.registryUrl())) {
            HistoryFeed feed = new HistoryFeed(history, Schemas.load(registry, Duration.ofSeconds(10)));
            Thread feeding = Thread.ofPlatform()
                    .daemon()
                    .name("feed")
                    .start(() -> feed.run(stack.cluster(), AS_FAST_AS_IT_GOES));
            while (!feeding.join(TICK)) {
                progress.line("appended %,d/%,d and %,d labels".formatted(feed.sent(), history.size(), feed.labels()));
            }
            progress.endLine();
            if (feed.sent() != history.size()) {
                throw new IOException("only " + feed.sent() + " transactions could be appended; see above");
            }
            return feed;
        }
    }

    private Row plainConsumer(Cluster cluster, long records, Progress progress) throws IOException {
        progress.say("Reading the log with a plain consumer ...");
        try (CommittedOutput log =
                new CommittedOutput(cluster, Topics.TRANSACTIONS.topicName(), options.partitions())) {
            log.count(); // compiled, and the log in the page cache, as for everybody after it
            long startedNs = System.nanoTime();
            long read = log.count();
            if (read != records) {
                throw new IOException(read + " records were read, not " + records);
            }
            double seconds = (System.nanoTime() - startedNs) / 1e9;
            return new Row("plain consumer", records, seconds, records / seconds);
        }
    }

    private Row floor(Cluster cluster, Path directory, long records, Progress progress)
            throws IOException, InterruptedException {
        progress.say("Copying the log in transactions ...");
        create(cluster, FLOOR_TOPIC);
        Path own = directory.resolve("floor");
        Files.createDirectories(own);
        List<String> arguments = new ArrayList<>(Stack.SERVER_JVM);
        arguments.addAll(List.of(
                "-cp",
                LocalHome.find().root().resolve("services/cli/target/lib") + "/*",
                PassThrough.class.getName(),
                cluster.bootstrapServers(),
                Topics.TRANSACTIONS.topicName(),
                FLOOR_TOPIC,
                "bench-floor"));
        try (CommittedOutput output = new CommittedOutput(cluster, FLOOR_TOPIC, options.partitions());
                ChildProcess floor = ChildProcess.start(
                        new ChildProcess.Spec("floor", own, ChildJvm.command(arguments)), () -> true, PATIENCE)) {
            Growth growth = output.await(records, PATIENCE, floor::isAlive, at -> {
                progress.line("copied %,d/%,d".formatted(Math.min(at, records), records));
            });
            progress.endLine();
            return new Row("pass-through, exactly once", growth.records(), growth.seconds(), growth.perSecond());
        }
    }

    private Row engine(Stack stack, Progress progress) throws IOException, InterruptedException {
        progress.say("Deciding ...");
        try (CommittedOutput output =
                new CommittedOutput(stack.cluster(), Topics.DECISIONS.topicName(), options.partitions())) {
            stack.startServer(List.of("--roles", "scorer"));
            Growth growth = output.await(
                    transactions,
                    PATIENCE,
                    stack::serverIsAlive,
                    at -> progress.line(
                            "decided %,d/%,d".formatted(Math.min(at, (long) transactions), (long) transactions)));
            progress.endLine();
            return new Row("Weir, one engine", growth.records(), growth.seconds(), growth.perSecond());
        }
    }

    private void create(Cluster cluster, String topic) throws IOException, InterruptedException {
        try (Admin admin = Admin.create(new HashMap<String, Object>(KafkaSettings.admin(cluster)))) {
            admin.createTopics(List.of(new NewTopic(topic, Optional.of(options.partitions()), Optional.empty())))
                    .all()
                    .get();
        } catch (ExecutionException e) {
            throw new IOException("topic " + topic + " cannot be created", e);
        }
    }

    /** One contender. */
    private record Row(String name, long records, double seconds, double perSecond) {
        JsonObject json() {
            return new JsonObject()
                    .put("name", name)
                    .put("records", records)
                    .put("seconds", seconds)
                    .put("perSecond", perSecond);
        }
    }

    private static JsonObject json(List<Row> rows) {
        JsonArray all = new JsonArray();
        rows.forEach(row -> all.add(row.json()));
        return new JsonObject().put("throughput", all);
    }

    private static String table(List<Row> rows) {
        double floor = rows.get(1).perSecond;
        StringBuilder table = new StringBuilder(
                "%n  %-30s %12s %10s %12s %12s%n".formatted("", "records", "s", "per second", "of the floor"));
        for (Row row : rows) {
            table.append(String.format(
                    Locale.ROOT,
                    "  %-30s %,12d %10.1f %,12.0f %12.2f%n",
                    row.name,
                    row.records,
                    row.seconds,
                    row.perSecond,
                    row.perSecond / floor));
        }
        return table.append(
                        "\n  Per second: between a fifth and 95 % of the records, as a read_committed reader sees them.\n")
                .toString();
    }
}
