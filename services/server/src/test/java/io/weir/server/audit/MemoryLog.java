package io.weir.server.audit;

import io.weir.events.Event;
import io.weir.events.EventType;
import io.weir.events.EventWriter;
import io.weir.events.SchemaIds;
import io.weir.events.Topics;
import io.weir.server.log.History;
import io.weir.server.log.LogRecord;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/** The log in memory, with offsets that have gaps, as transaction markers leave them. */
final class MemoryLog {
    /** A registry that knows this build's schemas. */
    static final SchemaIds IDS = new SchemaIds() {
        @Override
        public int idOf(EventType<?> type) {
            return EventType.all().indexOf(type) + 1;
        }

        @Override
        public @Nullable Schema schemaOf(int id) {
            return id > 0 && id <= EventType.all().size()
                    ? EventType.all().get(id - 1).schema()
                    : null;
        }
    };

    final int partitions;
    final Map<Integer, History.Committed> committed = new TreeMap<>();
    private final Map<Topics, List<List<LogRecord>>> records = new EnumMap<>(Topics.class);
    private final EventWriter writer = new EventWriter(IDS);
    private long timeMs = 1_700_000_000_000L;

    MemoryLog(int partitions) {
        this.partitions = partitions;
        for (Topics topic : Topics.values()) {
            List<List<LogRecord>> all = new ArrayList<>();
            for (int i = 0; i < topic.partitions(partitions); i++) {
                all.add(new ArrayList<>());
            }
            records.put(topic, all);
        }
    }

    /** Appends and returns the value's bytes. */
    byte[] append(Topics topic, int partition, Event event, Map<String, String> headers) {
        byte[] value = writer.write(event);
        append(topic, partition, event.key().getBytes(StandardCharsets.UTF_8), value, headers);
        return value;
    }

    void append(
            Topics topic, int partition, byte @Nullable [] key, byte @Nullable [] value, Map<String, String> headers) {
        timeMs += 7;
        records(topic, partition)
                .add(new LogRecord(topic.topicName(), partition, end(topic, partition), timeMs, key, value, headers));
    }

    /** Its records, to be tampered with. */
    List<LogRecord> records(Topics topic, int partition) {
        return records.get(topic).get(partition);
    }

    /** The offset of the next record. */
    long end(Topics topic, int partition) {
        List<LogRecord> all = records(topic, partition);
        return all.isEmpty() ? 0 : all.getLast().offset() + (all.size() % 3 == 0 ? 2 : 1);
    }

    History open() {
        return new Reading();
    }

    private final class Reading implements History {
        private final Map<String, Integer> next = new HashMap<>();
        private final Map<String, Long> from = new HashMap<>();

        @Override
        public int partitions() {
            return partitions;
        }

        @Override
        public long start(Topics topic, int partition) {
            return 0;
        }

        @Override
        public long end(Topics topic, int partition) {
            return MemoryLog.this.end(topic, partition);
        }

        @Override
        public Map<Integer, Committed> committed() {
            return committed;
        }

        @Override
        public void startAt(Topics topic, int partition, long offset) {
            from.put(topic.name() + partition, offset);
        }

        @Override
        public @Nullable LogRecord next(Topics topic, int partition) {
            String name = topic.name() + partition;
            while (true) {
                int index = next.merge(name, 1, Integer::sum) - 1;
                List<LogRecord> all = records(topic, partition);
                if (index >= all.size()) {
                    return null;
                }
                if (all.get(index).offset() >= from.getOrDefault(name, 0L)) {
                    return all.get(index);
                }
            }
        }

        @Override
        public Executor background() {
            return Runnable::run;
        }

        @Override
        public void close() {}
    }
}
