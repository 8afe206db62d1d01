package io.weir.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of the commands that need a running Weir: where the cluster is, or where to keep a local one. */
public final class StackOptions {
    @Option(
            names = "--bootstrap-servers",
            paramLabel = "HOST:PORT,...",
            description = "Use this Kafka cluster instead of starting a broker; goes with --registry.")
    private @Nullable String bootstrapServers;

    @Option(
            names = "--registry",
            paramLabel = "URL",
            description = "Use this schema registry instead of starting one; goes with --bootstrap-servers.")
    private @Nullable String registryUrl;

    @Option(
            names = "--brokers",
            paramLabel = "N",
            defaultValue = "1",
            description = "Brokers to start, 1 to 9; with 3 every record has three copies, and one of them may be lost "
                    + "(default: ${DEFAULT-VALUE}).")
    private int brokers = 1;

    @Option(
            names = "--policy",
            paramLabel = "FILE",
            description = "Policy to activate at start (default: the built-in one, unless another is active).")
    private @Nullable Path policy;

    @Option(
            names = "--partitions",
            paramLabel = "N",
            defaultValue = "4",
            description = "Partitions of the topics keyed by account (default: ${DEFAULT-VALUE}).")
    private int partitions;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            description = "Port of the HTTP server on 127.0.0.1 (default: a free one, the same again next time).")
    private @Nullable Integer port;

    @Option(
            names = "--ignore-snapshots",
            description = "Rebuild the state from the whole log at start, as if there were no snapshots.")
    private boolean ignoreSnapshots;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    @SuppressWarnings("unused") // read by picocli
    private boolean help;

    /** The existing cluster, or null if a local one is to be started. */
    public @Nullable Existing existing() {
        if ((bootstrapServers == null) != (registryUrl == null)) {
            throw new IllegalArgumentException("--bootstrap-servers and --registry go together: give both, or neither");
        }
        return bootstrapServers == null || registryUrl == null ? null : new Existing(bootstrapServers, registryUrl);
    }

    /** How many brokers to start, where there is no existing cluster. */
    public int brokers() {
        return brokers;
    }

    public @Nullable Path policy() {
        return policy;
    }

    public boolean ignoreSnapshots() {
        return ignoreSnapshots;
    }

    /** The same, but with so many partitions. */
    public StackOptions withPartitions(int number) {
        StackOptions copy = new StackOptions();
        copy.bootstrapServers = bootstrapServers;
        copy.registryUrl = registryUrl;
        copy.brokers = brokers;
        copy.policy = policy;
        copy.port = port;
        copy.ignoreSnapshots = ignoreSnapshots;
        copy.partitions = number;
        return copy;
    }

    /** For what needs one order of everything. */
    public void useOnePartition() {
        partitions = 1;
    }

    public int partitions() {
        return partitions;
    }

    public @Nullable Integer port() {
        return port;
    }

    /** A cluster that is there already. */
    public record Existing(String bootstrapServers, String registryUrl) {}
}
