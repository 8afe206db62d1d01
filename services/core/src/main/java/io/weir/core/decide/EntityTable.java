package io.weir.core.decide;

import io.weir.core.policy.Entity;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The entities of one kind, numbered in the order in which they were first seen. */
final class EntityTable implements EntityIds {
    private final Entity kind;
    private final int exactEvents;
    private Selections selections;
    private final Map<String, TrackedEntity> byId = new HashMap<>();
    private final List<TrackedEntity> byNumber = new ArrayList<>();

    EntityTable(Entity kind, int exactEvents, Selections selections) {
        this.kind = kind;
        this.exactEvents = exactEvents;
        this.selections = selections;
    }

    /** All that are there keep other selections, and all that will be. */
    void adopt(Adoption adoption, @Nullable EntityTable from) {
        selections = adoption.selections();
        for (TrackedEntity entity : byNumber) {
            entity.adopt(adoption, from == null ? null : from.find(entity.id()));
        }
    }

    TrackedEntity findOrAdd(String id) {
        TrackedEntity known = byId.get(id);
        if (known != null) {
            return known;
        }
        TrackedEntity added = new TrackedEntity(kind, id, byNumber.size(), exactEvents, selections);
        byId.put(id, added);
        byNumber.add(added);
        return added;
    }

    @Nullable
    TrackedEntity find(String id) {
        return byId.get(id);
    }

    TrackedEntity get(int number) {
        return byNumber.get(number);
    }

    @Override
    public String id(int number) {
        return get(number).id();
    }

    @Override
    public int number(String id) {
        TrackedEntity entity = find(id);
        return entity == null ? -1 : entity.number();
    }

    Entity kind() {
        return kind;
    }

    Collection<TrackedEntity> all() {
        return byNumber;
    }

    int size() {
        return byNumber.size();
    }
}
