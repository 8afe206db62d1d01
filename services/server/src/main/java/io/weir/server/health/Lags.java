package io.weir.server.health;

import io.weir.events.Topics;
import io.weir.server.health.ClusterSample.Group;
import io.weir.server.health.ClusterSample.Offsets;
import io.weir.server.health.ClusterSample.Partition;
import io.weir.server.health.GroupLag.PartitionLag;
import io.weir.server.log.KafkaSettings;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** How far groups are behind, and how that changes between two samples. */
final class Lags {
    private final @Nullable ClusterSample earlier;
    private final ClusterSample now;
    private final HealthThresholds thresholds;
    private final Map<TopicPartition, Offsets> offsetsEarlier;

    Lags(@Nullable ClusterSample earlier, ClusterSample now, HealthThresholds thresholds) {
        this.earlier = earlier;
        this.now = now;
        this.thresholds = thresholds;
        this.offsetsEarlier = earlier == null ? Map.of() : offsets(earlier);
    }

    private static Map<TopicPartition, Offsets> offsets(ClusterSample sample) {
        Map<TopicPartition, Offsets> offsets = new HashMap<>();
        for (Partition partition : sample.partitions()) {
            Offsets known = partition.offsets();
            if (known != null) {
                offsets.put(partition.id(), known);
            }
        }
        return offsets;
    }

    /** Of every group on every topic that it has a position on; of the deciding group on the transactions in any case. */
    List<GroupLag> all() {
        List<GroupLag> lags = new ArrayList<>();
        for (Group group :
                now.groups().stream().sorted(Comparator.comparing(Group::id)).toList()) {
            TreeSet<String> topics = new TreeSet<>();
            group.committed().keySet().forEach(partition -> topics.add(partition.topic()));
            if (group.id().equals(KafkaSettings.SCORER_GROUP)) {
                topics.add(Topics.TRANSACTIONS.topicName());
            }
            topics.stream().map(topic -> lag(group, topic)).forEach(lags::add);
        }
        return lags;
    }

    private GroupLag lag(Group group, String topic) {
        List<PartitionLag> partitions = now.partitions().stream()
                .filter(partition -> partition.id().topic().equals(topic))
                .map(partition -> lag(group, partition))
                .filter(lag -> lag != null)
                .sorted(Comparator.comparingInt(PartitionLag::partition))
                .toList();
        // While no policy is in shadow nobody is a member, and nobody has to be.
        boolean idle = group.members() == 0 && group.id().equals(KafkaSettings.SHADOW_GROUP);
        long behind = partitions.stream().mapToLong(PartitionLag::lag).sum();
        return new GroupLag(
                group.id(), topic, group.members(), idle, partitions, idle ? Level.OK : thresholds.lag(behind));
    }

    private @Nullable PartitionLag lag(Group group, Partition partition) {
        Offsets offsets = partition.offsets();
        if (offsets == null) {
            return null;
        }
        Long committed = group.committed().get(partition.id());
        long position = committed == null ? offsets.begin() : committed;
        return new PartitionLag(
                partition.id().partition(),
                position,
                offsets.end(),
                offsets.end() - offsets.stable(),
                Math.max(0, offsets.begin() - position),
                rate(group, partition.id(), offsets, position));
    }

    private Rate rate(Group group, TopicPartition partition, Offsets offsets, long position) {
        ClusterSample before = earlier;
        Offsets ends = offsetsEarlier.get(partition);
        if (before == null || ends == null) {
            return Rate.UNKNOWN;
        }
        Group past = before.groups().stream()
                .filter(candidate -> candidate.id().equals(group.id()))
                .findFirst()
                .orElse(null);
        if (past == null) {
            return Rate.UNKNOWN;
        }
        long from = past.committed().getOrDefault(partition, ends.begin());
        double seconds = Math.max(1, now.nanoTime() - before.nanoTime()) / 1e9;
        return new Rate((offsets.end() - ends.end()) / seconds, (position - from) / seconds);
    }
}
