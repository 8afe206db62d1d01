package io.weir.peers.streams;

import io.weir.core.decide.KeyedScoring;
import io.weir.core.policy.Policy;
import io.weir.events.SchemaIds;
import io.weir.peers.Kept;
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

/** Takes steps to what is kept by their key. */
final class AtKey<V> implements Processor<String, byte[], String, Routed> {
    private final PeerScoring peer;
    private final Kept<V> kept;
    private @Nullable ProcessorContext<String, Routed> context;
    private @Nullable ObjectStore<V> store;

    private AtKey(PeerScoring peer, Kept<V> kept) {
        this.peer = peer;
        this.kept = kept;
    }

    @Override
    public void init(ProcessorContext<String, Routed> newContext) {
        context = newContext;
        store = newContext.getStateStore(kept.name());
    }

    @Override
    public void process(Record<String, byte[]> step) {
        ObjectStore<V> objects = Objects.requireNonNull(store);
        V known = objects.get(step.key());
        V object = known == null ? kept.begin(peer.scoring(), step.key()) : known;
        Forwarding out = new Forwarding(Objects.requireNonNull(context), step.timestamp());
        if (kept.take(peer, object, step.value(), out)) {
            objects.put(step.key(), object);
        }
    }

    /** Makes one for each task, with its store. */
    record Supplier<V>(Policy policy, SchemaIds schemas, Kept<V> kept)
            implements ProcessorSupplier<String, byte[], String, Routed> {
        @Override
        public AtKey<V> get() {
            return new AtKey<>(new PeerScoring(policy, schemas), kept);
        }

        @Override
        public Set<StoreBuilder<?>> stores() {
            return Set.of(new ObjectStore.Builder<>(kept, () -> new KeyedScoring(policy)));
        }
    }
}
