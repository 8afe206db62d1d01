package io.weir.core.decide;

import io.weir.core.decide.AccountWindows.Original;
import io.weir.core.window.StateFormatException;
import io.weir.core.window.StateInput;
import io.weir.core.window.StateOutput;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The last submissions of an account that came too late to have a row, in order of arrival: enough to recognise a retry.
 * Bounded; the oldest is forgotten first.
 */
final class LateArrivals {
    /** How many are remembered. */
    static final int CAPACITY = 256;

    private static final int FIRST_CAPACITY = 4;

    private long[] idHashes = new long[FIRST_CAPACITY];
    private long[] submissionHashes = new long[FIRST_CAPACITY];
    private long[] offsets = new long[FIRST_CAPACITY];
    /** How many were ever added; the next one's slot is this modulo the number of slots. */
    private long added;

    void add(long idHash, long submissionHash, long offset) {
        if (added == idHashes.length && added < CAPACITY) {
            int slots = 2 * idHashes.length;
            idHashes = Arrays.copyOf(idHashes, slots);
            submissionHashes = Arrays.copyOf(submissionHashes, slots);
            offsets = Arrays.copyOf(offsets, slots);
        }
        int slot = (int) (added++ % idHashes.length);
        idHashes[slot] = idHash;
        submissionHashes[slot] = submissionHash;
        offsets[slot] = offset;
    }

    @Nullable
    Original original(long idHash) {
        for (int slot = 0; slot < size(); slot++) {
            if (idHashes[slot] == idHash) {
                return new Original(submissionHashes[slot], offsets[slot]);
            }
        }
        return null;
    }

    void writeTo(StateOutput out) {
        out.writeVarLong(size());
        for (long i = added - size(); i < added; i++) {
            int slot = (int) (i % idHashes.length);
            out.writeLong(idHashes[slot]);
            out.writeLong(submissionHashes[slot]);
            out.writeVarLong(offsets[slot]);
        }
    }

    /**
     * Reads what {@link #writeTo} wrote; null if there are none.
     *
     * @param position before which all offsets lie
     */
    static @Nullable LateArrivals readFrom(StateInput in, long position) {
        int count = in.readCount(CAPACITY);
        if (count == 0) {
            return null;
        }
        LateArrivals late = new LateArrivals();
        for (int i = 0; i < count; i++) {
            long idHash = in.readLong();
            long submissionHash = in.readLong();
            long offset = in.readVarLong();
            if (offset < 0 || offset >= position) {
                throw new StateFormatException("a late arrival's offset is not before the snapshot's position");
            }
            late.add(idHash, submissionHash, offset);
        }
        return late;
    }

    private int size() {
        return (int) Math.min(added, CAPACITY);
    }
}
