package io.weir.server.log;

import org.apache.kafka.common.utils.Utils;

/**
 * Where the records of a key belong: as Kafka's Java producer has it, and every other that is set to {@code murmur2}. All
 * of an account lie in one partition only if every writer agrees on that.
 */
public final class HomePartition {
    private HomePartition() {}

    /** The partition of a key in a topic of so many. */
    public static int of(byte[] key, int partitions) {
        return Utils.toPositive(Utils.murmur2(key)) % partitions;
    }
}
