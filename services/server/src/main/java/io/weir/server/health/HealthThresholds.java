package io.weir.server.health;

import java.time.Duration;

/**
 * From where on something is worth a warning, or more.
 *
 * @param lagWarning records that a group is behind on one topic, all partitions together; above 0
 * @param lagCritical the same for the next level; at least {@code lagWarning}
 * @param leaderSkew a broker's leaders as a multiple of its even share; above 1
 * @param sizeSkew a topic's largest partition as a multiple of the median one; above 1
 * @param sizeSkewBytes partitions smaller than this are not looked at for it
 * @param hotKeyShare of the records that engines have taken of a partition in the last minutes, 0 to 1
 * @param transactionWarning age of an open transaction
 * @param transactionCritical the same for the next level
 */
public record HealthThresholds(
        long lagWarning,
        long lagCritical,
        double leaderSkew,
        double sizeSkew,
        long sizeSkewBytes,
        double hotKeyShare,
        Duration transactionWarning,
        Duration transactionCritical) {
    /** Lag at which a warning begins unless another is given. */
    public static final String LAG_WARNING = "50000";

    /** Lag that is critical unless another is given. */
    public static final String LAG_CRITICAL = "100000";

    /**
     * Checks them.
     *
     * @throws IllegalArgumentException when the levels of lag are not in order
     */
    public HealthThresholds {
        if (lagWarning < 1 || lagCritical < lagWarning) {
            throw new IllegalArgumentException("--lag-warning " + lagWarning + " and --lag-critical " + lagCritical
                    + ": give a warning of at least 1 record, and a critical lag that is not below it");
        }
    }

    /** The defaults, but for the lag. */
    public static HealthThresholds ofLag(long warning, long critical) {
        // The broker aborts an engine's transaction after 10 s, or when it next looks for such ones (every 10 s by
        // default): one that is older stays open for another reason.
        return new HealthThresholds(
                warning, critical, 1.5, 3, 16 << 20, 0.1, Duration.ofSeconds(10), Duration.ofSeconds(30));
    }

    public static HealthThresholds defaults() {
        return ofLag(Long.parseLong(LAG_WARNING), Long.parseLong(LAG_CRITICAL));
    }

    /** How bad a lag is. */
    Level lag(long records) {
        return records >= lagCritical ? Level.CRITICAL : records >= lagWarning ? Level.WARNING : Level.OK;
    }

    /** How bad an open transaction of this age is. */
    Level transaction(long ageMs) {
        return ageMs >= transactionCritical.toMillis()
                ? Level.CRITICAL
                : ageMs >= transactionWarning.toMillis() ? Level.WARNING : Level.OK;
    }
}
