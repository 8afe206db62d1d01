package io.weir.server.score;

import java.util.Arrays;

/**
 * Where following the log begins after the snapshots were loaded.
 *
 * @param from by partition of the transaction log, the first offset to fold
 * @param contained by partition, the offset before which some snapshot contains events; 0 without snapshots
 * @param accounts how many accounts were loaded
 * @param entities how many other entities were loaded
 */
@SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
record RestoreStart(long[] from, long[] contained, int accounts, int entities) {
    static final RestoreStart NOTHING = new RestoreStart(new long[0], new long[0], 0, 0);

    /** Without snapshots: from the beginning of the log. */
    static RestoreStart ofLog(long[] beginnings) {
        return new RestoreStart(beginnings, new long[beginnings.length], 0, 0);
    }

    long contained(int partition) {
        return partition < contained.length ? contained[partition] : 0;
    }

    int snapshots() {
        return accounts + entities;
    }

    @Override
    public String toString() {
        return accounts + " accounts and " + entities + " entities, from " + Arrays.toString(from);
    }
}
