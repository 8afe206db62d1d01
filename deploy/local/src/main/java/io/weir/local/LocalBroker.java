package io.weir.local;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A Kafka broker in KRaft mode, alone or one of a cluster, as a child process on loopback. Its data, configuration, log and
 * ports live in one directory: a broker started there again finds its topics. Not thread-safe, apart from
 * {@link #bootstrapServers()}.
 */
public final class LocalBroker implements AutoCloseable {
    static final String NAME = "broker";
    private static final Duration READY_WITHIN = Duration.ofSeconds(90);
    private static final Duration FORMATTED_WITHIN = Duration.ofSeconds(60);

    private static final String CONFIGURATION = "server.properties";
    private static final String LOGGING = "log4j2.properties";

    /** The broker's own last words before it serves. */
    private static final String READY = "Kafka Server started";

    private final LocalHome home;
    private final Life life;
    private final BrokerNode node;
    private final List<BrokerNode> cluster;
    private final String clusterId;
    private final @Nullable Logins logins;
    private final Path directory;
    private final BrokerVersion formattedBy;
    private BrokerVersion version;
    private @Nullable ChildProcess process;

    private LocalBroker(
            BrokerNode node,
            List<BrokerNode> cluster,
            String clusterId,
            Life life,
            BrokerVersion version,
            @Nullable Logins logins) {
        this.logins = logins;
        this.life = life;
        this.home = LocalHome.find();
        this.node = node;
        this.cluster = cluster;
        this.clusterId = clusterId;
        this.directory = node.directory();
        this.formattedBy = version;
        this.version = version;
    }

    /**
     * Starts a broker on the data in {@code directory}, formatting it on first use, and waits until it serves. It listens
     * on the ports it had there before, if they are still free.
     *
     * @throws ChildProcessException if it does not come up; the message holds the end of its log
     */
    public static LocalBroker start(Path directory) {
        return start(directory, Life.SHORT);
    }

    /** The same, for a life of this length. */
    public static LocalBroker start(Path directory, Life life) {
        return startAll(List.of(directory), life, false, BrokerVersion.own()).getFirst();
    }

    /** One that asks its clients who they are, and lets them do what its access control lists say. */
    public static LocalBroker startSecured(Path directory, Logins logins) {
        return startAll(List.of(directory), Life.SHORT, false, BrokerVersion.own(), logins)
                .getFirst();
    }

    /**
     * Starts a cluster, a broker on the data in each directory, and waits until all serve. Killing fewer than half of them
     * leaves the rest serving.
     *
     * @param detours whether there is a second way to each
     * @param version of all; what lies in the directories must be of it
     * @throws ChildProcessException if one does not come up; none is left running
     */
    static List<LocalBroker> startAll(List<Path> directories, Life life, boolean detours, BrokerVersion version) {
        return startAll(directories, life, detours, version, null);
    }

    private static List<LocalBroker> startAll(
            List<Path> directories, Life life, boolean detours, BrokerVersion version, @Nullable Logins logins) {
        // Before the ports are looked at: they still hold them.
        directories.forEach(directory -> ChildProcess.stopLeftOver(NAME, directory));
        List<BrokerNode> cluster = IntStream.range(0, directories.size())
                .mapToObj(i -> BrokerNode.in(i + 1, directories.get(i), detours))
                .toList();
        String clusterId = randomId();
        List<LocalBroker> brokers = cluster.stream()
                .map(node -> new LocalBroker(node, cluster, clusterId, life, version, logins))
                .toList();
        // A broker serves once a majority of the controllers does: none can be waited for alone.
        AtomicReference<@Nullable RuntimeException> failure = new AtomicReference<>();
        List<Thread> starting = brokers.stream()
                .map(broker -> Thread.startVirtualThread(() -> {
                    try {
                        broker.start();
                    } catch (RuntimeException e) {
                        failure.compareAndSet(null, e);
                    }
                }))
                .toList();
        try {
            for (Thread thread : starting) {
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            brokers.forEach(LocalBroker::kill);
            throw new ChildProcessException("Interrupted while starting brokers", e);
        }
        RuntimeException failed = failure.get();
        if (failed != null) {
            brokers.forEach(LocalBroker::close);
            throw failed;
        }
        return brokers;
    }

    /**
     * Starts it again after {@link #stop()} or {@link #kill()}, on the same ports.
     *
     * @throws ChildProcessException if it does not come up
     * @throws IllegalStateException if it is running
     */
    public void start() {
        if (isAlive()) {
            throw new IllegalStateException("The broker is running");
        }
        try {
            Files.createDirectories(directory);
            writeConfiguration();
            formatOnce();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot set up the broker in " + directory, e);
        }
        ChildProcess.Spec spec = new ChildProcess.Spec(NAME, directory, command("kafka.Kafka", List.of(CONFIGURATION)));
        process = ChildProcess.start(
                spec,
                () -> Files.readString(spec.log(), StandardCharsets.ISO_8859_1).contains(READY),
                READY_WITHIN);
    }

    /**
     * Starts it again as another version, on the data of the one before.
     *
     * @throws ChildProcessException if it does not come up
     * @throws IllegalStateException if it is running
     */
    public void start(BrokerVersion another) {
        version = another;
        start();
    }

    /** {@code host:port} for clients. */
    public String bootstrapServers() {
        return node.address();
    }

    /** The second way to it; null if there is none. */
    public @Nullable Detour detour() {
        return node.detour();
    }

    /** Its number in the cluster, from 1. */
    public int id() {
        return node.id();
    }

    public boolean isAlive() {
        return process != null && process.isAlive();
    }

    /** The running process, to {@linkplain ChildProcess#pause() freeze} it or to look at it. */
    public ChildProcess process() {
        return Objects.requireNonNull(process, "not started");
    }

    /** Shuts it down in order: everything is on disk, and it starts quickly again. Does nothing if it is not running. */
    public void stop() {
        if (process != null) {
            process.stop();
        }
    }

    /** Kills it (SIGKILL), as a crash would. Does nothing if it is not running. */
    public void kill() {
        if (process != null) {
            process.kill();
        }
    }

    /** Freezes it (SIGSTOP): its connections stay open and nobody answers. */
    public void pause() {
        process().pause();
    }

    /** Lets it go on after {@link #pause()}. */
    public void resume() {
        process().resume();
    }

    /** The same as {@link #stop()}. */
    @Override
    public void close() {
        stop();
    }

    private void writeConfiguration() throws IOException {
        List<String> lines = new ArrayList<>();
        Map<String, String> settings = BrokerSettings.of(node, cluster, formattedBy);
        if (logins != null) {
            settings.putAll(logins.brokerSettings());
        }
        settings.forEach((key, value) -> lines.add(key + "=" + value));
        Files.write(directory.resolve(CONFIGURATION), lines);
        try (InputStream in =
                Objects.requireNonNull(LocalBroker.class.getResourceAsStream("broker-log4j2.properties"))) {
            Files.copy(in, directory.resolve(LOGGING), StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /** Formatting writes several files; the mark says that it came to its end. Without it no broker has run on the data. */
    private void formatOnce() throws IOException {
        Path formatted = directory.resolve("formatted");
        if (Files.exists(formatted)) {
            return;
        }
        Directories.delete(directory.resolve(BrokerSettings.DATA));
        List<String> arguments =
                new ArrayList<>(List.of("format", "--cluster-id=" + clusterId, "--config=" + CONFIGURATION));
        if (BrokerSettings.isLearned(cluster, formattedBy)) {
            arguments.add("--standalone");
        }
        ChildProcess.run(
                new ChildProcess.Spec("format", directory, command("kafka.tools.StorageTool", arguments)),
                FORMATTED_WITHIN);
        Files.createFile(formatted);
    }

    /** Kafka's form of a UUID: 16 bytes in URL-safe base 64, without padding. */
    private static String randomId() {
        UUID id = UUID.randomUUID();
        byte[] bytes = ByteBuffer.allocate(16)
                .putLong(id.getMostSignificantBits())
                .putLong(id.getLeastSignificantBits())
                .array();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private List<String> command(String main, List<String> arguments) {
        Path libs = home.kafkaLibs(version);
        List<String> jvm = new ArrayList<>(List.of(
                "-Xms256m",
                cluster.size() == 1 ? "-Xmx1g" : "-Xmx512m",
                // Not what Kafka's own scripts ask for (G1, 20 ms): here little that is young survives, and on two busy
                // processors workers of a collection wait for each other.
                "-XX:+UseSerialGC",
                "-Xmn128m",
                "-Djava.awt.headless=true",
                "-Dlog4j2.configurationFile=" + LOGGING,
                "-cp",
                libs + "/*",
                main));
        jvm.addAll(0, life.jvmFlags());
        jvm.addAll(arguments);
        return ChildJvm.command(libs.resolveSibling(main + "-classes"), jvm);
    }
}
