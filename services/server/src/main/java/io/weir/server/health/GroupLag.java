package io.weir.server.health;

import java.util.List;

/**
 * How far a consumer group is behind on one topic.
 *
 * @param group its id
 * @param members how many there are now
 * @param idle whether it has no members because there is nothing to do for it: its lag then means nothing
 * @param partitions by number; without those whose ends are not known
 * @param level of the sum
 */
public record GroupLag(
        String group, String topic, int members, boolean idle, List<PartitionLag> partitions, Level level) {
    public GroupLag {
        partitions = List.copyOf(partitions);
    }

    /** Records of all partitions together. */
    public long lag() {
        return partitions.stream().mapToLong(PartitionLag::lag).sum();
    }

    /** Of all partitions together. */
    public Rate rate() {
        return partitions.stream().map(PartitionLag::rate).reduce(new Rate(0, 0), Rate::plus);
    }

    /** Seconds until its slowest partition has caught up; see {@link Rate#catchUpSeconds}. */
    public double catchUpSeconds() {
        return partitions.stream()
                .mapToDouble(PartitionLag::catchUpSeconds)
                .reduce(0, Math::max); // not a number if one is not
    }

    /**
     * How far it is behind on one partition.
     *
     * @param committed its position; where it has none yet the partition's beginning
     * @param end offset after the last record, of open transactions as well: what they hold back is behind, too
     * @param held records that an open transaction holds back from read_committed readers
     * @param lost records that retention has deleted before the group had them
     */
    public record PartitionLag(int partition, long committed, long end, long held, long lost, Rate rate) {
        /** Records between its position, or the partition's beginning if that is later, and the end. */
        public long lag() {
            return Math.max(0, end - committed - lost);
        }

        public double catchUpSeconds() {
            return rate.catchUpSeconds(lag());
        }
    }
}
