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
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A Kafka broker, one node in KRaft mode, as a child process on loopback. Its data, configuration, log and ports live in one
 * directory: a broker started there again finds its topics. Not thread-safe, apart from {@link #bootstrapServers()}.
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
    private final Path directory;
    private final int port;
    private final int controllerPort;
    private @Nullable ChildProcess process;

    private LocalBroker(Path directory, Life life) {
        this.life = life;
        this.home = LocalHome.find();
        this.directory = directory.toAbsolutePath().normalize();
        List<Integer> ports = LoopbackPorts.claim(this.directory.resolve("ports"), 2);
        this.port = ports.get(0);
        this.controllerPort = ports.get(1);
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
        // Before the ports are looked at: it still holds them.
        ChildProcess.stopLeftOver(NAME, directory);
        LocalBroker broker = new LocalBroker(directory, life);
        broker.start();
        return broker;
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
        ChildProcess.Spec spec = new ChildProcess.Spec(NAME, directory, command("kafka.Kafka", CONFIGURATION));
        process = ChildProcess.start(
                spec,
                () -> Files.readString(spec.log(), StandardCharsets.ISO_8859_1).contains(READY),
                READY_WITHIN);
    }

    /** {@code host:port} for clients. */
    public String bootstrapServers() {
        return "127.0.0.1:" + port;
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
        BrokerSettings.of(port, controllerPort).forEach((key, value) -> lines.add(key + "=" + value));
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
        ChildProcess.run(
                new ChildProcess.Spec(
                        "format",
                        directory,
                        command(
                                "kafka.tools.StorageTool",
                                "format",
                                "--standalone",
                                "--cluster-id=" + clusterId(),
                                "--config=" + CONFIGURATION)),
                FORMATTED_WITHIN);
        Files.createFile(formatted);
    }

    /** Kafka's form of a UUID: 16 bytes in URL-safe base 64, without padding. */
    private static String clusterId() {
        UUID id = UUID.randomUUID();
        byte[] bytes = ByteBuffer.allocate(16)
                .putLong(id.getMostSignificantBits())
                .putLong(id.getLeastSignificantBits())
                .array();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private List<String> command(String main, String... arguments) {
        List<String> jvm = new ArrayList<>(List.of(
                "-Xms256m",
                "-Xmx1g",
                // What Kafka's own scripts ask for. Named, because a JVM on two cores may choose the serial collector.
                "-XX:+UseG1GC",
                "-XX:MaxGCPauseMillis=20",
                "-Djava.awt.headless=true",
                "-Dlog4j2.configurationFile=" + LOGGING,
                "-cp",
                home.kafkaLibs() + "/*",
                main));
        jvm.addAll(0, life.jvmFlags());
        jvm.addAll(List.of(arguments));
        return ChildJvm.command(home.kafkaLibs().resolveSibling(main + "-classes"), jvm);
    }
}
