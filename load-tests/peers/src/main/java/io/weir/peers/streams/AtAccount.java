package io.weir.peers.streams;

import io.weir.core.decide.KeyedAccount;
import io.weir.core.decide.KeyedScoring;
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
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.StoreBuilder;
import org.jspecify.annotations.Nullable;

/** Takes records of the transaction log to their accounts. */
final class AtAccount implements Processor<String, byte[], String, Routed> {
    private static final String STORE = "accounts";

    private final PeerScoring peer;
    private @Nullable ProcessorContext<String, Routed> context;
    private @Nullable ObjectStore<KeyedAccount> accounts;

    private AtAccount(PeerScoring peer) {
        this.peer = peer;
    }

    @Override
    public void init(ProcessorContext<String, Routed> newContext) {
        context = newContext;
        accounts = newContext.getStateStore(STORE);
    }

    @Override
    public void process(Record<String, byte[]> record) {
        if (record.key() == null || record.value() == null) {
            return; // no event
        }
        ProcessorContext<String, Routed> out = Objects.requireNonNull(context);
        ObjectStore<KeyedAccount> store = Objects.requireNonNull(accounts);
        RecordMetadata where = out.recordMetadata().orElseThrow();
        KeyedAccount known = store.get(record.key());
        KeyedAccount account = known == null ? peer.scoring().account(record.key()) : known;
        Forwarding forwarding = new Forwarding(out, record.timestamp());
        if (peer.atAccount(record.value(), where.partition(), where.offset(), account, forwarding)) {
            store.put(record.key(), account);
        }
    }

    /** Makes one for each task, with its store. */
    record Supplier(Policy policy, SchemaIds schemas) implements ProcessorSupplier<String, byte[], String, Routed> {
        @Override
        public AtAccount get() {
            return new AtAccount(new PeerScoring(policy, schemas));
        }

        @Override
        public Set<StoreBuilder<?>> stores() {
            return Set.of(new ObjectStore.Builder<>(STORE, () -> new InBytes(new KeyedScoring(policy))));
        }
    }

    private record InBytes(KeyedScoring scoring) implements ObjectStore.Form<KeyedAccount> {
        @Override
        public byte[] write(KeyedAccount account) {
            return scoring.write(account);
        }

        @Override
        public KeyedAccount read(String key, byte[] state) {
            return scoring.readAccount(key, state);
        }
    }
}
