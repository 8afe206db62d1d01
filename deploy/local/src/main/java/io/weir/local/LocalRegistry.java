package io.weir.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An Apicurio schema registry as a child process on loopback. Its data, log and ports live in one directory: a registry started
 * there again knows its schemas by the same ids, also after a kill. Not thread-safe, apart from {@link #url()}.
 */
public final class LocalRegistry implements AutoCloseable {
    static final String NAME = "registry";
    private static final Duration READY_WITHIN = Duration.ofSeconds(90);
    private static final int PROBE_TIMEOUT_MS = 5_000;

    private final LocalHome home;
    private final Path directory;
    private final int port;
    private final int managementPort;
    private @Nullable ChildProcess process;

    private LocalRegistry(Path directory) {
        this.home = LocalHome.find();
        this.directory = directory.toAbsolutePath().normalize();
        List<Integer> ports = LoopbackPorts.claim(this.directory.resolve("ports"), 2);
        this.port = ports.get(0);
        this.managementPort = ports.get(1);
    }

    /**
     * Starts a registry on the data in {@code directory} and waits until it serves. It listens on the ports it had there
     * before, if they are still free.
     *
     * @throws ChildProcessException if it does not come up; the message holds the end of its log
     */
    public static LocalRegistry start(Path directory) {
        // Before the ports are looked at: it still holds them.
        ChildProcess.stopLeftOver(NAME, directory);
        LocalRegistry registry = new LocalRegistry(directory);
        registry.start();
        return registry;
    }

    /**
     * Starts it again after {@link #stop()} or {@link #kill()}, on the same ports.
     *
     * @throws ChildProcessException if it does not come up
     * @throws IllegalStateException if it is running
     */
    public void start() {
        if (isAlive()) {
            throw new IllegalStateException("The registry is running");
        }
        try {
            // Whatever an earlier run was killed over.
            Directories.delete(temporary());
            Files.createDirectories(temporary());
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot set up the registry in " + directory, e);
        }
        process = ChildProcess.start(new ChildProcess.Spec(NAME, directory, command()), this::serves, READY_WITHIN);
    }

    /** Base URL of the API that Confluent's registry defined: {@code http://host:port/apis/ccompat/v7}. */
    public String url() {
        return url(port);
    }

    static String url(int port) {
        return "http://127.0.0.1:" + port + "/apis/ccompat/v7";
    }

    public boolean isAlive() {
        return process != null && process.isAlive();
    }

    /** The running process, to {@linkplain ChildProcess#pause() freeze} it or to look at it. */
    public ChildProcess process() {
        return Objects.requireNonNull(process, "not started");
    }

    /** Shuts it down in order. Does nothing if it is not running. */
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

    /** The same as {@link #stop()}. */
    @Override
    public void close() {
        stop();
    }

    private boolean serves() throws IOException {
        HttpURLConnection connection =
                (HttpURLConnection) URI.create(url() + "/subjects").toURL().openConnection();
        connection.setConnectTimeout(PROBE_TIMEOUT_MS);
        connection.setReadTimeout(PROBE_TIMEOUT_MS);
        try {
            return connection.getResponseCode() == HttpURLConnection.HTTP_OK;
        } finally {
            connection.disconnect();
        }
    }

    private Path temporary() {
        return directory.resolve("tmp");
    }

    private List<String> command() {
        return ChildJvm.command(
                home.registry().resolveSibling("registry-classes"),
                List.of(
                        // It serves a few requests a minute: start quickly, stay small.
                        "-Xms64m",
                        "-Xmx384m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Djava.io.tmpdir=" + temporary(),
                        // Nothing here authenticates anyone, so nothing may be reached from another machine.
                        "-Dquarkus.http.host=127.0.0.1",
                        "-Dquarkus.http.port=" + port,
                        "-Dquarkus.management.host=127.0.0.1",
                        "-Dquarkus.management.port=" + managementPort,
                        "-Dquarkus.http.access-log.enabled=false",
                        // On disk, not in memory; each commit at once, not within half a second, so that a kill loses
                        // no id;
                        // the file is
                        // locked through the operating system, so that a kill leaves no lock behind.
                        "-Dapicurio.datasource.url=jdbc:h2:file:./schemas;WRITE_DELAY=0;FILE_LOCK=FS",
                        "-Dapicurio.datasource.jdbc.initial-size=2",
                        "-Dapicurio.datasource.jdbc.min-size=2",
                        "-Dapicurio.datasource.jdbc.max-size=16",
                        "-Dapicurio.storage.snapshot.location=" + temporary(),
                        "-Dapicurio.import.work-dir=" + temporary(),
                        "-jar",
                        home.registry().resolve("quarkus-run.jar").toString()));
    }
}
