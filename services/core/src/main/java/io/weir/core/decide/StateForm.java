package io.weir.core.decide;

import io.weir.core.policy.Entity;
import io.weir.core.window.StateFormatException;
import io.weir.core.window.StateInput;
import io.weir.core.window.StateOutput;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The form of state in snapshots, {@link DecisionStateMachine#STATE_FORMAT}. Canonical: equal states give equal bytes, in
 * whatever order partitions were interleaved; therefore an account names entities by their ids, numbered in the order in
 * which its rows first use them, never by their numbers in this engine's tables.
 *
 * <p>An entity: its windows. An account: its windows; for each kind of entity, the ids, then for each row the index of its
 * id, from 1 on, or 0 for none (left out where there are no ids); for each row the hash of its id, the hash of the
 * submission and the distance from the offset of the row before; the rows labelled fraud, each as the distance from the
 * one before; the late arrivals.
 */
final class StateForm {
    private static final Entity[] ENTITIES = Entity.values();

    private final Function<Entity, EntityTable> tables;
    private final StateOutput out = new StateOutput();
    private final Dictionary[] dictionaries = new Dictionary[ENTITIES.length];

    StateForm(Function<Entity, EntityTable> tables) {
        this.tables = tables;
        for (int ordinal = 1; ordinal < ENTITIES.length; ordinal++) {
            dictionaries[ordinal] = new Dictionary();
        }
    }

    /** The name of a kind of entity in snapshots and in paths. */
    static String nameOf(Entity kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }

    /** The kind of entity other than an account with a name, or null. */
    static @Nullable Entity kindNamed(String name) {
        for (int ordinal = 1; ordinal < ENTITIES.length; ordinal++) {
            if (nameOf(ENTITIES[ordinal]).equals(name)) {
                return ENTITIES[ordinal];
            }
        }
        return null;
    }

    byte[] write(TrackedEntity entity) {
        out.clear();
        entity.writeTo(out);
        return out.toByteArray();
    }

    byte[] write(AccountWindows account) {
        out.clear();
        account.writeTo(out);
        for (int ordinal = 1; ordinal < ENTITIES.length; ordinal++) {
            writeEntities(account, ordinal);
        }
        long before = 0;
        for (int row = account.events().start(); row < account.events().end(); row++) {
            out.writeLong(account.idHash(row));
            out.writeLong(account.submissionHash(row));
            out.writeVarLong(account.offset(row) - before);
            before = account.offset(row);
        }
        writeLabels(account);
        LateArrivals late = account.late();
        if (late == null) {
            out.writeVarLong(0);
        } else {
            late.writeTo(out);
        }
        return out.toByteArray();
    }

    /**
     * Reads what was written of an entity.
     *
     * @param entity one without events
     */
    static void read(TrackedEntity entity, byte[] state) {
        StateInput in = new StateInput(state);
        entity.readFrom(in);
        requireEnd(in);
    }

    /**
     * Reads what was written of an account.
     *
     * @param account one without events, whose position is that of the snapshot
     */
    void read(AccountWindows account, byte[] state) {
        StateInput in = new StateInput(state);
        account.readFrom(in);
        for (int ordinal = 1; ordinal < ENTITIES.length; ordinal++) {
            readEntities(account, ordinal, in);
        }
        long offset = 0;
        for (int row = account.events().start(); row < account.events().end(); row++) {
            long idHash = in.readLong();
            long submissionHash = in.readLong();
            offset += in.readVarLong();
            require(offset >= 0 && offset < account.position(), "an offset is not before the snapshot's position");
            account.setRow(row, idHash, submissionHash, offset);
        }
        readLabels(account, in);
        account.setLate(LateArrivals.readFrom(in, account.position()));
        account.indexIds();
        requireEnd(in);
    }

    private void writeEntities(AccountWindows account, int ordinal) {
        Dictionary dictionary = dictionaries[ordinal];
        dictionary.clear();
        int start = account.events().start();
        int end = account.events().end();
        for (int row = start; row < end; row++) {
            int number = account.entity(row, ordinal);
            if (number >= 0) {
                dictionary.indexOf(number);
            }
        }
        int size = dictionary.size();
        out.writeVarLong(size);
        EntityTable table = tables.apply(ENTITIES[ordinal]);
        for (int index = 1; index <= size; index++) {
            out.writeString(table.get(dictionary.number(index)).id());
        }
        for (int row = start; size > 0 && row < end; row++) {
            int number = account.entity(row, ordinal);
            out.writeVarLong(number < 0 ? 0 : dictionary.indexOf(number));
        }
    }

    private void readEntities(AccountWindows account, int ordinal, StateInput in) {
        int[] numbers = new int[in.readCount(Math.min(account.rows(), in.remaining()))];
        if (numbers.length == 0) {
            return;
        }
        EntityTable table = tables.apply(ENTITIES[ordinal]);
        for (int i = 0; i < numbers.length; i++) {
            String id = in.readString();
            TrackedEntity entity = table.find(id);
            if (entity == null) {
                throw new StateFormatException("account " + account.id() + " names " + nameOf(ENTITIES[ordinal]) + " "
                        + id + ", of which there is no snapshot");
            }
            numbers[i] = entity.number();
        }
        int used = 0;
        for (int row = account.events().start(); row < account.events().end(); row++) {
            int index = in.readCount(Math.min(used + 1, numbers.length));
            used = Math.max(used, index);
            if (index > 0) {
                account.setEntity(row, ordinal, numbers[index - 1]);
            }
        }
        require(used == numbers.length, "an entity is named and not used");
    }

    private void writeLabels(AccountWindows account) {
        int start = account.events().start();
        int end = account.events().end();
        int frauds = 0;
        for (int row = start; row < end; row++) {
            frauds += account.isFraud(row) ? 1 : 0;
        }
        out.writeVarLong(frauds);
        int before = start - 1;
        for (int row = start; frauds > 0 && row < end; row++) {
            if (account.isFraud(row)) {
                out.writeVarLong(row - before);
                before = row;
            }
        }
    }

    private static void readLabels(AccountWindows account, StateInput in) {
        int row = account.events().start() - 1;
        int last = account.events().end() - 1;
        for (int left = in.readCount(account.rows()); left > 0; left--) {
            int distance = in.readCount(last - row);
            require(distance > 0, "rows labelled fraud are not in order");
            row += distance;
            account.label(row, true);
        }
    }

    private static void requireEnd(StateInput in) {
        require(in.remaining() == 0, "there are more bytes than a state has");
    }

    private static void require(boolean possible, String problem) {
        if (!possible) {
            throw new StateFormatException(problem);
        }
    }
}
