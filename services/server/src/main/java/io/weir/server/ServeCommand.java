package io.weir.server;

import io.weir.server.gateway.GatewaySettings;
import io.weir.server.http.HttpSettings;
import io.weir.server.log.Cluster;
import io.weir.server.log.GroupProtocol;
import io.weir.server.views.ViewsConfig;
import io.weir.server.webhooks.WebhooksFile;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code weir serve}: runs one instance until it is told to stop. */
@Command(
        name = "serve",
        sortOptions = false,
        description = "Runs one server instance against an existing Kafka cluster and schema registry.",
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:stopped by a signal, in order",
            "1:could not start; the last line says why",
            "2:wrong usage",
            "3:stopped by a signal, but not in order within --stop-within; nothing is lost by that"
        })
public final class ServeCommand implements Callable<Integer> {
    private static final Logger log = LoggerFactory.getLogger(ServeCommand.class);
    private static final int WRONG_USAGE = 2;
    private static final int STOPPED_HARD = 3;
    private static final int MOST_STOP_WITHIN_S = 600;

    @Option(
            names = "--bootstrap-servers",
            required = true,
            paramLabel = "HOST:PORT,...",
            description = "The Kafka cluster.")
    private String bootstrapServers = "";

    @Option(
            names = "--registry",
            required = true,
            paramLabel = "URL",
            description = "The schema registry, for example http://registry:8081.")
    private String registryUrl = "";

    @Option(
            names = "--kafka-config",
            paramLabel = "FILE",
            description = "Client properties for Kafka, for example security settings.")
    private @Nullable Path kafkaConfig;

    @Option(
            names = "--group-protocol",
            paramLabel = "PROTOCOL",
            defaultValue = "auto",
            description =
                    "How engines share partitions out: consumer (by the brokers, from 4.0 on), classic (among engines, any "
                            + "broker), auto: what the cluster offers when an engine joins (default: ${DEFAULT-VALUE}).")
    private GroupProtocol groupProtocol = GroupProtocol.AUTO;

    @Option(
            names = "--roles",
            split = ",",
            paramLabel = "ROLE",
            defaultValue = "ALL",
            description = "What this instance does: gateway, scorer, shadow, views, webhooks, all (default: all).")
    private Set<Role> roles = Set.of(Role.ALL);

    @Option(
            names = "--host",
            paramLabel = "ADDRESS",
            defaultValue = "127.0.0.1",
            description = "Address to listen on (default: ${DEFAULT-VALUE}).")
    private String host = "";

    @Option(
            names = "--port",
            paramLabel = "PORT",
            defaultValue = "8080",
            description = "Port to listen on; 0 for any (default: ${DEFAULT-VALUE}).")
    private int port;

    @Option(
            names = "--instance-id",
            paramLabel = "NAME",
            description =
                    "This instance's name: unique among running instances, the same after a restart, so that it can "
                            + "fence its own past (default: host name and port).")
    private @Nullable String instanceId;

    @Option(
            names = "--engines",
            paramLabel = "N",
            defaultValue = "1",
            description = "Deciding engines in this instance, 1 to 64 (default: ${DEFAULT-VALUE}).")
    private int engines;

    @Option(
            names = "--policy",
            paramLabel = "FILE",
            description =
                    "Policy to publish and activate at start, if it is not active already. Without it, the built-in "
                            + "one is activated if none is active.")
    private @Nullable Path policyFile;

    @Option(
            names = "--two-person-activation",
            description =
                    "A policy is activated when a second person asks for it, too; give it to all instances. Not together with "
                            + "--policy.")
    private boolean twoPersonActivation;

    @Option(
            names = "--snapshot-interval",
            paramLabel = "SECONDS",
            defaultValue = "60",
            description =
                    "How often the engine of partition 0 writes snapshots of what has changed; a restart replays no more "
                            + "than what has come since; 0 for never (default: ${DEFAULT-VALUE}).")
    private int snapshotIntervalSeconds;

    @Option(
            names = "--ignore-snapshots",
            description = "Rebuild the state from the whole log at start, and write all snapshots anew.")
    private boolean ignoreSnapshots;

    @Option(
            names = "--webhooks",
            paramLabel = "FILE",
            description = "Endpoints that alerts are pushed to, in YAML; for the roles webhooks and all.")
    private @Nullable Path webhooksFile;

    @Mixin
    private RuleBreakerOptions ruleBreaker = new RuleBreakerOptions();

    @Mixin
    private DeadLetterBreakerOptions deadLetterBreaker = new DeadLetterBreakerOptions();

    @Mixin
    private HealthOptions health = new HealthOptions();

    @Option(
            names = "--budget-ms",
            paramLabel = "MS",
            defaultValue = "100",
            description =
                    "How long a caller waits for the decision before the answer is 202 (default: ${DEFAULT-VALUE}).")
    private long budgetMs;

    @Option(
            names = "--max-in-flight",
            paramLabel = "N",
            defaultValue = "2000",
            description = "Transactions in flight; further ones are answered with 503 (default: ${DEFAULT-VALUE}).")
    private int maxInFlight;

    @Option(
            names = "--wait",
            paramLabel = "SECONDS",
            defaultValue = "30",
            description = "How long to wait at start for a registry that does not answer (default: ${DEFAULT-VALUE}).")
    private int waitSeconds;

    @Option(
            names = "--stop-within",
            paramLabel = "SECONDS",
            defaultValue = "25",
            description =
                    "After a signal it ends in order within so long, 1 to 600, or hard, with status 3; give the supervisor "
                            + "5 s more (default: ${DEFAULT-VALUE}).")
    private int stopWithinSeconds;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    @SuppressWarnings("unused") // read by picocli
    private boolean help;

    @Override
    public Integer call() throws InterruptedException {
        if (stopWithinSeconds < 1 || stopWithinSeconds > MOST_STOP_WITHIN_S) {
            log.error("--stop-within is {}; give 1 to {} seconds", stopWithinSeconds, MOST_STOP_WITHIN_S);
            return WRONG_USAGE;
        }
        Duration stopWithin = Duration.ofSeconds(stopWithinSeconds);
        Server server;
        try {
            server = Server.start(settings());
        } catch (RuntimeException | IOException e) {
            log.error("cannot start: {}", e.getMessage(), e);
            return 1;
        }
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server, stopWithin), "stop-server"));
        new CountDownLatch(1).await(); // the signal ends the process
        return 0;
    }

    /**
     * Stops in order, or hard when that takes too long: whoever takes over repeats what is not committed, so nothing is lost
     * or doubled. Ends the process itself, because one that a signal ends has the signal's number as its status, and
     * supervisors take that for a failure.
     */
    private static void stop(Server server, Duration within) {
        log.info("stopping");
        Thread closing = Thread.ofPlatform().daemon().name("close-server").start(server::close);
        try {
            if (closing.join(within)) {
                log.info("stopped");
                Runtime.getRuntime().halt(0);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        log.error(
                "not stopped in order after {} s; ending all the same. Not finished: {}. What they had not committed is decided "
                        + "by whoever takes over",
                within.toSeconds(),
                String.join(", ", server.unfinished()));
        Runtime.getRuntime().halt(STOPPED_HARD);
    }

    private ServerSettings settings() throws IOException {
        if (twoPersonActivation && policyFile != null) {
            throw new IllegalArgumentException("--policy would activate without a second person: leave it or "
                    + "--two-person-activation out, and activate with weir policy activate");
        }
        return new ServerSettings(
                Cluster.at(bootstrapServers, kafkaConfig).with(groupProtocol),
                registryUrl,
                roles,
                instanceId == null ? hostName() + "-" + port : instanceId,
                engines,
                policyFile,
                twoPersonActivation,
                Duration.ofSeconds(snapshotIntervalSeconds),
                ignoreSnapshots,
                Duration.ofSeconds(waitSeconds),
                HttpSettings.at(host, port),
                GatewaySettings.defaults().withBudgetMs(budgetMs).withMaxInFlight(maxInFlight),
                ViewsConfig.defaults(),
                ruleBreaker.settings(),
                deadLetterBreaker.settings(),
                health.settings(),
                webhooksFile == null ? List.of() : WebhooksFile.read(webhooksFile));
    }

    private static String hostName() throws UnknownHostException {
        return InetAddress.getLocalHost().getHostName();
    }
}
