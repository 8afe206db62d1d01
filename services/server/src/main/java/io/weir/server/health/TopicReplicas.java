package io.weir.server.health;

import io.weir.server.health.ClusterSample.Partition;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Whether the copies of a topic are complete.
 *
 * @param partitions how many it has
 * @param offline numbers of those without a leader: nobody reads or writes them
 * @param underMinInSync of those whose complete copies are too few to write to
 * @param underReplicated of those that lack a complete copy
 */
public record TopicReplicas(
        String topic,
        int partitions,
        List<Integer> offline,
        List<Integer> underMinInSync,
        List<Integer> underReplicated) {
    public TopicReplicas {
        offline = List.copyOf(offline);
        underMinInSync = List.copyOf(underMinInSync);
        underReplicated = List.copyOf(underReplicated);
    }

    static List<TopicReplicas> of(ClusterSample sample) {
        Map<String, List<Partition>> byTopic = sample.partitions().stream()
                .collect(Collectors.groupingBy(partition -> partition.id().topic(), TreeMap::new, Collectors.toList()));
        List<TopicReplicas> topics = new ArrayList<>();
        byTopic.forEach((topic, partitions) -> topics.add(of(topic, partitions)));
        return topics;
    }

    private static TopicReplicas of(String topic, List<Partition> partitions) {
        List<Integer> offline = new ArrayList<>();
        List<Integer> underMin = new ArrayList<>();
        List<Integer> under = new ArrayList<>();
        for (Partition partition : partitions) {
            int number = partition.id().partition();
            if (partition.leader() == ClusterSample.NOT_KNOWN) {
                offline.add(number);
            }
            if (partition.inSync().size() < partition.minInSync()) {
                underMin.add(number);
            }
            if (partition.inSync().size() < partition.replicas().size()) {
                under.add(number);
            }
        }
        return new TopicReplicas(topic, partitions.size(), offline, underMin, under);
    }

    /** The worst of it. */
    public Level level() {
        return !offline.isEmpty() || !underMinInSync.isEmpty()
                ? Level.CRITICAL
                : underReplicated.isEmpty() ? Level.OK : Level.WARNING;
    }

    void findings(List<Finding> findings) {
        if (!offline.isEmpty()) {
            findings.add(new Finding(
                    Level.CRITICAL, topic + " " + offline + " has no leader: start the brokers that have its copies"));
        }
        if (!underMinInSync.isEmpty()) {
            findings.add(new Finding(
                    Level.CRITICAL,
                    topic + " " + underMinInSync + " has fewer complete copies than min.insync.replicas: writes wait"));
        }
        if (!underReplicated.isEmpty()) {
            findings.add(new Finding(Level.WARNING, topic + " " + underReplicated + " lacks a complete copy"));
        }
    }
}
