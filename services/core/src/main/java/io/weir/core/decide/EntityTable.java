package io.weir.core.decide;

import io.weir.core.policy.Entity;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** The entities of one kind, numbered in the order in which they were first seen. */
final class EntityTable implements EntityIds {
    private final Entity kind;
    private final int exactEvents;
    private Selections selections;
    private final IdTable<TrackedEntity> byId = new IdTable<>();

    EntityTable(Entity kind, int exactEvents, Selections selections) {
        this.kind = kind;
        this.exactEvents = exactEvents;
        this.selections = selections;
    }

    /** All that are there keep other selections, and all that will be. */
    void adopt(Adoption adoption, @Nullable EntityTable from) {
        selections = adoption.selections();
        for (TrackedEntity entity : byId.all()) {
            entity.adopt(adoption, from == null ? null : from.find(entity.id()));
        }
    }

    TrackedEntity findOrAdd(String id) {
        TrackedEntity known = byId.find(id);
        if (known != null) {
            return known;
        }
        TrackedEntity added = new TrackedEntity(kind, id, byId.size(), exactEvents, selections);
        byId.add(added);
        return added;
    }

    @Nullable
    TrackedEntity find(String id) {
        return byId.find(id);
    }

    TrackedEntity get(int number) {
        return byId.get(number);
    }

    @Override
    public String id(int number) {
        return get(number).id();
    }

    @Override
    public int number(String id) {
        return byId.number(id);
    }

    Entity kind() {
        return kind;
    }

    Collection<TrackedEntity> all() {
        return byId.all();
    }

    IdTable<TrackedEntity> byId() {
        return byId;
    }

    int size() {
        return byId.size();
    }
}
