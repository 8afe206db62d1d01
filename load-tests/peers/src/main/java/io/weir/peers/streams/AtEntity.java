package io.weir.peers.streams;

import io.weir.core.decide.KeyedEntity;
import io.weir.core.decide.KeyedScoring;
import io.weir.core.policy.Entity;
import io.weir.core.policy.Policy;
import io.weir.events.SchemaIds;
import io.weir.peers.PeerScoring;
import io.weir.peers.streams.Decisions.Routed;
import java.util.Objects;
import java.util.Set;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.StoreBuilder;
import org.jspecify.annotations.Nullable;

/** Takes steps to entities of one kind. */
final class AtEntity implements Processor<String, byte[], String, Routed> {
    private final PeerScoring peer;
    private final Entity kind;
    private final String storeName;
    private @Nullable ProcessorContext<String, Routed> context;
    private @Nullable ObjectStore<KeyedEntity> entities;

    private AtEntity(PeerScoring peer, Entity kind, String storeName) {
        this.peer = peer;
        this.kind = kind;
        this.storeName = storeName;
    }

    @Override
    public void init(ProcessorContext<String, Routed> newContext) {
        context = newContext;
        entities = newContext.getStateStore(storeName);
    }

    @Override
    public void process(Record<String, byte[]> record) {
        ObjectStore<KeyedEntity> store = Objects.requireNonNull(entities);
        KeyedEntity known = store.get(record.key());
        KeyedEntity entity = known == null ? peer.scoring().entity(kind, record.key()) : known;
        peer.atEntity(entity, record.value(), new Forwarding(Objects.requireNonNull(context), record.timestamp()));
        store.put(record.key(), entity);
    }

    /** Makes one for each task, with its store. */
    record Supplier(Policy policy, SchemaIds schemas, Entity kind, String storeName)
            implements ProcessorSupplier<String, byte[], String, Routed> {
        @Override
        public AtEntity get() {
            return new AtEntity(new PeerScoring(policy, schemas), kind, storeName);
        }

        @Override
        public Set<StoreBuilder<?>> stores() {
            return Set.of(new ObjectStore.Builder<>(storeName, () -> new InBytes(new KeyedScoring(policy), kind)));
        }
    }

    private record InBytes(KeyedScoring scoring, Entity kind) implements ObjectStore.Form<KeyedEntity> {
        @Override
        public byte[] write(KeyedEntity entity) {
            return scoring.write(entity);
        }

        @Override
        public KeyedEntity read(String key, byte[] state) {
            return scoring.readEntity(kind, key, state);
        }
    }
}
