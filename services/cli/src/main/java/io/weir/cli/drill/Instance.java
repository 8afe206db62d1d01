package io.weir.cli.drill;

import io.weir.cli.Stack;
import io.weir.local.ChildJvm;
import io.weir.local.ChildProcess;
import io.weir.local.Life;
import io.weir.local.LocalHome;
import io.weir.local.LoopbackPorts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One of Weir's instances, a process of its own. Used by one thread, apart from {@link #port} and {@link #url}. */
final class Instance implements AutoCloseable {
    private static final String HOST = "127.0.0.1";
    private static final Duration TICK = Duration.ofMillis(20);
    /** Smaller than in service: there may be several, beside three brokers. */
    private static final List<String> JVM = List.of("-Xmx768m", "-XX:+ExitOnOutOfMemoryError");

    private static final List<String> GROWING_HEAP = List.of("-Xms512m");
    /** As in service, where memory is given to a process for good; costs its start some tenths of a second. */
    private static final List<String> FIXED_HEAP = List.of("-Xms768m", "-XX:+AlwaysPreTouch");

    private final Plan plan;
    private final ChildProcess.Spec spec;
    private final int port;
    private @Nullable ChildProcess process;

    /**
     * What an instance is.
     *
     * @param name its instance id
     * @param roles as in {@code weir serve --roles}
     * @param detour whether it reaches the brokers by wires that can be cut
     * @param fixedHeap whether it has all of its heap from the start
     */
    record Plan(String name, String roles, boolean detour, boolean fixedHeap) {
        /** Takes payments, decides them, and shows them. */
        static Plan complete(String name) {
            return new Plan(name, "gateway,scorer,views", false, false);
        }

        static Plan gateway(String name) {
            return new Plan(name, "gateway,views", false, false);
        }

        static Plan engine(String name) {
            return new Plan(name, "scorer", false, false);
        }

        Plan byDetour() {
            return new Plan(name, roles, true, fixedHeap);
        }

        Plan withFixedHeap() {
            return new Plan(name, roles, detour, true);
        }

        boolean takesPayments() {
            return roles.contains("gateway");
        }

        boolean decides() {
            return roles.contains("scorer");
        }
    }

    /** One that does not run yet; its files lie in a directory of its own under {@code directory}. */
    Instance(Plan plan, Path directory, String bootstrapServers, String registryUrl) {
        this.plan = plan;
        Path own = directory.resolve(plan.name());
        ChildProcess.stopLeftOver(plan.name(), own);
        port = LoopbackPorts.claim(own.resolve("ports"), 1).getFirst();
        spec = new ChildProcess.Spec(plan.name(), own, command(bootstrapServers, registryUrl));
    }

    private List<String> command(String bootstrapServers, String registryUrl) {
        Path server = LocalHome.find().root().resolve("services/server/target");
        List<String> arguments = new ArrayList<>(Life.SHORT.jvmFlags());
        arguments.addAll(Stack.COLLECTOR);
        arguments.addAll(JVM);
        arguments.addAll(plan.fixedHeap() ? FIXED_HEAP : GROWING_HEAP);
        arguments.addAll(List.of(
                "-cp",
                server.resolve("lib") + "/*",
                "io.weir.server.Main",
                "serve",
                "--bootstrap-servers",
                bootstrapServers,
                "--registry",
                registryUrl,
                "--roles",
                plan.roles(),
                "--host",
                HOST,
                "--port",
                String.valueOf(port),
                "--instance-id",
                plan.name(),
                "--snapshot-interval",
                "5",
                // For a registry that is down on purpose, on a machine that is busy with everything else.
                "--wait",
                "120"));
        return ChildJvm.command(server.resolve("server-classes"), arguments);
    }

    String name() {
        return plan.name();
    }

    Plan plan() {
        return plan;
    }

    int port() {
        return port;
    }

    /** Its standard output of this life. */
    Path log() {
        return spec.log();
    }

    /** Starts it; returns at once. */
    void start() {
        keepLog();
        process = ChildProcess.start(spec, () -> true, Duration.ofSeconds(10));
    }

    /** A child keeps the log of one life before; here every life is evidence. */
    private void keepLog() {
        Path before = spec.directory().resolve(spec.name() + ".log.1");
        try {
            if (Files.exists(before)) {
                Path all = spec.directory().resolve("earlier.log");
                Files.write(all, Files.readAllBytes(before), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot keep the log of " + name(), e);
        }
    }

    /**
     * Waits until it says that it is ready.
     *
     * @throws IOException when it is not in time, or dies
     */
    void awaitReady(Duration within) throws IOException, InterruptedException {
        long deadlineNs = System.nanoTime() + within.toNanos();
        while (!isReady()) {
            if (!running().isAlive() || System.nanoTime() - deadlineNs > 0) {
                throw new IOException("instance " + name() + (running().isAlive() ? " is not ready" : " died")
                        + "; its log: " + log());
            }
            Thread.sleep(TICK);
        }
    }

    boolean isReady() {
        try {
            return get("/health/ready") != null;
        } catch (IOException notYet) {
            return false;
        }
    }

    /** The body of an answer with status 200; null if it has another. */
    @Nullable
    String get(String path) throws IOException {
        HttpURLConnection connection =
                (HttpURLConnection) URI.create(url() + path).toURL().openConnection();
        connection.setConnectTimeout(1_000);
        connection.setReadTimeout(1_000);
        try {
            if (connection.getResponseCode() != HttpURLConnection.HTTP_OK) {
                return null;
            }
            return new String(connection.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } finally {
            connection.disconnect();
        }
    }

    String url() {
        return "http://" + HOST + ":" + port;
    }

    boolean isAlive() {
        return process != null && process.isAlive();
    }

    /** Memory that it occupies, bytes; 0 where the operating system does not say. */
    long residentBytes() throws IOException {
        Path status = Path.of("/proc/" + running().pid() + "/status");
        if (!Files.exists(status)) {
            return 0;
        }
        try (var lines = Files.lines(status)) {
            return lines.filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
                    .findFirst()
                    .orElse(0);
        }
    }

    /**
     * What its heap holds that is in use, bytes, found by a full collection; 0 where the JDK's {@code jcmd} is missing or has no
     * answer.
     */
    long liveBytes() throws IOException, InterruptedException {
        Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        if (!Files.isExecutable(jcmd)) {
            return 0;
        }
        Process asked = new ProcessBuilder(
                        jcmd.toString(), String.valueOf(running().pid()), "GC.class_histogram")
                .redirectErrorStream(true)
                .start();
        try (var lines = asked.inputReader(StandardCharsets.UTF_8).lines()) {
            return lines.filter(line -> line.startsWith("Total"))
                    .mapToLong(line -> Long.parseLong(line.strip().split(" +", -1)[2]))
                    .findFirst()
                    .orElse(0);
        } finally {
            asked.waitFor();
        }
    }

    /** {@code kill -9}. */
    void kill() {
        running().kill();
    }

    /** SIGTERM; returns when it has ended. */
    void stop() {
        running().stop();
    }

    /** SIGSTOP. */
    void pause() {
        running().pause();
    }

    /** SIGCONT. */
    void resume() {
        running().resume();
    }

    private ChildProcess running() {
        if (process == null) {
            throw new IllegalStateException("instance " + name() + " was not started");
        }
        return process;
    }

    @Override
    public void close() {
        if (process != null) {
            process.close();
        }
    }
}
