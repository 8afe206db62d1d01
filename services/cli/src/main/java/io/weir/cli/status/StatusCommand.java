package io.weir.cli.status;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.weir.cli.ServerAddress;
import io.weir.local.LocalHome;
import io.weir.local.LocalStack;
import io.weir.server.health.ClusterHealth;
import io.weir.server.health.ClusterProbe;
import io.weir.server.health.Finding;
import io.weir.server.health.HealthHistory;
import io.weir.server.health.HealthJson;
import io.weir.server.health.HealthThresholds;
import io.weir.server.health.LagOptions;
import io.weir.server.health.Level;
import io.weir.server.log.Cluster;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code weir status}: asks the brokers themselves, so that it also works where no server runs, and the instances that it is given. */
@Command(
        name = "status",
        sortOptions = false,
        description = {
            "Shows lag, replicas, leaders, partition sizes, open transactions and dead letters as the brokers tell,",
            "and readiness, breakers and hot keys as the instances tell. By default of the running weir up or demo."
        },
        mixinStandardHelpOptions = true,
        exitCodeOnInvalidInput = StatusCommand.CANNOT_TELL,
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {"0:all is well", "1:warning", "2:critical", "3:wrong usage, or nothing to look at"})
public final class StatusCommand implements Callable<Integer> {
    static final int CANNOT_TELL = 3;

    private static final String CLEAR = "\u001b[H\u001b[2J";

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--bootstrap-servers",
            paramLabel = "HOST:PORT,...",
            description = "The Kafka cluster (default: that of the running weir up or demo).")
    private @Nullable String bootstrapServers;

    @Option(
            names = "--kafka-config",
            paramLabel = "FILE",
            description = "Client properties for Kafka, for example security settings.")
    private @Nullable Path kafkaConfig;

    @Option(
            names = "--url",
            split = ",",
            paramLabel = "URL",
            description = "Instances to ask as well (default: that of the running weir up or demo).")
    private List<String> urls = List.of();

    @Option(names = "--watch", description = "Go on until Ctrl-C.")
    private boolean watch;

    @Option(
            names = "--interval",
            paramLabel = "SECONDS",
            defaultValue = "2",
            description = "Between two looks; rates are those between them, with --watch of the last minute "
                    + "(default: ${DEFAULT-VALUE}).")
    private int intervalSeconds;

    @Mixin
    private LagOptions lag = new LagOptions();

    @Option(names = "--json", description = "Print JSON for programs; with --watch a document a line.")
    private boolean json;

    private List<Instance> instances = List.of();

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (intervalSeconds < 1) {
            return complain("--interval " + intervalSeconds + ": give at least 1 second");
        }
        HealthThresholds thresholds;
        try {
            thresholds = lag.thresholds();
        } catch (IllegalArgumentException e) {
            return complain(String.valueOf(e.getMessage()));
        }
        String servers = bootstrapServers == null ? local() : bootstrapServers;
        if (servers == null) {
            return complain("no weir up or demo runs here: start one, or name a cluster with --bootstrap-servers");
        }
        String localUrl = bootstrapServers == null && urls.isEmpty() ? ServerAddress.ofLocalServer() : null;
        List<String> asked = localUrl == null ? urls : List.of(localUrl);
        try (ClusterProbe probe = new ClusterProbe(Cluster.at(servers, kafkaConfig));
                HttpClient http = HttpClient.newBuilder()
                        .connectTimeout(Duration.ofSeconds(2))
                        .build()) {
            HealthHistory history = new HealthHistory(probe, thresholds);
            ClusterHealth health = look(history, http, asked);
            do {
                Thread.sleep(Duration.ofSeconds(intervalSeconds));
                health = look(history, http, asked);
                show(servers, health, thresholds);
            } while (watch);
            return level(health).severity();
        }
    }

    private ClusterHealth look(HealthHistory history, HttpClient http, List<String> asked) throws InterruptedException {
        List<Instance> answers = new ArrayList<>();
        for (String url : asked) {
            Instance before = instances.stream()
                    .filter(instance -> instance.url().equals(url))
                    .findFirst()
                    .orElse(null);
            answers.add(Instance.ask(http, url, before));
        }
        instances = answers;
        return history.look();
    }

    private Level level(ClusterHealth health) {
        return instances.stream()
                .flatMap(instance -> instance.findings().stream())
                .map(Finding::level)
                .reduce(health.level(), Level::or);
    }

    private void show(String servers, ClusterHealth health, HealthThresholds thresholds) {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            JsonArray told = new JsonArray();
            instances.forEach(instance -> told.add(instance.toJson()));
            JsonObject document = HealthJson.of(health)
                    .put("overall", level(health).name().toLowerCase(java.util.Locale.ROOT))
                    .put("instances", told);
            out.println(watch ? document.encode() : document.encodePrettily());
        } else {
            boolean terminal = Boolean.getBoolean("weir.stdout.terminal");
            out.print(watch && terminal ? CLEAR : "");
            out.println(new StatusTable(thresholds, new Colours(terminal)).of(servers, health, instances));
        }
        out.flush();
    }

    private int complain(String text) {
        PrintWriter err = spec.commandLine().getErr();
        err.println("weir status: " + text);
        err.flush();
        return CANNOT_TELL;
    }

    /** Where the running weir up, or weir demo, has its cluster; null if none runs. */
    private static @Nullable String local() {
        Path home = LocalHome.find().root().resolve(".weir");
        return Stream.of("up", "demo")
                .map(name -> LocalStack.running(home.resolve(name)))
                .filter(Objects::nonNull)
                .map(LocalStack.Address::bootstrapServers)
                .findFirst()
                .orElse(null);
    }
}
