package io.weir.core.decide;

import io.weir.events.AccountSnapshot;
import io.weir.events.EntitySnapshot;
import io.weir.events.Event;
import io.weir.events.SweepCompleted;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/** What two compacted topics hold: of each key, what was written last. */
final class SnapshotTopics implements Consumer<Event> {
    final Map<String, AccountSnapshot> accounts = new TreeMap<>();
    final Map<String, EntitySnapshot> entities = new TreeMap<>();
    SweepCompleted completed = new SweepCompleted(new long[RandomLog.PARTITIONS], 0, 0);

    @Override
    public void accept(Event event) {
        switch (event) {
            // keys of different partitions are compacted apart
            case AccountSnapshot account -> accounts.put(account.partition() + "/" + account.key(), account);
            case EntitySnapshot entity -> entities.put(entity.key(), entity);
            case SweepCompleted sweep -> completed = sweep;
            default -> throw new IllegalArgumentException(event.toString());
        }
    }

    /** A machine that has read all of it, and may still have to pass events that are in it. */
    DecisionStateMachine load(int exactEvents, Selections kept) {
        DecisionStateMachine machine = new DecisionStateMachine(exactEvents, kept);
        entities.values().forEach(machine::load);
        accounts.values().forEach(machine::load);
        return machine;
    }
}
