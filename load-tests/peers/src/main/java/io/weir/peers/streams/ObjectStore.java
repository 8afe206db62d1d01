package io.weir.peers.streams;

import io.weir.core.decide.KeyedScoring;
import io.weir.peers.Kept;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.state.internals.CacheFlushListener;
import org.apache.kafka.streams.state.internals.CachedStateStore;
import org.jspecify.annotations.Nullable;

/**
 * A RocksDB store with changelog, behind a cache of objects that is written back before each commit. Kafka Streams' own cache
 * does the same one layer lower, with bytes: behind it every update of windows would read and write all their rows.
 *
 * <p>{@link CachedStateStore} is what Kafka Streams flushes when it prepares a commit; it is internal, and there is no
 * public way to that moment. Of a task that is closed without a commit, everything here is dropped with the transaction.
 *
 * @param <V> what is kept by key
 */
final class ObjectStore<V> implements StateStore, CachedStateStore<String, byte[]> {
    /** Per task: more than the handbook has of terminals, and at some KiB each what a heap of a GiB takes. */
    private static final int MOST_OBJECTS = 20_000;

    private final KeyValueStore<String, byte[]> bytes;
    private final Kept<V> kept;
    private final KeyedScoring scoring;
    private final LinkedHashMap<String, V> objects = new LinkedHashMap<>(1024, 0.75f, true);
    private final Map<String, V> changed = new HashMap<>();

    private ObjectStore(KeyValueStore<String, byte[]> bytes, Kept<V> kept, KeyedScoring scoring) {
        this.bytes = bytes;
        this.kept = kept;
        this.scoring = scoring;
    }

    @Nullable
    V get(String key) {
        V object = objects.get(key);
        if (object == null) {
            byte[] state = bytes.get(key);
            if (state == null) {
                return null;
            }
            object = kept.read(scoring, key, state);
            keep(key, object);
        }
        return object;
    }

    /** An object is new, or was changed in place. */
    void put(String key, V object) {
        changed.put(key, object);
        keep(key, object);
    }

    private void keep(String key, V object) {
        objects.put(key, object);
        if (objects.size() > MOST_OBJECTS) {
            Iterator<Map.Entry<String, V>> eldest = objects.entrySet().iterator();
            String dropped = eldest.next().getKey();
            eldest.remove();
            V unwritten = changed.remove(dropped);
            if (unwritten != null) {
                bytes.put(dropped, kept.write(scoring, unwritten));
            }
        }
    }

    @Override
    public void flushCache() {
        changed.forEach((key, object) -> bytes.put(key, kept.write(scoring, object)));
        changed.clear();
    }

    @Override
    public void clearCache() {
        objects.clear();
        changed.clear();
    }

    @Override
    public boolean setFlushListener(CacheFlushListener<String, byte[]> listener, boolean sendOldValues) {
        return false;
    }

    @Override
    public String name() {
        return bytes.name();
    }

    @Override
    public void init(StateStoreContext context, StateStore root) {
        bytes.init(context, root);
    }

    @Override
    public void commit(Map<TopicPartition, Long> changelogOffsets) {
        bytes.commit(changelogOffsets);
    }

    @Override
    public @Nullable Long committedOffset(TopicPartition partition) {
        return bytes.committedOffset(partition);
    }

    @Override
    @SuppressWarnings("deprecation") // whoever calls it still means the store beneath
    public boolean managesOffsets() {
        return bytes.managesOffsets();
    }

    @Override
    public void close() {
        clearCache();
        bytes.close();
    }

    @Override
    public boolean persistent() {
        return true;
    }

    @Override
    public boolean isOpen() {
        return bytes.isOpen();
    }

    /** Builds one for each task. */
    static final class Builder<V> implements StoreBuilder<ObjectStore<V>> {
        private final StoreBuilder<KeyValueStore<String, byte[]>> bytes;
        private final Kept<V> kept;
        private final Supplier<KeyedScoring> scoring;

        Builder(Kept<V> kept, Supplier<KeyedScoring> scoring) {
            bytes = Stores.keyValueStoreBuilder(
                            Stores.persistentKeyValueStore(kept.name()), Serdes.String(), Serdes.ByteArray())
                    .withLoggingEnabled(Map.of())
                    .withCachingDisabled();
            this.kept = kept;
            this.scoring = scoring;
        }

        @Override
        public ObjectStore<V> build() {
            return new ObjectStore<>(bytes.build(), kept, scoring.get());
        }

        @Override
        public Builder<V> withCachingEnabled() {
            return this;
        }

        @Override
        public Builder<V> withCachingDisabled() {
            return this;
        }

        @Override
        public Builder<V> withLoggingEnabled(Map<String, String> config) {
            bytes.withLoggingEnabled(config);
            return this;
        }

        @Override
        public Builder<V> withLoggingDisabled() {
            throw new UnsupportedOperationException("without a changelog the state would be lost with the disk");
        }

        @Override
        public Map<String, String> logConfig() {
            return bytes.logConfig();
        }

        @Override
        public boolean loggingEnabled() {
            return bytes.loggingEnabled();
        }

        @Override
        public String name() {
            return bytes.name();
        }
    }
}
