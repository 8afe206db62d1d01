package io.weir.core.decide;

import io.weir.core.decide.Selections.Part;
import io.weir.core.policy.Entity;
import io.weir.core.policy.Label;
import io.weir.core.window.StateFormatException;
import io.weir.core.window.StateInput;
import io.weir.core.window.StateOutput;
import io.weir.core.window.Values;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The form of state in snapshots, {@link DecisionStateMachine#STATE_FORMAT}. Canonical: equal states give equal bytes, in
 * whatever order partitions were interleaved; therefore an account names entities by their ids, numbered in the order in
 * which its rows first use them, never by their numbers in this engine's tables.
 *
 * <p>The identities of its parts come first (see {@link Parts}). Then, of an entity: its windows. Of an account: its
 * windows; for each kind of entity, the ids, then for each row the index of its id, from 1 on, or 0 for none (left out
 * where there are no ids); for each row the hash of its id, the hash of the submission and the distance from the offset of
 * the row before; the rows labelled fraud, each as the distance from the one before, and 0 at the end; the late arrivals.
 * Then the parts.
 */
final class StateForm {
    private static final Entity[] ENTITIES = Entity.values();

    private final Function<Entity, EntityIds> tables;
    private final Parts parts;
    private final StateOutput out = new StateOutput();
    private final Dictionary[] dictionaries = new Dictionary[ENTITIES.length];

    StateForm(Function<Entity, EntityIds> tables, Selections selections) {
        this.tables = tables;
        this.parts = new Parts(selections);
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

    /** Identities of parts that are kept and that something read did not have. */
    Set<Long> missing() {
        return parts.missing();
    }

    byte[] write(TrackedEntity entity) {
        return write(entity, parts.of(entity.kind()));
    }

    byte[] write(AccountWindows account) {
        return write(account, parts.of(Entity.ACCOUNT));
    }

    /** Those parts only that another state has. */
    byte[] writeLike(TrackedEntity entity, byte[] like) {
        return write(entity, parts.like(entity.kind(), new StateInput(like)));
    }

    byte[] writeLike(AccountWindows account, byte[] like) {
        return write(account, parts.like(Entity.ACCOUNT, new StateInput(like)));
    }

    private byte[] write(TrackedEntity entity, List<Part> written) {
        out.clear();
        Parts.writeIdentities(written, out);
        entity.writeTo(out);
        for (Part part : written) {
            parts.write(part, entity, out);
        }
        return out.toByteArray();
    }

    private byte[] write(AccountWindows account, List<Part> written) {
        out.clear();
        Parts.writeIdentities(written, out);
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
        AccountRows.writeLabelled(account, Label.FRAUD, out);
        LateArrivals late = account.late();
        if (late == null) {
            out.writeVarLong(0);
        } else {
            late.writeTo(out);
        }
        for (Part part : written) {
            parts.write(part, account, out);
        }
        return out.toByteArray();
    }

    /**
     * Reads what was written of an entity.
     *
     * @param entity one without events
     */
    void read(TrackedEntity entity, byte[] state) {
        StateInput in = new StateInput(state);
        long[] identities = parts.readIdentities(entity.kind(), in);
        entity.readFrom(in, Values.AMOUNTS);
        for (long identity : identities) {
            parts.read(identity, entity, in);
        }
        requireEnd(in);
    }

    /**
     * Reads what was written of an account.
     *
     * @param account one without events, whose position is that of the snapshot
     */
    void read(AccountWindows account, byte[] state) {
        StateInput in = new StateInput(state);
        long[] identities = parts.readIdentities(Entity.ACCOUNT, in);
        account.readFrom(in, Values.AMOUNTS);
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
        AccountRows.readLabelled(account, Label.FRAUD, in);
        account.setLate(LateArrivals.readFrom(in, account.position()));
        account.indexIds();
        for (long identity : identities) {
            parts.read(identity, account, in);
        }
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
        EntityIds ids = tables.apply(ENTITIES[ordinal]);
        for (int index = 1; index <= size; index++) {
            out.writeString(ids.id(dictionary.number(index)));
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
        EntityIds ids = tables.apply(ENTITIES[ordinal]);
        for (int i = 0; i < numbers.length; i++) {
            String id = in.readString();
            numbers[i] = ids.number(id);
            if (numbers[i] < 0) {
                throw new StateFormatException("account " + account.id() + " names " + nameOf(ENTITIES[ordinal]) + " "
                        + id + ", of which there is no snapshot");
            }
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

    private static void requireEnd(StateInput in) {
        require(in.remaining() == 0, "there are more bytes than a state has");
    }

    private static void require(boolean possible, String problem) {
        if (!possible) {
            throw new StateFormatException(problem);
        }
    }
}
