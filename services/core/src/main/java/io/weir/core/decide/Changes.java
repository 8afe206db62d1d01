package io.weir.core.decide;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The accounts and entities that have changed since they were last written, in lists, so that a sweep costs what has
 * changed. A sweep takes the lists and new ones begin. Lists of accounts are numbered: an account knows whether it stands
 * in the present one, or in the running sweep's, which means that it has not been written yet.
 */
final class Changes {
    private List<AccountWindows> accounts = new ArrayList<>();
    private List<TrackedEntity> entities = new ArrayList<>();
    private int list = 1;
    private @Nullable Sweep sweep;

    /** An account is about to change. */
    void beforeChange(AccountWindows account) {
        if (account.changedIn() == list) {
            return;
        }
        if (sweep != null && account.changedIn() != 0) {
            sweep.keep(account);
        }
        account.setChangedIn(list);
        accounts.add(account);
    }

    /** An entity changes. One that a sweep has yet to write is written as it is then. */
    void mark(TrackedEntity entity) {
        if (!entity.changed()) {
            entity.setChanged(true);
            entities.add(entity);
        }
    }

    /** Begins a sweep over the lists, which begin anew. */
    Sweep sweep(long[] positions, StateForm form) {
        if (sweep != null) {
            throw new IllegalStateException("a sweep is running; complete or abandon it first");
        }
        Sweep begun = new Sweep(this, form, positions, entities, accounts);
        sweep = begun;
        entities = new ArrayList<>();
        accounts = new ArrayList<>();
        list++;
        return begun;
    }

    /** Whether a sweep has begun and not ended. */
    boolean sweeping() {
        return sweep != null;
    }

    /** The running sweep has written everything. */
    void swept() {
        sweep = null;
    }

    /** Whether an account stands in the running sweep's list and is as it was when the sweep began. */
    boolean awaitsSweep(AccountWindows account) {
        return account.changedIn() != 0 && account.changedIn() != list;
    }

    /** The running sweep ends without having written these. */
    void abandoned(List<TrackedEntity> unwrittenEntities, List<AccountWindows> unwrittenAccounts) {
        sweep = null;
        entities.addAll(unwrittenEntities);
        for (AccountWindows account : unwrittenAccounts) {
            if (account.changedIn() != list && account.changedIn() != 0) {
                account.setChangedIn(list);
                accounts.add(account);
            }
        }
    }
}
