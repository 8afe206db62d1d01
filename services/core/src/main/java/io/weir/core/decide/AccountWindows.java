package io.weir.core.decide;

import io.weir.core.policy.Aggregate;
import io.weir.core.policy.Entity;
import io.weir.core.policy.Label;
import io.weir.core.policy.Measure;
import io.weir.core.window.EntityWindows;
import io.weir.core.window.EventSeries;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of one account: its windows, and beside every transaction what tells a retry from a new one and what a
 * label needs to find the entities that it concerns.
 *
 * <p>What is remembered of ids: those of the rows, that is of the most recent {@link EntityWindows#EXACT_EVENTS} transactions
 * within the horizon; and those of the last {@link LateArrivals#CAPACITY} that came too late to have a row, be it that they
 * were counted in a pane or were beyond the horizon. A retry of any other is taken for a new transaction, and a label on it
 * finds nothing.
 */
final class AccountWindows extends SelectingWindows {
    private static final int ID_HASH = 0;
    private static final int SUBMISSION_HASH = 1;
    private static final int OFFSET = 2;
    /** Column of the first measure's value; 0 where it does not take the row. */
    private static final int FIRST_VALUE = 3;

    /** 0 for none. */
    private static final int LABEL = 0;

    /** Column of the first entity other than the account: its number in the entity table plus one; 0 for none. */
    private static final int FIRST_ENTITY = 1;

    private static final Entity[] ENTITY_KINDS = Entity.values();
    private static final int ENTITIES = ENTITY_KINDS.length - 1;
    /** Column of the first 32 measures: a bit for each that takes the row. */
    private static final int FIRST_TAKEN = FIRST_ENTITY + ENTITIES;

    private static final int FRAUD = 1;
    private static final int GENUINE = 2;
    /** Up to this many rows are walked to find an id, which is quick; a filter would cost 8 to 16 bytes a row. */
    private static final int WALKED = 128;

    private final String id;
    private final int partition;
    private @Nullable AccountWindows next;
    private @Nullable LateArrivals late;
    /** Null up to {@link #WALKED} rows. Has the ids of all rows, and of some that are gone. */
    private @Nullable IdFilter ids;

    private long position;
    private int changedIn;

    AccountWindows(String id, int partition, int exactEvents, Selections selections) {
        super(Entity.ACCOUNT, series(selections.measures().size()), exactEvents, selections);
        this.id = id;
        this.partition = partition;
    }

    private static EventSeries series(int measures) {
        return new EventSeries(FIRST_VALUE + measures, FIRST_TAKEN + (measures + Integer.SIZE - 1) / Integer.SIZE);
    }

    @Override
    String id() {
        return id;
    }

    /** Where its events lie. */
    int partition() {
        return partition;
    }

    /** The account of the same id in the next higher partition that has one. */
    @Nullable
    AccountWindows next() {
        return next;
    }

    /** Puts an account among those of its id; returns the one of the lowest partition. */
    static AccountWindows inOrderOfPartition(AccountWindows first, AccountWindows added) {
        if (added.partition < first.partition) {
            added.next = first;
            return added;
        }
        AccountWindows before = first;
        while (before.next != null && before.next.partition < added.partition) {
            before = before.next;
        }
        added.next = before.next;
        before.next = added;
        return first;
    }

    /** The offset before which the snapshot that it was loaded from contains every event; 0 if none is to be skipped. */
    long position() {
        return position;
    }

    void setPosition(long newPosition) {
        position = newPosition;
    }

    /** Number of the list of changes in which it stands, see {@link Changes}; 0 if in none. */
    int changedIn() {
        return changedIn;
    }

    void setChangedIn(int list) {
        changedIn = list;
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
            setRow(row, idHash, submissionHash, offset);
            addId(idHash);
        }
        return row;
    }

    /** Fills in what the windows do not need; {@link #indexIds} must follow. */
    void setRow(int row, long idHash, long submissionHash, long offset) {
        events().setLong(ID_HASH, row, idHash);
        events().setLong(SUBMISSION_HASH, row, submissionHash);
        events().setLong(OFFSET, row, offset);
    }

    /** Makes the ids of all rows known anew. */
    void indexIds() {
        int rows = rows();
        if (rows <= WALKED) {
            ids = null;
            return;
        }
        IdFilter anew = IdFilter.empty(rows, ids);
        for (int row = events().start(); row < events().end(); row++) {
            anew.add(idHash(row));
        }
        ids = anew;
    }

    /** The row of a transaction, or -1. The newest is looked at first: retries and labels mostly concern those. */
    int rowOf(long idHash) {
        if (ids != null && !ids.mayContain(idHash)) {
            return -1;
        }
        for (int row = events().end() - 1; row >= events().start(); row--) {
            if (idHash(row) == idHash) {
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
            return new Original(submissionHash(row), offset(row));
        }
        return late == null ? null : late.original(idHash);
    }

    long idHash(int row) {
        return events().getLong(ID_HASH, row);
    }

    long submissionHash(int row) {
        return events().getLong(SUBMISSION_HASH, row);
    }

    long offset(int row) {
        return events().getLong(OFFSET, row);
    }

    void setEntity(int row, int entityOrdinal, int number) {
        events().setInt(FIRST_ENTITY + entityOrdinal - 1, row, number + 1);
    }

    /** The number of a row's entity in its table, or -1. */
    int entity(int row, int entityOrdinal) {
        return events().getInt(FIRST_ENTITY + entityOrdinal - 1, row) - 1;
    }

    /** FRAUD, GENUINE, or null for a row without a label. */
    @Nullable
    Label label(int row) {
        return switch (events().getInt(LABEL, row)) {
            case FRAUD -> Label.FRAUD;
            case GENUINE -> Label.GENUINE;
            default -> null;
        };
    }

    /** Labels a row; the windows are told by {@link #relabel}. */
    void setLabel(int row, @Nullable Label label) {
        events().setInt(LABEL, row, label == null ? 0 : label == Label.FRAUD ? FRAUD : GENUINE);
    }

    /** Whether a measure takes a row. */
    boolean isTaken(int row, int measure) {
        return (events().getInt(FIRST_TAKEN + measure / Integer.SIZE, row) >>> measure % Integer.SIZE & 1) != 0;
    }

    /** The value of a measure that takes a row. */
    long value(int row, int measure) {
        return events().getLong(FIRST_VALUE + measure, row);
    }

    /** Fills in, by measure, what it gave for a row: as {@link Measure#of} returned it. */
    void results(int row, List<Measure> measures, long[] results) {
        for (int measure = 0; measure < results.length; measure++) {
            results[measure] = !isTaken(row, measure)
                    ? Measure.NOT_TAKEN
                    : measures.get(measure).hasValue() ? value(row, measure) : events().amountMinor(row);
        }
    }

    /**
     * A measure takes a row.
     *
     * @param value 0 if it has no value of its own
     */
    void setTaken(int row, int measure, long value) {
        int column = FIRST_TAKEN + measure / Integer.SIZE;
        events().setInt(column, row, events().getInt(column, row) | 1 << measure % Integer.SIZE);
        events().setLong(FIRST_VALUE + measure, row, value);
    }

    /** Keeps other selections: the rows' columns of values and bits are put in their order, or come from the same rows. */
    @Override
    void adopt(Adoption adoption, @Nullable SelectingWindows from) {
        super.adopt(adoption, from);
        int[] words = new int[adoption.words()];
        int[][] taken = new int[words.length][rows()];
        int start = events().start();
        for (int word = 0; word < words.length; word++) {
            for (int row = 0; row < rows(); row++) {
                taken[word][row] = events().getInt(FIRST_TAKEN + word, start + row);
            }
        }
        events().rearrange(adoption.longs(FIRST_VALUE), adoption.ints(FIRST_TAKEN));
        for (int row = start; row < events().end(); row++) {
            for (int measure = 0; measure < adoption.measures(); measure++) {
                int had = adoption.measure(measure);
                if (had >= 0 && (taken[had / Integer.SIZE][row - start] >>> had % Integer.SIZE & 1) != 0) {
                    setTaken(row, measure, value(row, measure));
                }
            }
            if (label(row) == Label.GENUINE && !adoption.keepsGenuineRows()) {
                setLabel(row, null);
            }
        }
        if (from instanceof AccountWindows same) {
            adoptRows(adoption, same);
        }
    }

    /** A row is the same if it lies at the same offset; both are in order of time, amount and offset. */
    private void adoptRows(Adoption adoption, AccountWindows from) {
        int other = from.events().start();
        int end = from.events().end();
        for (int row = events().start(); row < events().end(); row++) {
            while (other < end && from.offset(other) != offset(row) && from.isBefore(other, this, row)) {
                other++;
            }
            if (other < end && from.offset(other) == offset(row)) {
                adoptRow(adoption, row, from, other);
            }
        }
    }

    private void adoptRow(Adoption adoption, int row, AccountWindows from, int other) {
        for (int measure = 0; measure < adoption.measures(); measure++) {
            if (adoption.measure(measure) < 0 && from.isTaken(other, measure)) {
                setTaken(row, measure, from.value(other, measure));
            }
        }
        if (adoption.adoptsGenuine() && from.label(other) == Label.GENUINE) {
            setLabel(row, Label.GENUINE);
        }
    }

    private boolean isBefore(int row, AccountWindows other, int otherRow) {
        if (events().timeMs(row) != other.events().timeMs(otherRow)) {
            return events().timeMs(row) < other.events().timeMs(otherRow);
        }
        long amount = events().amountMinor(row);
        long otherAmount = other.events().amountMinor(otherRow);
        return amount == otherAmount ? offset(row) < other.offset(otherRow) : amount < otherAmount;
    }

    @Override
    double value(Aggregate aggregate, int windows, long timeMs, boolean taken) {
        Entity distinct = aggregate.distinct();
        return distinct != null
                ? distinct(aggregate, columnOf(distinct), timeMs)
                : super.value(aggregate, windows, timeMs, taken);
    }

    @Nullable
    LateArrivals late() {
        return late;
    }

    void setLate(@Nullable LateArrivals newLate) {
        late = newLate;
    }

    /** How many transactions have a row. */
    int rows() {
        return events().end() - events().start();
    }

    private static int columnOf(Entity kind) {
        int column = FIRST_ENTITY - 1; // the account's own, which it does not have
        for (Entity each : ENTITY_KINDS) {
            if (each == kind) {
                return column;
            }
            column++;
        }
        throw new IllegalStateException(kind.name());
    }

    private void addId(long idHash) {
        if (ids == null) {
            if (rows() > WALKED) {
                indexIds();
            }
        } else if (ids.isFull() || ids.size() > 2 * rows() + WALKED) {
            indexIds(); // larger, or without those whose rows are gone
        } else {
            ids.add(idHash);
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
