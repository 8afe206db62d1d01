package io.weir.server.log.memory;

import io.weir.server.log.LogRecord;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;

/** One partition: everything that was ever appended, at its offset, and how much of it is left. */
final class MemoryPartition {
    private final String topic;
    private final int number;
    private final List<Entry> entries = new ArrayList<>();
    /** Offsets that compaction has taken. */
    private final BitSet compacted = new BitSet();
    /** Transactions without a marker here, by the offset of their first record, the oldest first. */
    private final Map<MemoryTransaction, Long> unmarked = new LinkedHashMap<>();

    private long beginning;

    /**
     * What lies at an offset.
     *
     * @param record null if it is a marker
     * @param transaction null if the record was written without
     */
    record Entry(LogRecord record, MemoryTransaction transaction) {
        boolean committed() {
            return record != null && (transaction == null || transaction.isCommitted());
        }
    }

    /**
     * What one fetch brings.
     *
     * @param next where the next one goes on, past gaps that were seen
     */
    record Fetched(List<LogRecord> records, long next) {}

    MemoryPartition(String topic, int number) {
        this.topic = topic;
        this.number = number;
    }

    long beginning() {
        return beginning;
    }

    long end() {
        return entries.size();
    }

    /** The last stable offset. */
    long stableEnd() {
        return unmarked.isEmpty() ? end() : unmarked.values().iterator().next();
    }

    void append(byte[] key, byte[] value, Map<String, String> headers, long timeMs, MemoryTransaction transaction) {
        if (transaction != null) {
            unmarked.putIfAbsent(transaction, end());
        }
        entries.add(new Entry(new LogRecord(topic, number, end(), timeMs, key, value, headers), transaction));
    }

    /** Writes the marker of a decided transaction. */
    void mark(MemoryTransaction transaction) {
        unmarked.remove(transaction);
        entries.add(new Entry(null, transaction));
    }

    /** Reads on, past no more than so many entries; from the beginning where the offset no longer exists. */
    Fetched fetch(long offset, int most) {
        List<LogRecord> records = new ArrayList<>();
        long end = stableEnd();
        long next = Math.max(offset, beginning);
        for (int passed = 0; next < end && passed < most; next++) {
            if (!compacted.get((int) next)) {
                passed++;
                Entry entry = entries.get((int) next);
                if (entry.committed()) {
                    records.add(entry.record);
                }
            }
        }
        return new Fetched(records, next);
    }

    void deleteBefore(long offset) {
        beginning = Math.max(beginning, Math.min(offset, stableEnd()));
    }

    /** Takes some of the records that others, no younger than a time, have replaced. */
    void compact(long olderThanMs, RandomGenerator random) {
        Set<String> replaced = new HashSet<>();
        for (int offset = (int) stableEnd() - 1; offset >= 0; offset--) {
            Entry entry = entries.get(offset);
            if (entry.committed()) {
                String key = new String(entry.record.key(), StandardCharsets.UTF_8);
                if (replaced.contains(key) && random.nextBoolean()) {
                    compacted.set(offset);
                }
                if (entry.record.timestampMs() < olderThanMs) {
                    replaced.add(key);
                }
            }
        }
    }

    /** All records that were ever committed, those included that no reader sees any more or yet. */
    List<Entry> history() {
        return entries.stream().filter(Entry::committed).toList();
    }
}
