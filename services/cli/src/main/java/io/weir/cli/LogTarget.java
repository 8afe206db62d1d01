package io.weir.cli;

import io.weir.local.LocalHome;
import io.weir.local.LocalStack;
import io.weir.local.LocalStack.Address;
import io.weir.server.audit.AuditException;
import io.weir.server.log.Cluster;
import io.weir.server.schemas.RegistryClient;
import io.weir.server.schemas.Schemas;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of the commands that work on the log: a cluster, or the data of a local stack, running or not. */
final class LogTarget {
    private static final Duration REGISTRY_PATIENCE = Duration.ofSeconds(10);

    @Option(
            names = "--bootstrap-servers",
            paramLabel = "HOST:PORT,...",
            description = "The Kafka cluster; goes with --registry (default: the local stack of the last demo or up).")
    private @Nullable String bootstrapServers;

    @Option(
            names = "--registry",
            paramLabel = "URL",
            description = "The schema registry; goes with --bootstrap-servers.")
    private @Nullable String registryUrl;

    @Option(
            names = "--kafka-config",
            paramLabel = "FILE",
            description = "Client properties for Kafka, for example security settings.")
    private @Nullable Path kafkaConfig;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Data of a local stack, such as .weir/up; it is started for the time if it does not run.")
    private @Nullable Path data;

    /** What is done with a cluster. */
    @FunctionalInterface
    interface Use<T> {
        T with(Cluster cluster, Schemas schemas) throws IOException, InterruptedException;
    }

    /** Uses the cluster, starting a local stack for it if need be. */
    <T> T use(PrintWriter progress, Use<T> use) throws IOException, InterruptedException {
        if ((bootstrapServers == null) != (registryUrl == null)) {
            throw new AuditException("--bootstrap-servers and --registry go together: give both, or neither");
        }
        if (bootstrapServers != null && registryUrl != null) {
            return connected(Cluster.at(bootstrapServers, kafkaConfig), registryUrl, use);
        }
        Path directory = directory();
        Address running = LocalStack.running(directory);
        if (running != null) {
            return connected(Cluster.at(running.bootstrapServers(), kafkaConfig), running.registryUrl(), use);
        }
        progress.println("Starting a Kafka broker and a schema registry over " + directory + " ...");
        progress.flush();
        try (LocalStack stack = LocalStack.start(directory)) {
            return connected(Cluster.at(stack.bootstrapServers(), kafkaConfig), stack.registryUrl(), use);
        }
    }

    private static <T> T connected(Cluster cluster, String registryUrl, Use<T> use)
            throws IOException, InterruptedException {
        try (RegistryClient registry = new RegistryClient(registryUrl)) {
            return use.with(cluster, Schemas.load(registry, REGISTRY_PATIENCE));
        }
    }

    /** The one named, else one that runs, else the one used last. */
    private Path directory() {
        if (data != null) {
            Path named = data.toAbsolutePath().normalize();
            if (!LocalStack.hasData(named)) {
                throw new AuditException("there is no data of a local stack in " + named);
            }
            return named;
        }
        Path home = LocalHome.find().root();
        List<Path> candidates = Stream.of("demo", "up")
                .map(name -> home.resolve(".weir").resolve(name))
                .filter(LocalStack::hasData)
                .toList();
        return candidates.stream()
                .filter(directory -> LocalStack.running(directory) != null)
                .findFirst()
                .or(() -> candidates.stream().max(Comparator.comparing(LogTarget::lastUsed)))
                .orElseThrow(() -> new AuditException("there is no local data yet: run weir demo or weir up first, or "
                        + "name a cluster with --bootstrap-servers and --registry"));
    }

    private static FileTime lastUsed(Path directory) {
        try {
            return Files.getLastModifiedTime(directory.resolve("broker").resolve("broker.log"));
        } catch (IOException e) {
            return FileTime.fromMillis(0);
        }
    }
}
