package io.weir.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** A broker and a schema registry, started together under one directory. */
public final class LocalStack implements AutoCloseable {
    private static @Nullable LocalStack shared;

    private final LocalBroker broker;
    private final LocalRegistry registry;

    private LocalStack(LocalBroker broker, LocalRegistry registry) {
        this.broker = broker;
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
        CompletableFuture<LocalRegistry> registry = CompletableFuture.supplyAsync(
                () -> LocalRegistry.start(directory.resolve(LocalRegistry.NAME)), Thread::startVirtualThread);
        LocalBroker broker;
        try {
            broker = LocalBroker.start(directory.resolve(LocalBroker.NAME), life);
        } catch (RuntimeException e) {
            registry.handle((started, failure) -> started)
                    .thenAccept(LocalStack::closeIfStarted)
                    .join();
            throw e;
        }
        try {
            return new LocalStack(broker, registry.join());
        } catch (CompletionException e) {
            broker.close();
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    /**
     * Where a stack can be reached.
     *
     * @param bootstrapServers {@code host:port} of the broker
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
        ChildProcess.stopLeftOver(LocalBroker.NAME, directory.resolve(LocalBroker.NAME));
        ChildProcess.stopLeftOver(LocalRegistry.NAME, directory.resolve(LocalRegistry.NAME));
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

    public LocalBroker broker() {
        return broker;
    }

    public LocalRegistry registry() {
        return registry;
    }

    /** {@code host:port} of the broker. */
    public String bootstrapServers() {
        return broker.bootstrapServers();
    }

    /** Base URL of the registry, see {@link LocalRegistry#url()}. */
    public String registryUrl() {
        return registry.url();
    }

    /** Stops the registry, then the broker. */
    @Override
    public void close() {
        try {
            registry.close();
        } finally {
            broker.close();
        }
    }
}
