package io.weir.server.audit;

import io.weir.core.decide.DecisionStateMachine;
import io.weir.core.policy.Entity;
import io.weir.events.AccountSnapshot;
import io.weir.events.EntitySnapshot;
import io.weir.events.Event;
import io.weir.events.TransactionSubmitted;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Every account and entity that the log has named so far: what a state can consist of. */
final class Known {
    private static final Entity[] ENTITIES = Entity.values();

    /** With the partition. */
    private final Map<String, Integer> accounts = new HashMap<>();

    private final Map<Entity, Set<String>> entities = new EnumMap<>(Entity.class);

    void add(int partition, Event event) {
        if (event instanceof TransactionSubmitted transaction) {
            accounts.putIfAbsent(transaction.accountId(), partition);
            for (Entity kind : ENTITIES) {
                String id = kind == Entity.ACCOUNT ? null : kind.idIn(transaction);
                if (id != null) {
                    add(kind, id);
                }
            }
        }
    }

    void add(Entity kind, String id) {
        entities.computeIfAbsent(kind, none -> new HashSet<>()).add(id);
    }

    void addAccount(String id, int partition) {
        accounts.putIfAbsent(id, partition);
    }

    Map<String, Integer> accounts() {
        return accounts;
    }

    Map<Entity, Set<String>> entities() {
        return entities;
    }

    /** A machine with the same state, through the form that snapshots have. */
    DecisionStateMachine copy(DecisionStateMachine machine, long[] positions) {
        DecisionStateMachine copy = new DecisionStateMachine(machine.selections());
        entities.forEach((kind, ids) -> ids.forEach(id -> {
            byte[] state = machine.state(kind, id);
            if (state != null) {
                copy.load(EntitySnapshot.of(
                        kind.name().toLowerCase(Locale.ROOT), id, positions, DecisionStateMachine.STATE_FORMAT, state));
            }
        }));
        accounts.forEach((id, partition) -> {
            byte[] state = machine.state(id);
            if (state != null) {
                copy.load(AccountSnapshot.of(
                        id, partition, positions[partition], DecisionStateMachine.STATE_FORMAT, state));
            }
        });
        copy.restored();
        return copy;
    }
}
