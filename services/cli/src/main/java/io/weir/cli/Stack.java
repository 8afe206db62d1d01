package io.weir.cli;

import io.weir.cli.StackOptions.Existing;
import io.weir.local.ChildJvm;
import io.weir.local.ChildProcess;
import io.weir.local.Life;
import io.weir.local.LocalHome;
import io.weir.local.LocalStack;
import io.weir.local.LoopbackPorts;
import io.weir.server.log.Cluster;
import io.weir.server.schemas.RegistryClient;
import io.weir.server.topics.TopicProvisioner;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A running Weir: a broker and a registry (our own child processes, or somebody's cluster), topics and schemas, and one
 * server as a child process.
 */
public final class Stack implements AutoCloseable {
    private static final Duration PROVISION_PATIENCE = Duration.ofSeconds(30);
    /** Long enough to replay some ten million transactions. A server that dies is noticed at once. */
    private static final Duration SERVER_PATIENCE = Duration.ofMinutes(10);

    /** Asked again and again. */
    private static final Duration PROBE_PATIENCE = Duration.ofSeconds(1);
    /** Asked once, of a server that is ready, on a machine that may have much to do. */
    private static final Duration METRICS_PATIENCE = Duration.ofSeconds(30);

    /** Seconds from one sweep of snapshots to the next: a short life is to have some, too. */
    private static final int SHORT_INTERVAL = 5;

    private static final int LONG_INTERVAL = 60;

    private static final String HOST = "127.0.0.1";

    /**
     * Which garbage collector the server has, and how: of {@link #SERVER_JVM}. Little lives beyond an answer but the state,
     * which stays: a young generation of a fixed size, whose survivors are copied once and are old then, rather than a target
     * for pauses, at which G1 collects a few dozen megabytes again and again.
     */
    public static final List<String> COLLECTOR = List.of("-XX:+UseG1GC", "-Xmn256m", "-XX:MaxTenuringThreshold=0");

    /**
     * As the launcher has them for {@code serve}, but for the heap: the state of some 100,000 accounts. Its pages are touched at
     * start: else a collection does it, and most of its pause is that.
     */
    public static final List<String> SERVER_JVM = Stream.of(
                    List.of("-Xms512m", "-Xmx2g", "-XX:+AlwaysPreTouch"),
                    COLLECTOR,
                    List.of(
                            "-XX:+UseTransparentHugePages",
                            "-XX:+UseCompactObjectHeaders",
                            "-XX:+ExitOnOutOfMemoryError"))
            .flatMap(List::stream)
            .toList();

    private final @Nullable LocalStack local;
    private final Cluster cluster;
    private final String registryUrl;
    private final ChildProcess.Spec serverSpec;
    private final int port;
    private volatile ChildProcess server;

    private Stack(
            @Nullable LocalStack local, Cluster cluster, String registryUrl, ChildProcess.Spec serverSpec, int port) {
        this.local = local;
        this.cluster = cluster;
        this.registryUrl = registryUrl;
        this.serverSpec = serverSpec;
        this.port = port;
        this.server = startServer(serverSpec, port);
    }

    /** Starts everything that is missing, saying what it does; returns when the server is ready. */
    public static Stack start(StackOptions options, Path directory, Life life, PrintWriter progress)
            throws IOException {
        Files.createDirectories(directory);
        Existing existing = options.existing();
        LocalStack local = null;
        try {
            Cluster cluster;
            String registryUrl;
            if (existing == null) {
                int brokers = options.brokers();
                say(
                        progress,
                        "Starting %s and a schema registry ..."
                                .formatted(brokers == 1 ? "a Kafka broker" : brokers + " Kafka brokers"));
                local = LocalStack.start(directory, brokers, life);
                cluster = Cluster.at(local.bootstrapServers());
                registryUrl = local.registryUrl();
            } else {
                cluster = Cluster.at(existing.bootstrapServers());
                registryUrl = existing.registryUrl();
            }
            say(progress, "Provisioning topics and schemas ...");
            try (RegistryClient registry = new RegistryClient(registryUrl)) {
                new TopicProvisioner(cluster, PROVISION_PATIENCE).apply(options.partitions(), registry);
            }
            say(progress, "Starting the server ...");
            return withServer(options, directory, life, local, cluster, registryUrl);
        } catch (RuntimeException | IOException e) {
            if (local != null) {
                local.close();
            }
            throw e;
        }
    }

    private static Stack withServer(
            StackOptions options,
            Path directory,
            Life life,
            @Nullable LocalStack local,
            Cluster cluster,
            String registryUrl)
            throws IOException {
        Path serverDirectory = directory.resolve("server");
        Files.createDirectories(serverDirectory);
        ChildProcess.stopLeftOver("server", serverDirectory);
        Integer wanted = options.port();
        int port = wanted != null
                ? wanted
                : LoopbackPorts.claim(serverDirectory.resolve("ports"), 1).getFirst();
        ChildProcess.Spec spec = new ChildProcess.Spec(
                "server", serverDirectory, serverCommand(options, life, cluster, registryUrl, directory, port));
        return new Stack(local, cluster, registryUrl, spec, port);
    }

    /** Kills the server without warning and starts it again; returns when it is ready. */
    public void killAndRestartServer() {
        server.kill();
        server = startServer(serverSpec, port);
    }

    /**
     * Stops the server in order and starts it again; returns when it is ready.
     *
     * @param ignoreSnapshots whether it rebuilds its state from the whole log
     * @return from its start until it was ready
     */
    public Duration restartServer(boolean ignoreSnapshots) {
        stopServer();
        return startServer(ignoreSnapshots ? List.of("--ignore-snapshots") : List.of());
    }

    /** Stops the server in order; the rest goes on. */
    public void stopServer() {
        server.close();
    }

    /**
     * Starts the server that was stopped, without its archive of classes; returns when it is ready.
     *
     * @param jvm flags instead of that
     * @return from its start until it was ready
     */
    public Duration startServerOn(List<String> jvm) {
        return start(ChildJvm::isOfArchive, jvm, List.of());
    }

    /**
     * Starts the server that was stopped, with another garbage collector; returns when it is ready.
     *
     * @param collector JVM flags instead of {@link #COLLECTOR}
     * @param more arguments
     */
    public void startServerCollectedBy(List<String> collector, List<String> more) {
        var unused = start(COLLECTOR::contains, collector, more);
    }

    /**
     * Starts the server that was stopped; returns when it is ready.
     *
     * @param more arguments
     * @return from its start until it was ready
     */
    public Duration startServer(List<String> more) {
        return start(argument -> false, List.of(), more);
    }

    private Duration start(Predicate<String> leftOut, List<String> jvm, List<String> more) {
        List<String> command = new ArrayList<>(serverSpec.command());
        command.removeIf(leftOut);
        command.addAll(1, jvm);
        command.addAll(more);
        long startedNs = System.nanoTime();
        server = startServer(new ChildProcess.Spec(serverSpec.name(), serverSpec.directory(), command), port);
        return Duration.ofNanos(System.nanoTime() - startedNs);
    }

    private static ChildProcess startServer(ChildProcess.Spec spec, int port) {
        return ChildProcess.start(spec, () -> ready(port), SERVER_PATIENCE);
    }

    public String url() {
        return "http://" + HOST + ":" + port;
    }

    public int port() {
        return port;
    }

    public Cluster cluster() {
        return cluster;
    }

    public String registryUrl() {
        return registryUrl;
    }

    public Path serverLog() {
        return server.log();
    }

    public boolean serverIsAlive() {
        return server.isAlive();
    }

    public long serverPid() {
        return server.pid();
    }

    /** Stops the server, then what else was started here, the last first. */
    @Override
    public void close() {
        server.close();
        if (local != null) {
            local.close();
        }
    }

    private static List<String> serverCommand(
            StackOptions options, Life life, Cluster cluster, String registryUrl, Path directory, int port) {
        List<String> arguments = new ArrayList<>(SERVER_JVM);
        arguments.addAll(life.jvmFlags());
        arguments.addAll(List.of(
                "-cp",
                LocalHome.find().root().resolve("services/server/target/lib") + "/*",
                "io.weir.server.Main",
                "serve",
                "--bootstrap-servers",
                cluster.bootstrapServers(),
                "--registry",
                registryUrl,
                "--host",
                HOST,
                "--port",
                String.valueOf(port),
                "--instance-id",
                directory.getFileName().toString(),
                "--snapshot-interval",
                String.valueOf(life == Life.SHORT ? SHORT_INTERVAL : LONG_INTERVAL)));
        if (options.ignoreSnapshots()) {
            arguments.add("--ignore-snapshots");
        }
        Path policy = options.policy();
        if (policy != null) {
            arguments.add("--policy");
            arguments.add(policy.toAbsolutePath().toString());
        }
        return ChildJvm.command(LocalHome.find().root().resolve("services/server/target/server-classes"), arguments);
    }

    /** What its engine's meters say, by name; those of several engines are added. */
    public Map<String, Double> metrics() throws IOException {
        HttpURLConnection connection = connect(port, "/metrics", METRICS_PATIENCE);
        Map<String, Double> metrics = new HashMap<>();
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(connection.getInputStream(), StandardCharsets.UTF_8))) {
            lines.lines().filter(line -> line.contains("{engine=")).forEach(line -> {
                int value = line.lastIndexOf(' ');
                metrics.merge(
                        line.substring(0, line.indexOf('{')), Double.valueOf(line.substring(value + 1)), Double::sum);
            });
        } finally {
            connection.disconnect();
        }
        return metrics;
    }

    /** How its engine restored its state, in words. */
    String restored() throws IOException {
        Map<String, Double> metrics = metrics();
        return "%,.0f snapshots and %,.0f records after them, in %.1f s"
                .formatted(
                        metrics.getOrDefault("weir_restore_snapshots", 0.0),
                        metrics.getOrDefault("weir_restore_records", 0.0),
                        metrics.getOrDefault("weir_restore_ms", 0.0) / 1000);
    }

    private static HttpURLConnection connect(int port, String path, Duration patience) throws IOException {
        HttpURLConnection connection = (HttpURLConnection)
                URI.create("http://" + HOST + ":" + port + path).toURL().openConnection();
        connection.setConnectTimeout((int) patience.toMillis());
        connection.setReadTimeout((int) patience.toMillis());
        return connection;
    }

    private static boolean ready(int port) throws IOException {
        HttpURLConnection connection = connect(port, "/health/ready", PROBE_PATIENCE);
        try {
            return connection.getResponseCode() == 200;
        } finally {
            connection.disconnect();
        }
    }

    private static void say(PrintWriter progress, String what) {
        progress.println(what);
        progress.flush();
    }
}
