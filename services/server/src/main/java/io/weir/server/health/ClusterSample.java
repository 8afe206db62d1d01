package io.weir.server.health;

import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * What one look at the cluster found, as it was told. What could not be had is named among the unknown.
 *
 * @param nanoTime when, by {@link System#nanoTime}: for rates
 * @param timeMs when, by the clock
 * @param brokers ids of those that live; empty if the cluster did not answer
 * @param partitions of Weir's topics and of Kafka's own that transactions and groups need
 * @param missingTopics Weir's topics that do not exist
 * @param groups consumer groups
 * @param transactions open ones that concern Weir
 * @param unknown what could not be had, and why
 */
record ClusterSample(
        long nanoTime,
        long timeMs,
        List<Integer> brokers,
        List<Partition> partitions,
        List<String> missingTopics,
        List<Group> groups,
        List<OpenTransaction> transactions,
        List<Unknown> unknown) {

    /** A number that could not be had. */
    static final long NOT_KNOWN = -1;

    ClusterSample {
        brokers = List.copyOf(brokers);
        partitions = List.copyOf(partitions);
        missingTopics = List.copyOf(missingTopics);
        groups = List.copyOf(groups);
        transactions = List.copyOf(transactions);
        unknown = List.copyOf(unknown);
    }

    /**
     * One partition.
     *
     * @param leader id of the broker that leads it, {@link #NOT_KNOWN} if none does
     * @param replicas ids of the brokers that have a copy; the first is preferred as leader
     * @param inSync ids of those whose copy is complete
     * @param minInSync so many must be, or writes are refused; {@link #NOT_KNOWN} possible
     * @param offsets where it begins and ends; null if that could not be had
     * @param bytes on its leader's disk; {@link #NOT_KNOWN} possible
     */
    record Partition(
            TopicPartition id,
            int leader,
            List<Integer> replicas,
            List<Integer> inSync,
            long minInSync,
            @Nullable Offsets offsets,
            long bytes) {
        Partition {
            replicas = List.copyOf(replicas);
            inSync = List.copyOf(inSync);
        }
    }

    /**
     * Where a partition begins and ends.
     *
     * @param begin first offset kept
     * @param end offset after the last record that is replicated
     * @param stable offset after the last record that read_committed readers may see: before the oldest open transaction
     */
    record Offsets(long begin, long end, long stable) {}

    /**
     * A consumer group.
     *
     * @param members how many there are now
     * @param committed position by partition
     */
    record Group(String id, int members, Map<TopicPartition, Long> committed) {
        Group {
            committed = Map.copyOf(committed);
        }
    }
}
