package io.weir.server.log;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * Where the log is.
 *
 * @param bootstrapServers Kafka's {@code host:port,host:port}
 * @param clientProperties given to every Kafka client as they are, for example security settings
 * @param groupProtocol how engines share the partitions out
 */
public record Cluster(String bootstrapServers, Map<String, String> clientProperties, GroupProtocol groupProtocol) {
    public Cluster {
        clientProperties = Map.copyOf(clientProperties);
    }

    /** With the group protocol that the cluster offers. */
    public Cluster(String bootstrapServers, Map<String, String> clientProperties) {
        this(bootstrapServers, clientProperties, GroupProtocol.AUTO);
    }

    /** The same with this group protocol. */
    public Cluster with(GroupProtocol protocol) {
        return new Cluster(bootstrapServers, clientProperties, protocol);
    }

    /** A cluster that needs no further settings. */
    public static Cluster at(String bootstrapServers) {
        return new Cluster(bootstrapServers, Map.of());
    }

    /**
     * A cluster whose client settings stand in a file, if one is given.
     *
     * @param clientProperties in the format of {@link Properties}, UTF-8; null for none
     * @throws IOException when the file cannot be read
     * @throws IllegalArgumentException when it is malformed
     */
    public static Cluster at(String bootstrapServers, @Nullable Path clientProperties) throws IOException {
        if (clientProperties == null) {
            return at(bootstrapServers);
        }
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(clientProperties)) {
            properties.load(reader);
        }
        Map<String, String> settings = new HashMap<>();
        properties.stringPropertyNames().forEach(name -> settings.put(name, properties.getProperty(name)));
        return new Cluster(bootstrapServers, settings);
    }
}
