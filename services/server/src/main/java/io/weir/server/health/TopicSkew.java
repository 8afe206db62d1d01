package io.weir.server.health;

import io.weir.server.health.ClusterSample.Offsets;
import io.weir.server.health.ClusterSample.Partition;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import org.apache.kafka.common.internals.Topic;
import org.jspecify.annotations.Nullable;

/**
 * How evenly a topic's records are spread over its partitions.
 *
 * @param bytes on the leaders' disks; null if not known
 * @param records offsets between beginning and end; null if not known
 */
public record TopicSkew(
        String topic, @Nullable Spread bytes, @Nullable Spread records) {

    /**
     * A quantity over the partitions of a topic.
     *
     * @param total of all
     * @param largestPartition its number
     * @param largest its quantity
     * @param median of all; of an even number the lower one in the middle
     */
    public record Spread(long total, int largestPartition, long largest, long median) {
        /** As good as nothing: a few records more or less are no skew. */
        private static final long LEAST = 1_000;

        /** The largest as a multiple of the median, each counted as {@value #LEAST} at the least. */
        public double ratio() {
            return (double) Math.max(LEAST, largest) / Math.max(LEAST, median);
        }
    }

    /** Of Weir's topics that have several partitions: those of Kafka's own have a handful of keys and are never even. */
    static List<TopicSkew> of(ClusterSample sample) {
        Map<String, List<Partition>> byTopic = sample.partitions().stream()
                .collect(Collectors.groupingBy(partition -> partition.id().topic(), TreeMap::new, Collectors.toList()));
        List<TopicSkew> skews = new ArrayList<>();
        byTopic.forEach((topic, partitions) -> {
            if (partitions.size() > 1 && !Topic.isInternal(topic)) {
                skews.add(new TopicSkew(
                        topic, spread(partitions, Partition::bytes), spread(partitions, TopicSkew::records)));
            }
        });
        return skews;
    }

    private static long records(Partition partition) {
        Offsets offsets = partition.offsets();
        return offsets == null ? ClusterSample.NOT_KNOWN : offsets.end() - offsets.begin();
    }

    private static @Nullable Spread spread(List<Partition> partitions, ToLongFunction<Partition> quantity) {
        List<Partition> sorted =
                partitions.stream().sorted(Comparator.comparingLong(quantity)).toList();
        if (quantity.applyAsLong(sorted.getFirst()) == ClusterSample.NOT_KNOWN) {
            return null;
        }
        Partition largest = sorted.getLast();
        return new Spread(
                sorted.stream().mapToLong(quantity).sum(),
                largest.id().partition(),
                quantity.applyAsLong(largest),
                quantity.applyAsLong(sorted.get((sorted.size() - 1) / 2)));
    }

    /** By bytes: what fills disks and takes long to restore. */
    boolean skewed(HealthThresholds thresholds) {
        return bytes != null && bytes.largest >= thresholds.sizeSkewBytes() && bytes.ratio() >= thresholds.sizeSkew();
    }

    void findings(HealthThresholds thresholds, List<Finding> findings) {
        if (bytes != null && skewed(thresholds)) {
            findings.add(new Finding(
                    Level.WARNING,
                    "%s partition %d is %.1f times as large as the median one: see the hot keys"
                            .formatted(topic, bytes.largestPartition, bytes.ratio())));
        }
    }
}
