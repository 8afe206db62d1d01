package io.weir.server.health;

import io.weir.events.Topics;
import io.weir.server.health.ClusterSample.Group;
import io.weir.server.health.ClusterSample.Offsets;
import io.weir.server.health.ClusterSample.Partition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/** Builds samples of a cluster that is not there. */
final class Samples {
    static final String TRANSACTIONS = Topics.TRANSACTIONS.topicName();

    private long seconds = 1_000;
    private List<Integer> brokers = List.of(1);
    private final List<Partition> partitions = new ArrayList<>();
    private final List<Group> groups = new ArrayList<>();
    private final List<OpenTransaction> transactions = new ArrayList<>();
    private final List<String> missing = new ArrayList<>();

    static TopicPartition id(String topic, int partition) {
        return new TopicPartition(topic, partition);
    }

    Samples at(long second) {
        seconds = second;
        return this;
    }

    Samples brokers(Integer... ids) {
        brokers = List.of(ids);
        return this;
    }

    Samples log(String topic, int partition, long begin, long end, long stable) {
        partitions.add(new Partition(
                id(topic, partition), 1, List.of(1), List.of(1), 1, new Offsets(begin, end, stable), 100));
        return this;
    }

    Samples copies(String topic, int partition, int leader, List<Integer> replicas, List<Integer> inSync, int min) {
        partitions.add(new Partition(id(topic, partition), leader, replicas, inSync, min, null, 100));
        return this;
    }

    Samples size(String topic, int partition, long bytes, long records) {
        partitions.add(new Partition(
                id(topic, partition), 1, List.of(1), List.of(1), 1, new Offsets(0, records, records), bytes));
        return this;
    }

    /** Committed offsets of partitions 0, 1 ... */
    Samples group(String id, int members, String topic, long... committed) {
        Map<TopicPartition, Long> positions = new HashMap<>();
        for (int partition = 0; partition < committed.length; partition++) {
            positions.put(id(topic, partition), committed[partition]);
        }
        groups.add(new Group(id, members, positions));
        return this;
    }

    Samples open(String transactionalId, long ageMs) {
        transactions.add(new OpenTransaction(transactionalId, "Ongoing", ageMs, 10_000, List.of(id(TRANSACTIONS, 0))));
        return this;
    }

    Samples missing(String topic) {
        missing.add(topic);
        return this;
    }

    ClusterSample sample() {
        return new ClusterSample(
                seconds * 1_000_000_000L,
                seconds * 1_000,
                brokers,
                partitions,
                missing,
                groups,
                transactions,
                List.of());
    }

    ClusterHealth health() {
        return ClusterHealth.of(null, sample(), HealthThresholds.defaults());
    }

    ClusterHealth healthSince(Samples earlier) {
        return ClusterHealth.of(earlier.sample(), sample(), HealthThresholds.defaults());
    }
}
