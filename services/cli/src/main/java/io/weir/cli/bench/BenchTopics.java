package io.weir.cli.bench;

import io.weir.load.NewTopics;
import io.weir.server.log.Cluster;
import io.weir.server.log.KafkaSettings;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaFuture;

/** Topics that contenders write. */
final class BenchTopics {
    private BenchTopics() {}

    /** Creates one. */
    static void create(Cluster cluster, String topic, int partitions) throws IOException {
        try (Admin admin = admin(cluster)) {
            NewTopics.create(admin, topic, partitions);
        }
    }

    /** Deletes those with such names. */
    static void delete(Cluster cluster, Predicate<String> names) throws IOException {
        String failure = "topics cannot be deleted";
        try (Admin admin = admin(cluster)) {
            List<String> topics = get(admin.listTopics().names(), failure).stream()
                    .filter(names)
                    .toList();
            get(admin.deleteTopics(topics).all(), failure);
        }
    }

    /** Bytes on the broker's disks of the topics with such names: records, superseded ones as well, without indexes. */
    static long bytes(Cluster cluster, Predicate<String> names) throws IOException {
        String failure = "the broker does not say how large its topics are";
        try (Admin admin = admin(cluster)) {
            List<Integer> brokers = get(admin.describeCluster().nodes(), failure).stream()
                    .map(node -> node.id())
                    .toList();
            return get(admin.describeLogDirs(brokers).allDescriptions(), failure).values().stream()
                    .flatMap(directories -> directories.values().stream())
                    .flatMap(directory -> directory.replicaInfos().entrySet().stream())
                    .filter(replica -> names.test(replica.getKey().topic()))
                    .mapToLong(replica -> replica.getValue().size())
                    .sum();
        }
    }

    private static <R> R get(KafkaFuture<R> future, String failure) throws IOException {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw new IOException(failure, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException(failure);
        }
    }

    private static Admin admin(Cluster cluster) {
        Map<String, Object> settings = new HashMap<>(KafkaSettings.admin(cluster));
        return Admin.create(settings);
    }
}
