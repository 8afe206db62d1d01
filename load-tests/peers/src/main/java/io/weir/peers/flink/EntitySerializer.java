package io.weir.peers.flink;

import io.weir.core.decide.KeyedEntity;
import io.weir.core.policy.Entity;
import io.weir.peers.PeerPolicy;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;

/** Entities of one kind. */
public final class EntitySerializer extends WindowsSerializer<KeyedEntity> {
    private static final long serialVersionUID = 1L;

    private final Entity kind;

    EntitySerializer(PeerPolicy policy, Entity kind) {
        super(policy);
        this.kind = kind;
    }

    @Override
    String kind() {
        return kind.name();
    }

    @Override
    String id(KeyedEntity entity) {
        return entity.id();
    }

    @Override
    byte[] write(KeyedEntity entity) {
        return scoring().write(entity);
    }

    @Override
    KeyedEntity read(String id, byte[] state) {
        return scoring().readEntity(kind, id, state);
    }

    @Override
    public TypeSerializer<KeyedEntity> duplicate() {
        return new EntitySerializer(policy(), kind);
    }

    @Override
    public TypeSerializerSnapshot<KeyedEntity> snapshotConfiguration() {
        return new Snapshot(this);
    }

    /** Says in a checkpoint what wrote it. */
    public static final class Snapshot extends SerializerSnapshot<KeyedEntity> {
        public Snapshot() {}

        Snapshot(EntitySerializer of) {
            super(of);
        }

        @Override
        WindowsSerializer<KeyedEntity> serializer(PeerPolicy policy, String kind) {
            return new EntitySerializer(policy, Entity.valueOf(kind));
        }
    }
}
