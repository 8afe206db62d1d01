package io.weir.local;

import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A version of Kafka that a broker runs, such as 3.9.1. */
public record BrokerVersion(int major, int minor, int patch) implements Comparable<BrokerVersion> {
    /** The oldest that can be upgraded to 4.x: the first whose KRaft mode was released for production. */
    public static final BrokerVersion OLDEST_FOR_PRODUCTION = new BrokerVersion(3, 3, 1);

    /** A broker without ZooKeeper is what we start. */
    private static final BrokerVersion FIRST = new BrokerVersion(3, 0, 0);

    /** From here on the first controller can be alone and learn of others. */
    private static final BrokerVersion LEARNS_QUORUM = new BrokerVersion(3, 9, 0);

    private static final Pattern FORM = Pattern.compile("(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})");

    private static final Comparator<BrokerVersion> ORDER = Comparator.comparingInt(BrokerVersion::major)
            .thenComparingInt(BrokerVersion::minor)
            .thenComparingInt(BrokerVersion::patch);

    /**
     * Reads it.
     *
     * @throws IllegalArgumentException if it is none, or older than 3.0.0
     */
    public static BrokerVersion of(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("'" + text + "' is no version of Kafka; give one such as 3.9.1");
        }
        BrokerVersion version = new BrokerVersion(
                Integer.parseInt(matcher.group(1)),
                Integer.parseInt(matcher.group(2)),
                Integer.parseInt(matcher.group(3)));
        if (version.compareTo(FIRST) < 0) {
            throw new IllegalArgumentException(text + " needs ZooKeeper; give " + FIRST + " or newer");
        }
        return version;
    }

    /** The one that Weir is built with. */
    public static BrokerVersion own() {
        return LocalHome.find().kafkaVersion();
    }

    boolean learnsQuorum() {
        return compareTo(LEARNS_QUORUM) >= 0;
    }

    @Override
    public int compareTo(BrokerVersion other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return major + "." + minor + "." + patch;
    }
}
