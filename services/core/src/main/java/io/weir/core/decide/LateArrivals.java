package io.weir.core.decide;

import io.weir.core.decide.AccountWindows.Original;
import io.weir.events.Hash64;
import org.jspecify.annotations.Nullable;

/**
 * The last submissions of an account that came too late for its windows, in order of arrival: enough to recognise a
 * retry. Bounded; the oldest is forgotten first.
 */
final class LateArrivals {
    /** How many are remembered. */
    static final int CAPACITY = 256;

    private final long[] idHashes = new long[CAPACITY];
    private final long[] submissionHashes = new long[CAPACITY];
    private final long[] offsets = new long[CAPACITY];
    private long added;

    void add(long idHash, long submissionHash, long offset) {
        int slot = (int) (added++ % CAPACITY);
        idHashes[slot] = idHash;
        submissionHashes[slot] = submissionHash;
        offsets[slot] = offset;
    }

    @Nullable
    Original original(long idHash) {
        for (int slot = 0; slot < Math.min(added, CAPACITY); slot++) {
            if (idHashes[slot] == idHash) {
                return new Original(submissionHashes[slot], offsets[slot]);
            }
        }
        return null;
    }

    void addTo(Hash64 hash) {
        for (long i = Math.max(0, added - CAPACITY); i < added; i++) {
            int slot = (int) (i % CAPACITY);
            hash.add(idHashes[slot]).add(submissionHashes[slot]).add(offsets[slot]);
        }
    }
}
