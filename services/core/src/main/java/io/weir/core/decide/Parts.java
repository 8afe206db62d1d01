package io.weir.core.decide;

import io.weir.core.decide.Selections.Content;
import io.weir.core.decide.Selections.Part;
import io.weir.core.policy.Entity;
import io.weir.core.policy.Label;
import io.weir.core.window.EntityWindows;
import io.weir.core.window.StateFormatException;
import io.weir.core.window.StateInput;
import io.weir.core.window.StateOutput;
import io.weir.core.window.Values;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What selections add to a snapshot. Its identities say which parts it has; of each part follow its length in bytes, 0 if
 * nothing was selected, and its bytes. A part that is not kept here is skipped; one
 * that is kept and missing is remembered.
 */
final class Parts {
    private static final int MAX_PARTS = 4096;

    private final Selections selections;
    private final Set<Long> missing = new HashSet<>();
    private final StateOutput scratch = new StateOutput();

    Parts(Selections selections) {
        this.selections = selections;
    }

    /** All that are kept of a kind. */
    List<Part> of(Entity kind) {
        return selections.parts(kind);
    }

    /** Those of them that a state has. */
    List<Part> like(Entity kind, StateInput state) {
        List<Long> identities = identities(state);
        return of(kind).stream()
                .filter(part -> identities.contains(part.identity()))
                .toList();
    }

    static void writeIdentities(List<Part> parts, StateOutput out) {
        out.writeVarLong(parts.size());
        for (Part part : parts) {
            out.writeLong(part.identity());
        }
    }

    /** Identities of parts that are kept and that some state lacked, see {@link #readIdentities}. */
    Set<Long> missing() {
        return missing;
    }

    /** Reads which parts follow. */
    long[] readIdentities(Entity kind, StateInput in) {
        List<Long> identities = identities(in);
        for (Part part : of(kind)) {
            if (!identities.contains(part.identity())) {
                missing.add(part.identity());
            }
        }
        return identities.stream().mapToLong(Long::longValue).toArray();
    }

    void write(Part part, SelectingWindows entity, StateOutput out) {
        scratch.clear();
        EntityWindows windows = part.content() == Content.WINDOWS || part.content() == Content.GENUINE
                ? entity.windows(part.index())
                : null;
        switch (part.content()) {
            case WINDOWS -> {
                if (windows != null) {
                    windows.writeTo(scratch);
                }
            }
            case GENUINE -> {
                if (windows != null) {
                    windows.writeGenuineTo(scratch);
                }
            }
            case TAKEN_ROWS -> AccountRows.writeTaken(account(entity), part.index(), hasValue(part.index()), scratch);
            case GENUINE_ROWS -> AccountRows.writeLabelled(account(entity), Label.GENUINE, scratch);
            case PEERS -> entity.writePeersTo(part.index(), scratch);
        }
        out.writeVarLong(scratch.size());
        out.write(scratch);
    }

    void read(long identity, SelectingWindows entity, StateInput in) {
        int length = in.readCount(in.remaining());
        int end = in.remaining() - length;
        Part part = find(entity.kind(), identity);
        if (part == null) {
            in.skip(length);
        } else if (length > 0) {
            read(part, entity, in);
        }
        if (in.remaining() != end) {
            throw new StateFormatException("a part has another length than it says");
        }
    }

    private void read(Part part, SelectingWindows entity, StateInput in) {
        switch (part.content()) {
            case WINDOWS -> {
                entity.windowsOrNew(part.index()).readFrom(in, values(part, entity));
            }
            case GENUINE -> {
                EntityWindows windows = entity.windows(part.index());
                if (windows == null) {
                    throw new StateFormatException("genuine transactions that are none of the selection");
                }
                windows.readGenuineFrom(in, values(part, entity));
            }
            case TAKEN_ROWS -> AccountRows.readTaken(account(entity), part.index(), hasValue(part.index()), in);
            case GENUINE_ROWS -> AccountRows.readLabelled(account(entity), Label.GENUINE, in);
            case PEERS -> entity.readPeersFrom(part.index(), in);
        }
    }

    private static Values values(Part part, SelectingWindows entity) {
        return part.index() >= 0 && entity.kept(part.index()).hasValue() ? Values.MILLIONTHS : Values.AMOUNTS;
    }

    private boolean hasValue(int measure) {
        return selections.measures().get(measure).hasValue();
    }

    private @Nullable Part find(Entity kind, long identity) {
        for (Part part : of(kind)) {
            if (part.identity() == identity) {
                return part;
            }
        }
        return null;
    }

    private static List<Long> identities(StateInput in) {
        int size = in.readCount(Math.min(MAX_PARTS, in.remaining() / Long.BYTES));
        List<Long> identities = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            long identity = in.readLong();
            if (identities.contains(identity)) {
                throw new StateFormatException("a part comes twice");
            }
            identities.add(identity);
        }
        return identities;
    }

    private static AccountWindows account(SelectingWindows entity) {
        if (entity instanceof AccountWindows account) {
            return account;
        }
        throw new IllegalStateException("only an account has rows of its own");
    }
}
