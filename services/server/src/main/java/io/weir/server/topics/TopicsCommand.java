package io.weir.server.topics;

import io.weir.events.Topics;
import io.weir.server.log.Cluster;
import io.weir.server.schemas.RegistryClient;
import io.weir.server.schemas.Schemas;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code weir topics}: shows or makes topics and schemas. Exit status 0 done, 1 refused or failed, 2 wrong usage. */
@Command(
        name = "topics",
        sortOptions = false,
        description = {
            "Shows or makes the topics and schemas that Weir needs.",
            "Idempotent. An existing topic whose partition count or cleanup differs is never touched: the whole plan is "
                    + "refused."
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {"0:done, or nothing to do", "1:refused, or failed", "2:wrong usage"})
public final class TopicsCommand implements Callable<Integer> {
    private static final int ASSUMED_BROKERS = TopicPlan.REPLICAS;
    private static final int MAX_PARTITIONS = 10_000;

    @Spec
    private @Nullable CommandSpec spec;

    @ArgGroup(multiplicity = "1")
    private Mode mode = new Mode();

    @ArgGroup
    private Size size = new Size();

    @Option(
            names = "--bootstrap-servers",
            paramLabel = "HOST:PORT,...",
            description =
                    "The Kafka cluster. Without it, --plan shows what an empty cluster of three brokers would get.")
    private @Nullable String bootstrapServers;

    @Option(
            names = "--registry",
            paramLabel = "URL",
            description = "The schema registry, for example http://registry:8081. --plan works without.")
    private @Nullable String registryUrl;

    @Option(
            names = "--kafka-config",
            paramLabel = "FILE",
            description = "Client properties for Kafka, for example security settings.")
    private @Nullable Path kafkaConfig;

    @Option(
            names = "--session-timeout-ms",
            paramLabel = "MS",
            description =
                    "After how long without a heartbeat an engine's partitions are given to others: kept with the groups "
                            + "of engines (default: 2000; 1000 to 60000). Longer where machines stand still now and then.")
    private long sessionTimeoutMs = GroupPlan.SESSION_TIMEOUT.toMillis();

    @Option(
            names = "--wait",
            paramLabel = "SECONDS",
            defaultValue = "30",
            description = "How long to wait for the cluster and for the registry (default: ${DEFAULT-VALUE}).")
    private int waitSeconds;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    @SuppressWarnings("unused") // read by picocli
    private boolean help;

    @Option(names = "--json", description = "Print JSON for programs.")
    private boolean json;

    /** What to do. */
    private static final class Mode {
        @Option(names = "--plan", description = "Show what --apply would do; change nothing.")
        private boolean plan;

        @SuppressWarnings("unused") // what is neither of the other two
        @Option(names = "--apply", description = "Create topics, alter settings that drifted, register schemas.")
        private boolean apply;

        @Option(names = "--markdown", description = "Print the table of topics that README contains.")
        private boolean markdown;
    }

    /** How many partitions. */
    private static final class Size {
        @Option(
                names = "--partitions",
                paramLabel = "N",
                description = "Partitions of every topic keyed by account or entity (default: "
                        + Topics.DEFAULT_PARTITIONS + ").")
        private @Nullable Integer partitions;

        @Option(
                names = "--peak-tps",
                paramLabel = "N",
                description = "Take as many partitions as this peak of transactions per second asks for, and say why.")
        private @Nullable Long peakTps;
    }

    @Override
    public Integer call() {
        PrintWriter out = command().commandLine().getOut();
        if (mode.markdown) {
            out.print(TopicsTable.markdown());
            out.flush();
            return 0;
        }
        try {
            PlanReport report = mode.plan ? plan() : apply();
            out.print(json ? report.json().encodePrettily() + "\n" : report.text());
            out.flush();
            return report.plan().isRefused() ? 1 : 0;
        } catch (ProvisioningException e) {
            PrintWriter err = command().commandLine().getErr();
            err.println("weir topics: " + e.getMessage());
            err.flush();
            return 1;
        }
    }

    private PlanReport apply() {
        if (bootstrapServers == null || registryUrl == null) {
            throw usage("--apply needs --bootstrap-servers and --registry");
        }
        PartitionAdvice advice = advice();
        TopicProvisioner provisioner = provisioner(bootstrapServers);
        try (RegistryClient registry = registry(registryUrl)) {
            Map<String, Boolean> before = subjects(registry);
            TopicPlan done = provisioner.apply(partitions(advice), registry);
            return new PlanReport("Topics on " + bootstrapServers, done, advice, before, true);
        } catch (PlanRefusedException e) {
            return new PlanReport("Topics on " + bootstrapServers, e.plan(), advice, null, false);
        }
    }

    private PlanReport plan() {
        PartitionAdvice advice = advice();
        Map<String, Boolean> subjects = null;
        if (registryUrl != null) {
            try (RegistryClient registry = registry(registryUrl)) {
                subjects = subjects(registry);
            }
        }
        if (bootstrapServers == null) {
            return new PlanReport(
                    "Topics for an empty cluster of " + ASSUMED_BROKERS
                            + " brokers; name yours with --bootstrap-servers",
                    TopicPlan.fromNothing(partitions(advice), ASSUMED_BROKERS),
                    advice,
                    subjects,
                    false);
        }
        TopicPlan plan = provisioner(bootstrapServers).plan(partitions(advice));
        return new PlanReport("Topics on " + bootstrapServers, plan, advice, subjects, false);
    }

    private Map<String, Boolean> subjects(RegistryClient registry) {
        try {
            return Schemas.registered(registry, patience());
        } catch (IllegalStateException e) {
            throw new ProvisioningException(String.valueOf(e.getMessage()), e);
        }
    }

    private @Nullable PartitionAdvice advice() {
        if (size.peakTps == null) {
            return null;
        }
        try {
            return PartitionAdvice.forPeak(size.peakTps);
        } catch (IllegalArgumentException e) {
            throw usage("--peak-tps: " + e.getMessage());
        }
    }

    private int partitions(@Nullable PartitionAdvice advice) {
        if (advice != null) {
            return advice.partitions();
        }
        int partitions = size.partitions == null ? Topics.DEFAULT_PARTITIONS : size.partitions;
        if (partitions < 1 || partitions > MAX_PARTITIONS) {
            throw usage("--partitions is " + partitions + "; expected 1 to " + MAX_PARTITIONS);
        }
        return partitions;
    }

    private TopicProvisioner provisioner(String servers) {
        if (sessionTimeoutMs < 1_000 || sessionTimeoutMs > 60_000) {
            throw usage("--session-timeout-ms is " + sessionTimeoutMs + "; expected 1000 to 60000 milliseconds");
        }
        return new TopicProvisioner(cluster(servers), patience(), Duration.ofMillis(sessionTimeoutMs));
    }

    private Duration patience() {
        if (waitSeconds < 1 || waitSeconds > 3600) {
            throw usage("--wait is " + waitSeconds + "; expected 1 to 3600 seconds");
        }
        return Duration.ofSeconds(waitSeconds);
    }

    private Cluster cluster(String servers) {
        try {
            return Cluster.at(servers, kafkaConfig);
        } catch (IOException | IllegalArgumentException e) {
            throw usage("--kafka-config " + kafkaConfig + " cannot be read: " + e);
        }
    }

    private RegistryClient registry(String url) {
        try {
            return new RegistryClient(url);
        } catch (IllegalArgumentException e) {
            throw usage("--registry: " + e.getMessage());
        }
    }

    private ParameterException usage(String message) {
        return new ParameterException(command().commandLine(), message);
    }

    private CommandSpec command() {
        if (spec == null) {
            throw new IllegalStateException("not run by picocli");
        }
        return spec;
    }
}
