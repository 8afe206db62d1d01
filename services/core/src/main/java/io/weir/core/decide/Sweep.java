package io.weir.core.decide;

import io.weir.events.AccountSnapshot;
import io.weir.events.EntitySnapshot;
import io.weir.events.Event;
import io.weir.events.SweepCompleted;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One pass over all that has changed, a few snapshots at a time, while events go on being folded: first the entities, as
 * they are when written; then the accounts, as they were when the sweep began.
 *
 * <p>Why this order: at every moment, whatever has been written, an event that an account's snapshot contains is contained
 * in the snapshots of all entities that it concerns. So after a crash in the middle, events before an account's position
 * can be skipped whole, and all others find their account exactly as it was when they were first folded.
 *
 * <p>An account that is about to change before its turn is encoded first, and kept. Each call writes at least as many bytes
 * as were kept since the one before, so that what is kept stays within what the entities come to and what is kept between
 * two calls.
 */
public final class Sweep {
    /** What a snapshot takes beside its state and its id, about. */
    private static final int ENVELOPE_BYTES = 48;

    private final Changes changes;
    private final StateForm form;
    private final long[] begin;
    private final List<TrackedEntity> entities;
    private final List<AccountWindows> accounts;
    private final Queue<AccountSnapshot> kept = new ArrayDeque<>();
    private long keptBytes;
    /** Of those, what was kept since the last call to write. */
    private long newlyKeptBytes;

    private int nextEntity;
    private int nextAccount;
    private long writtenAccounts;
    private Phase phase = Phase.RUNNING;

    private enum Phase {
        RUNNING,
        COMPLETE,
        ABANDONED
    }

    Sweep(Changes changes, StateForm form, long[] begin, List<TrackedEntity> entities, List<AccountWindows> accounts) {
        this.changes = changes;
        this.form = form;
        this.begin = begin.clone();
        this.entities = entities;
        this.accounts = accounts;
    }

    /**
     * Writes the next snapshots. What is handed out counts as written: if it is not committed, this state machine is of no
     * further use for sweeping.
     *
     * @param positions by partition, the offset before which everything has been folded by now, and nothing from there on
     * @param budgetBytes to stop after; at least one snapshot is written, if there is one
     * @param out takes each snapshot
     * @return whether the sweep is complete
     * @throws IllegalStateException when it was abandoned
     */
    public boolean write(long[] positions, int budgetBytes, Consumer<? super Event> out) {
        if (phase == Phase.ABANDONED) {
            throw new IllegalStateException("the sweep was abandoned");
        }
        long[] now = notBefore(begin, positions);
        long budget = Math.max(budgetBytes, newlyKeptBytes);
        newlyKeptBytes = 0;
        while (phase == Phase.RUNNING) {
            Event snapshot = next(now);
            if (snapshot == null) {
                phase = Phase.COMPLETE;
                changes.swept();
            } else {
                out.accept(snapshot);
                budget -= bytes(snapshot);
                if (budget <= 0) {
                    break;
                }
            }
        }
        return phase == Phase.COMPLETE;
    }

    /**
     * What to write when it is complete.
     *
     * @throws IllegalStateException when it is not
     */
    public SweepCompleted completed() {
        if (phase != Phase.COMPLETE) {
            throw new IllegalStateException("the sweep is not complete");
        }
        return new SweepCompleted(begin.clone(), writtenAccounts, entities.size());
    }

    /** Ends it before it is complete: what it did not write counts as changed again. No effect on a complete one. */
    public void abandon() {
        if (phase == Phase.RUNNING) {
            phase = Phase.ABANDONED;
            kept.clear();
            keptBytes = 0;
            changes.abandoned(
                    entities.subList(nextEntity, entities.size()), accounts.subList(nextAccount, accounts.size()));
        }
    }

    /** Bytes of the snapshots that are kept of accounts that changed before their turn. */
    public long keptBytes() {
        return keptBytes;
    }

    /** An account in the list is about to change. */
    void keep(AccountWindows account) {
        AccountSnapshot snapshot = snapshot(account);
        kept.add(snapshot);
        keptBytes += bytes(snapshot);
        newlyKeptBytes += bytes(snapshot);
    }

    private @Nullable Event next(long[] now) {
        if (nextEntity < entities.size()) {
            TrackedEntity entity = entities.get(nextEntity++);
            entity.setChanged(false);
            return EntitySnapshot.of(
                    StateForm.nameOf(entity.kind()),
                    entity.id(),
                    now,
                    DecisionStateMachine.STATE_FORMAT,
                    form.write(entity));
        }
        AccountSnapshot first = kept.poll();
        if (first != null) {
            keptBytes -= bytes(first);
            writtenAccounts++;
            return first;
        }
        while (nextAccount < accounts.size()) {
            AccountWindows account = accounts.get(nextAccount++);
            if (changes.awaitsSweep(account)) {
                account.setChangedIn(0);
                writtenAccounts++;
                return snapshot(account);
            }
        }
        return null;
    }

    private AccountSnapshot snapshot(AccountWindows account) {
        return AccountSnapshot.of(
                account.id(),
                account.partition(),
                begin[account.partition()],
                DecisionStateMachine.STATE_FORMAT,
                form.write(account));
    }

    private static int bytes(Event snapshot) {
        return switch (snapshot) {
            case EntitySnapshot entity ->
                entity.state().length + entity.id().length() + ENVELOPE_BYTES + Long.BYTES * entity.positions().length;
            case AccountSnapshot account ->
                account.state().length + account.accountId().length() + ENVELOPE_BYTES;
            default -> throw new IllegalStateException(snapshot.type().name());
        };
    }

    private static long[] notBefore(long[] begin, long[] positions) {
        for (int partition = 0; partition < begin.length; partition++) {
            if (positions[partition] < begin[partition]) {
                throw new IllegalArgumentException("partition " + partition + " is at " + positions[partition]
                        + ", where it was at " + begin[partition] + " when the sweep began");
            }
        }
        return positions.clone();
    }
}
