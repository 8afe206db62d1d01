package io.weir.core.decide;

import io.weir.core.policy.Aggregate;
import io.weir.core.policy.Entity;
import io.weir.core.window.EntityWindows;
import io.weir.core.window.EventSeries;
import io.weir.events.Hash64;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of one account: its windows, and beside every transaction what tells a retry from a new one and what a
 * label needs to find the entities that it concerns.
 */
final class AccountWindows extends EntityWindows {
    private static final int ID_HASH = 0;
    private static final int SUBMISSION_HASH = 1;
    private static final int OFFSET = 2;
    private static final int FRAUD = 0;
    /** Column of the first entity other than the account: its number in the entity table plus one; 0 for none. */
    private static final int FIRST_ENTITY = 1;

    private static final int ENTITIES = Entity.values().length - 1;

    private @Nullable LateArrivals late;

    AccountWindows() {
        super(new EventSeries(3, FIRST_ENTITY + ENTITIES));
    }

    /**
     * Remembers a transaction.
     *
     * @return its row, or -1 if it lies before the horizon: then it is in no window, but a retry is still recognised
     */
    int insert(long timeMs, long amountMinor, long idHash, long submissionHash, long offset) {
        int row = events().insert(timeMs, amountMinor);
        if (row < 0) {
            if (late == null) {
                late = new LateArrivals();
            }
            late.add(idHash, submissionHash, offset);
        } else {
            events().longs(ID_HASH)[row] = idHash;
            events().longs(SUBMISSION_HASH)[row] = submissionHash;
            events().longs(OFFSET)[row] = offset;
        }
        return row;
    }

    /** The row of a transaction, or -1. The newest is looked at first: retries and labels mostly concern those. */
    int rowOf(long idHash) {
        long[] hashes = events().longs(ID_HASH);
        for (int row = events().end() - 1; row >= events().start(); row--) {
            if (hashes[row] == idHash) {
                return row;
            }
        }
        return -1;
    }

    /** The earlier submission under an id, or null if there is none. */
    @Nullable
    Original original(long idHash) {
        int row = rowOf(idHash);
        if (row >= 0) {
            return new Original(events().longs(SUBMISSION_HASH)[row], events().longs(OFFSET)[row]);
        }
        return late == null ? null : late.original(idHash);
    }

    void setEntity(int row, int entityOrdinal, int number) {
        events().ints(FIRST_ENTITY + entityOrdinal - 1)[row] = number + 1;
    }

    /** The number of a row's entity in its table, or -1. */
    int entity(int row, int entityOrdinal) {
        return events().ints(FIRST_ENTITY + entityOrdinal - 1)[row] - 1;
    }

    /** Labels a row; false if it has that label already. */
    boolean label(int row, boolean fraud) {
        int value = fraud ? 1 : 0;
        int[] labels = events().ints(FRAUD);
        if (labels[row] == value) {
            return false;
        }
        labels[row] = value;
        return true;
    }

    /** How many different entities of a kind the window's transactions name. */
    int distinct(Aggregate aggregate, int entityOrdinal, long timeMs) {
        long throughMs = timeMs - aggregate.delayMs();
        int from = events().firstAfter(throughMs - aggregate.windowMs());
        int to = events().firstAfter(throughMs);
        int[] numbers = Arrays.copyOfRange(events().ints(FIRST_ENTITY + entityOrdinal - 1), from, to);
        Arrays.sort(numbers);
        int distinct = 0;
        int previous = 0; // none
        for (int number : numbers) {
            if (number != previous) {
                distinct++;
                previous = number;
            }
        }
        return distinct;
    }

    @Override
    public void addTo(Hash64 hash) {
        super.addTo(hash);
        for (int row = events().start(); row < events().end(); row++) {
            hash.add(events().longs(ID_HASH)[row])
                    .add(events().longs(SUBMISSION_HASH)[row])
                    .add(events().longs(OFFSET)[row])
                    .add(events().ints(FRAUD)[row]);
        }
        if (late != null) {
            late.addTo(hash);
        }
    }

    /**
     * The first submission under an id.
     *
     * @param submissionHash of what was submitted
     * @param offset where it lies in its partition
     */
    record Original(long submissionHash, long offset) {}
}
