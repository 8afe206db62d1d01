package io.weir.core.decide;

import io.weir.core.policy.Aggregate;
import io.weir.core.policy.Entity;
import io.weir.core.window.EntityWindows;
import io.weir.core.window.EventSeries;
import io.weir.events.Hash64;
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

    AccountWindows(int exactEvents) {
        super(new EventSeries(3, FIRST_ENTITY + ENTITIES), exactEvents);
    }

    /**
     * Remembers a transaction.
     *
     * @return its row, or less than 0 if it is too late to have one: then it takes no label, but a retry is still recognised
     */
    int insert(long timeMs, long amountMinor, long idHash, long submissionHash, long offset) {
        int row = insert(timeMs, amountMinor);
        if (row < 0) {
            if (late == null) {
                late = new LateArrivals();
            }
            late.add(idHash, submissionHash, offset);
        } else {
            events().setLong(ID_HASH, row, idHash);
            events().setLong(SUBMISSION_HASH, row, submissionHash);
            events().setLong(OFFSET, row, offset);
        }
        return row;
    }

    /** The row of a transaction, or -1. The newest is looked at first: retries and labels mostly concern those. */
    int rowOf(long idHash) {
        for (int row = events().end() - 1; row >= events().start(); row--) {
            if (events().getLong(ID_HASH, row) == idHash) {
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
            return new Original(events().getLong(SUBMISSION_HASH, row), events().getLong(OFFSET, row));
        }
        return late == null ? null : late.original(idHash);
    }

    void setEntity(int row, int entityOrdinal, int number) {
        events().setInt(FIRST_ENTITY + entityOrdinal - 1, row, number + 1);
    }

    /** The number of a row's entity in its table, or -1. */
    int entity(int row, int entityOrdinal) {
        return events().getInt(FIRST_ENTITY + entityOrdinal - 1, row) - 1;
    }

    /** Labels a row; false if it has that label already. */
    boolean label(int row, boolean fraud) {
        int value = fraud ? 1 : 0;
        if (events().getInt(FRAUD, row) == value) {
            return false;
        }
        events().setInt(FRAUD, row, value);
        return true;
    }

    /** How many different entities of a kind the window's transactions name. */
    int distinctEntities(Aggregate aggregate, int entityOrdinal, long timeMs) {
        return distinct(aggregate, FIRST_ENTITY + entityOrdinal - 1, timeMs);
    }

    @Override
    public void addTo(Hash64 hash) {
        super.addTo(hash);
        for (int row = events().start(); row < events().end(); row++) {
            hash.add(events().getLong(ID_HASH, row))
                    .add(events().getLong(SUBMISSION_HASH, row))
                    .add(events().getLong(OFFSET, row))
                    .add(events().getInt(FRAUD, row));
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
