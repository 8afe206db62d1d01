package io.weir.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A broker, or a cluster of brokers, and a schema registry, started together under one directory. */
public final class LocalStack implements AutoCloseable {
    private static final int MOST_BROKERS = 9;

    private static @Nullable LocalStack shared;

    private final List<LocalBroker> brokers;
    private final LocalRegistry registry;

    private LocalStack(List<LocalBroker> brokers, LocalRegistry registry) {
        this.brokers = brokers;
        this.registry = registry;
    }

    /**
     * Starts both, each on its part of {@code directory}, and waits until both serve. What an earlier process left running
     * there is stopped first.
     *
     * @throws ChildProcessException if one of them does not come up, or if the directory is in use; nothing is left running
     */
    public static LocalStack start(Path directory) {
        return start(directory, Life.SHORT);
    }

    /** The same, for a life of this length. */
    public static LocalStack start(Path directory, Life life) {
        return start(directory, 1, life);
    }

    /**
     * The same, with so many brokers.
     *
     * @param brokerCount 1 to 9; with 3 or more each record has three copies, and losing one broker loses nothing
     * @throws IllegalArgumentException if there is data of another number of brokers under {@code directory}
     */
    public static LocalStack start(Path directory, int brokerCount, Life life) {
        return start(directory, brokerCount, life, false, BrokerVersion.own());
    }

    /**
     * The same, and if asked for with a {@link Detour} to each broker.
     *
     * @param version of the brokers; fetched if need be
     */
    public static LocalStack start(Path directory, int brokerCount, Life life, boolean detours, BrokerVersion version) {
        checkData(directory, brokerCount);
        CompletableFuture<LocalRegistry> registry = CompletableFuture.supplyAsync(
                () -> LocalRegistry.start(directory.resolve(LocalRegistry.NAME)), Thread::startVirtualThread);
        List<LocalBroker> brokers;
        try {
            brokers = LocalBroker.startAll(brokerDirectories(directory, brokerCount), life, detours, version);
        } catch (RuntimeException e) {
            registry.handle((started, failure) -> started)
                    .thenAccept(LocalStack::closeIfStarted)
                    .join();
            throw e;
        }
        try {
            return new LocalStack(brokers, registry.join());
        } catch (CompletionException e) {
            brokers.forEach(LocalBroker::close);
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    /**
     * Where a stack can be reached.
     *
     * @param bootstrapServers {@code host:port} of the first broker
     * @param registryUrl base URL of the registry
     */
    public record Address(String bootstrapServers, String registryUrl) {}

    /**
     * Where the stack under {@code directory} can be reached, whoever started it; null if it does not run.
     *
     * @throws UncheckedIOException if the directory cannot be read
     */
    public static @Nullable Address running(Path directory) {
        Path broker = directory.resolve(LocalBroker.NAME);
        Path registry = directory.resolve(LocalRegistry.NAME);
        try {
            List<Integer> brokerPorts = LoopbackPorts.remembered(broker.resolve("ports"));
            List<Integer> registryPorts = LoopbackPorts.remembered(registry.resolve("ports"));
            boolean runs = PidFile.of(LocalBroker.NAME, broker).childRuns()
                    && PidFile.of(LocalRegistry.NAME, registry).childRuns();
            return runs && !brokerPorts.isEmpty() && !registryPorts.isEmpty()
                    ? new Address("127.0.0.1:" + brokerPorts.getFirst(), LocalRegistry.url(registryPorts.getFirst()))
                    : null;
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot look for a running broker and registry in " + directory, e);
        }
    }

    /** Where each broker's data is: the first one's where that of a single broker is. */
    private static List<Path> brokerDirectories(Path directory, int brokerCount) {
        return IntStream.rangeClosed(1, brokerCount)
                .mapToObj(id -> directory.resolve(id == 1 ? LocalBroker.NAME : LocalBroker.NAME + "-" + id))
                .toList();
    }

    /** A cluster cannot grow or shrink by starting it with another number of brokers: its data would lie elsewhere. */
    private static void checkData(Path directory, int brokerCount) {
        if (brokerCount < 1 || brokerCount > MOST_BROKERS) {
            throw new IllegalArgumentException(brokerCount + " brokers; give 1 to " + MOST_BROKERS);
        }
        List<Path> all = brokerDirectories(directory, MOST_BROKERS);
        long found = all.stream()
                .takeWhile(broker -> Files.exists(broker.resolve("formatted")))
                .count();
        if (found > 0 && found != brokerCount) {
            throw new IllegalArgumentException("The data in " + directory + " is that of " + found
                    + (found == 1 ? " broker" : " brokers") + ", not of " + brokerCount + ". Give --brokers " + found
                    + ", or another directory.");
        }
    }

    /**
     * Deletes the data of an earlier stack under {@code directory}. What an earlier process left running there is stopped
     * first.
     *
     * @throws ChildProcessException if the directory is in use
     */
    public static void erase(Path directory) throws IOException {
        stopLeftOver(directory);
        Directories.delete(directory.resolve(LocalRegistry.NAME));
        for (Path broker : brokerDirectories(directory, MOST_BROKERS)) {
            Directories.delete(broker);
        }
    }

    /**
     * Stops what is left running of an earlier stack under {@code directory}, whose data stay.
     *
     * @throws ChildProcessException if the directory is in use by a running process
     */
    public static void stopLeftOver(Path directory) {
        ChildProcess.stopLeftOver(LocalRegistry.NAME, directory.resolve(LocalRegistry.NAME));
        brokerDirectories(directory, MOST_BROKERS)
                .forEach(broker -> ChildProcess.stopLeftOver(LocalBroker.NAME, broker));
    }

    /** Whether there is data of an earlier stack under {@code directory}. */
    public static boolean hasData(Path directory) {
        return Files.exists(directory.resolve(LocalBroker.NAME).resolve("formatted"));
    }

    /**
     * The one stack of this JVM, for tests: started at first use on empty data, ended with the JVM. Its directory is the
     * system property {@code weir.local.dir}, else {@code target/local-stack} if the working directory has a {@code target},
     * else a temporary one. Logs stay there until the next run.
     *
     * @throws ChildProcessException if it does not come up
     */
    public static synchronized LocalStack shared() {
        if (shared == null) {
            try {
                shared = startThrowaway();
            } catch (IOException e) {
                throw new UncheckedIOException("Cannot set up the shared broker and registry", e);
            }
        }
        return shared;
    }

    private static LocalStack startThrowaway() throws IOException {
        String named = System.getProperty("weir.local.dir");
        Path target = Path.of("target").toAbsolutePath();
        boolean temporary = named == null && !Files.isDirectory(target);
        Path directory = named != null
                ? Path.of(named)
                : temporary ? Files.createTempDirectory("weir-local") : target.resolve("local-stack");
        erase(directory);
        Directories.delete(directory);
        LocalStack stack = start(directory);
        if (temporary) {
            Runtime.getRuntime()
                    .addShutdownHook(new Thread(() -> closeAndDelete(stack, directory), "delete-local-stack"));
        }
        return stack;
    }

    private static void closeAndDelete(LocalStack stack, Path directory) {
        stack.close();
        try {
            Directories.delete(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void closeIfStarted(@Nullable LocalRegistry registry) {
        if (registry != null) {
            registry.close();
        }
    }

    /** The first broker, or the only one. */
    public LocalBroker broker() {
        return brokers.getFirst();
    }

    /** All brokers, by their ids. */
    public List<LocalBroker> brokers() {
        return brokers;
    }

    public LocalRegistry registry() {
        return registry;
    }

    /** {@code host:port} of each broker. */
    public String bootstrapServers() {
        return brokers.stream().map(LocalBroker::bootstrapServers).collect(Collectors.joining(","));
    }

    /** Base URL of the registry, see {@link LocalRegistry#url()}. */
    public String registryUrl() {
        return registry.url();
    }

    /** Stops the registry, then the brokers. */
    @Override
    public void close() {
        try {
            registry.close();
        } finally {
            stopBrokers();
        }
    }

    /** One after the other. A broker says goodbye to the quorum; where there is none left it would wait for it in vain. */
    private void stopBrokers() {
        for (LocalBroker broker : brokers.reversed()) {
            long alive = brokers.stream().filter(LocalBroker::isAlive).count();
            if (2 * alive > brokers.size()) {
                broker.stop();
            } else {
                broker.kill();
            }
        }
    }
}
