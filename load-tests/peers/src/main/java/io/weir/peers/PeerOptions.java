package io.weir.peers;

import io.weir.events.Topics;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The options that both peers have. */
public final class PeerOptions {
    @Option(names = "--bootstrap-servers", required = true, paramLabel = "HOST:PORT", description = "the broker")
    private String bootstrapServers = "";

    @Option(names = "--registry", required = true, paramLabel = "URL", description = "the schema registry")
    private String registry = "";

    @Option(names = "--transactions", paramLabel = "TOPIC", description = "what to decide; default ${DEFAULT-VALUE}")
    private String transactions = Topics.TRANSACTIONS.topicName();

    @Option(
            names = "--decisions",
            required = true,
            paramLabel = "TOPIC",
            description = "where to write decisions; it has to exist")
    private String decisions = "";

    @Option(
            names = "--application-id",
            required = true,
            paramLabel = "ID",
            description = "group, prefix of transactional ids and of internal topics")
    private String applicationId = "";

    @Option(
            names = "--policy",
            paramLabel = "SHA|default",
            description = "of the control topic, or the one that Weir starts with; default ${DEFAULT-VALUE}")
    private String policy = PeerPolicy.DEFAULT;

    @Option(
            names = {"--threads", "--partitions"},
            paramLabel = "N",
            description = "threads (Kafka Streams), parallelism (Flink), and partitions between steps; default "
                    + "${DEFAULT-VALUE}")
    private int threads = 2;

    @Option(
            names = "--commit-interval-ms",
            paramLabel = "N",
            description = "between transactions, which is between checkpoints in Flink; default ${DEFAULT-VALUE}")
    private int commitIntervalMs = 100;

    @Option(names = "--state-dir", required = true, paramLabel = "DIR", description = "for state and checkpoints")
    private Path stateDir = Path.of("");

    public String bootstrapServers() {
        return bootstrapServers;
    }

    public String registry() {
        return registry;
    }

    public String transactions() {
        return transactions;
    }

    public String decisions() {
        return decisions;
    }

    public String applicationId() {
        return applicationId;
    }

    public String policy() {
        return policy;
    }

    public int threads() {
        return threads;
    }

    public int commitIntervalMs() {
        return commitIntervalMs;
    }

    public Path stateDir() {
        return stateDir;
    }
}
