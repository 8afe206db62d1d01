package io.weir.server.log.memory;

import io.weir.events.Topics;
import io.weir.server.log.LogRecord;
import io.weir.server.log.RecordSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToLongFunction;
import org.apache.kafka.common.TopicPartition;

/** A reader without a group. */
final class MemorySource implements RecordSource {
    private static final long BEGINNING = 0;
    private static final int MOST_RECORDS = 24;

    private final MemoryLog log;
    private final MemoryEngineLog engine;
    private final Map<TopicPartition, Long> positions = new LinkedHashMap<>();
    private final Set<TopicPartition> paused = new HashSet<>();

    MemorySource(MemoryLog log, MemoryEngineLog engine) {
        this.log = log;
        this.engine = engine;
    }

    @Override
    public int partitions(Topics topic) {
        return log.partitions(topic.topicName());
    }

    @Override
    public void assign(Collection<TopicPartition> partitions) {
        positions.keySet().retainAll(partitions);
        paused.retainAll(partitions);
        partitions.forEach(partition -> positions.putIfAbsent(partition, BEGINNING));
    }

    @Override
    public void seek(TopicPartition partition, long offset) {
        requireAssigned(partition);
        positions.put(partition, offset);
    }

    @Override
    public void pause(TopicPartition partition) {
        requireAssigned(partition);
        paused.add(partition);
    }

    @Override
    public void resume(TopicPartition partition) {
        requireAssigned(partition);
        paused.remove(partition);
    }

    /** Where the log no longer begins so early, what a fetch would find out is known here already. */
    @Override
    public long position(TopicPartition partition) {
        requireAssigned(partition);
        return Math.max(positions.get(partition), of(partition).beginning());
    }

    @Override
    public List<LogRecord> poll(Duration timeout) {
        return engine.call("read", () -> {
            List<LogRecord> records = new ArrayList<>();
            for (TopicPartition partition : positions.keySet()) {
                if (!paused.contains(partition) && log.random().nextInt(5) > 0) {
                    var fetched = of(partition)
                            .fetch(positions.get(partition), log.random().nextInt(MOST_RECORDS));
                    positions.put(partition, fetched.next());
                    records.addAll(fetched.records());
                }
            }
            if (records.isEmpty()) {
                engine.pass(timeout);
            }
            return records;
        });
    }

    @Override
    public Map<TopicPartition, Long> beginnings(Collection<TopicPartition> partitions) {
        return offsets("beginnings", partitions, MemoryPartition::beginning);
    }

    @Override
    public Map<TopicPartition, Long> stableEnds(Collection<TopicPartition> partitions) {
        return offsets("stable ends", partitions, MemoryPartition::stableEnd);
    }

    @Override
    public Map<TopicPartition, Long> appendedEnds(Collection<TopicPartition> partitions) {
        return offsets("appended ends", partitions, MemoryPartition::end);
    }

    @Override
    public void close() {
        positions.clear();
    }

    private Map<TopicPartition, Long> offsets(
            String name, Collection<TopicPartition> partitions, ToLongFunction<MemoryPartition> offset) {
        return engine.unsureCall(name, () -> {
            Map<TopicPartition, Long> offsets = new HashMap<>();
            partitions.forEach(partition -> offsets.put(partition, offset.applyAsLong(of(partition))));
            return offsets;
        });
    }

    private MemoryPartition of(TopicPartition partition) {
        return log.partition(partition.topic(), partition.partition());
    }

    private void requireAssigned(TopicPartition partition) {
        if (!positions.containsKey(partition)) {
            throw new IllegalStateException("not assigned: " + partition);
        }
    }
}
