package io.weir.server.topics;

import io.weir.events.Topics;
import java.util.List;

/**
 * How many partitions a deployment should have. It is decided once: see {@link #reasons}.
 *
 * @param peakTps the highest expected rate of transactions, per second, 1 to {@link #MAX_PEAK_TPS}
 * @param needed partitions by arithmetic alone
 * @param partitions partitions to create
 */
public record PartitionAdvice(long peakTps, int needed, int partitions) {
    /** The highest rate that advice is given for. */
    public static final long MAX_PEAK_TPS = 10_000_000;

    /**
     * Decisions per second that one partition is assumed to carry. A partition is decided on by one engine, which is one
     * thread. Deliberately low: the transport alone, with nothing decided, carries more than ten times that on two cores,
     * and how much a decision costs is up to the policy.
     */
    public static final int DECISIONS_PER_PARTITION = 5_000;

    /** Peaks grow, and a partition also has to catch up after a stop while new transactions come in. */
    public static final int HEADROOM = 3;

    /** Every larger count is a multiple of this: 2, 3, 4, 6 and 12 engines get equal shares. */
    private static final int STEP = 12;

    /** The counts below {@link #STEP}. */
    private static final List<Integer> SMALL = List.of(Topics.DEFAULT_PARTITIONS, 6);

    /**
     * The advice for a peak rate.
     *
     * @throws IllegalArgumentException when the rate is out of range
     */
    public static PartitionAdvice forPeak(long peakTps) {
        if (peakTps < 1 || peakTps > MAX_PEAK_TPS) {
            throw new IllegalArgumentException(
                    "the peak rate is " + peakTps + " transactions/s; expected 1 to " + MAX_PEAK_TPS);
        }
        int needed = (int) Math.ceilDiv(HEADROOM * peakTps, DECISIONS_PER_PARTITION);
        for (int small : SMALL) {
            if (needed <= small) {
                return new PartitionAdvice(peakTps, needed, small);
            }
        }
        return new PartitionAdvice(peakTps, needed, Math.ceilDiv(needed, STEP) * STEP);
    }

    /** The arithmetic, what it assumes, and why it cannot be corrected later; one sentence each. */
    public List<String> reasons() {
        return List.of(
                peakTps + " transactions/s at peak x " + HEADROOM + " headroom / " + DECISIONS_PER_PARTITION
                        + " decisions/s per partition = " + needed + ", rounded up to " + partitions + ".",
                "Assumed: one partition carries " + DECISIONS_PER_PARTITION
                        + " decisions/s. It is decided on by one engine, "
                        + "one thread; the figure is low on purpose. Measure your own policy before you go live.",
                "Headroom of " + HEADROOM + ": peaks grow, and after a stop a partition has to catch up while new "
                        + "transactions come in.",
                "Rounded to " + Topics.DEFAULT_PARTITIONS + " (the least), 6 or a multiple of " + STEP
                        + ", so that 2, 3, 4, 6 or 12 engines get shares as equal as possible; there are never more "
                        + "engines at work than partitions.",
                "The count cannot be lowered later: Kafka only adds partitions, and adding moves keys to other partitions, "
                        + "which splits the histories of accounts. Too many cost a little memory, too few a migration.");
    }
}
