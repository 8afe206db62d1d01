package io.weir.server.log;

import java.util.Map;

/**
 * Where the log is.
 *
 * @param bootstrapServers Kafka's {@code host:port,host:port}
 * @param clientProperties given to every Kafka client as they are, for example security settings
 */
public record Cluster(String bootstrapServers, Map<String, String> clientProperties) {
    public Cluster {
        clientProperties = Map.copyOf(clientProperties);
    }

    /** A cluster that needs no further settings. */
    public static Cluster at(String bootstrapServers) {
        return new Cluster(bootstrapServers, Map.of());
    }
}
