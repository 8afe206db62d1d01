package io.weir.server.log;

import io.weir.events.SweepCompleted;
import io.weir.events.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Reads both topics of snapshots to their ends, keeping the latest record of every key, while a sweep may be writing them.
 *
 * <p>Three passes, in the reverse order of a sweep's: what completed a sweep, then the accounts, then the entities. So the
 * accounts are at least those of the sweep that counts, and of no account is there a state newer than that of its entities.
 *
 * <p>Each pass ends at what had been appended when it began, and waits for transactions that were open then: the markers
 * of one transaction come to its partitions one after the other, and what is visible here may not be visible there yet.
 */
public final class SnapshotReader implements AutoCloseable {
    /**
     * A record that another has replaced stays on its topic for at least so long after that, by the topics' {@code
     * min.compaction.lag.ms}: a pass that takes less misses nothing.
     */
    public static final Duration COMPACTION_LAG = Duration.ofMinutes(5);

    private enum Pass {
        SWEEP,
        ACCOUNTS,
        ENTITIES,
        DONE
    }

    private final EngineLog log;
    private final RecordSource source;
    private final List<TopicPartition> accountPartitions;
    private final List<TopicPartition> entityPartitions;
    private final Map<String, LogRecord> accounts = new HashMap<>();
    private final Map<String, LogRecord> entities = new HashMap<>();
    private Pass pass = Pass.SWEEP;
    private long passBeganNs;
    /** Where the pass ends; empty before it begins. */
    private Map<TopicPartition, Long> ends = Map.of();

    private @Nullable LogRecord sweep;

    public SnapshotReader(EngineLog log) {
        this.log = log;
        source = log.open("snapshots");
        accountPartitions = partitions(Topics.ACCOUNT_PROFILES);
        entityPartitions = partitions(Topics.ENTITY_PROFILES);
        List<TopicPartition> all = new ArrayList<>(accountPartitions);
        all.addAll(entityPartitions);
        source.assign(all);
    }

    /**
     * Reads on; returns whether everything has been read.
     *
     * @param timeout how long to wait when there is nothing
     */
    public boolean readOn(Duration timeout) {
        if (ends.isEmpty()) {
            passBeganNs = log.nanoTime();
            ends = source.appendedEnds(pass == Pass.ACCOUNTS ? accountPartitions : entityPartitions);
        }
        if (!reachedEnds()) {
            source.poll(timeout).forEach(this::keep);
            return false;
        }
        boolean sure = log.nanoTime() - passBeganNs < COMPACTION_LAG.toNanos();
        ends = Map.of();
        if (sure) { // else the same pass again, for what has come meanwhile
            endPass();
        }
        return pass == Pass.DONE;
    }

    /** How many snapshots have been read so far. */
    public int size() {
        return accounts.size() + entities.size();
    }

    /** The record of the last complete sweep; null if there is none. */
    public @Nullable LogRecord sweep() {
        return sweep;
    }

    /** The latest record of every account. */
    public Collection<LogRecord> accounts() {
        return accounts.values();
    }

    /** The latest record of every other entity. */
    public Collection<LogRecord> entities() {
        return entities.values();
    }

    /** Ends the reader and forgets what it has read. */
    @Override
    public void close() {
        source.close();
        accounts.clear();
        entities.clear();
        sweep = null;
    }

    private void endPass() {
        switch (pass) {
            case SWEEP -> {
                sweep = entities.get(SweepCompleted.KEY);
                pass = Pass.ACCOUNTS;
            }
            case ACCOUNTS -> {
                accountPartitions.forEach(source::pause);
                pass = Pass.ENTITIES;
            }
            case ENTITIES -> {
                entities.remove(SweepCompleted.KEY);
                pass = Pass.DONE;
            }
            case DONE -> throw new IllegalStateException("everything has been read");
        }
    }

    private boolean reachedEnds() {
        return ends.entrySet().stream().allMatch(end -> source.position(end.getKey()) >= end.getValue());
    }

    private void keep(LogRecord record) {
        byte[] key = record.key();
        if (key == null) {
            return; // the broker takes none without a key on a compacted topic
        }
        boolean ofAccount = record.topic().equals(Topics.ACCOUNT_PROFILES.topicName());
        Map<String, LogRecord> latest = ofAccount ? accounts : entities;
        String id = new String(key, StandardCharsets.UTF_8);
        // One id in two partitions is two accounts: whoever wrote its events there made them so.
        String name = ofAccount ? record.partition() + ":" + id : id;
        if (record.value() == null) {
            latest.remove(name);
        } else {
            latest.put(name, record);
        }
    }

    private List<TopicPartition> partitions(Topics topic) {
        return IntStream.range(0, source.partitions(topic))
                .mapToObj(partition -> new TopicPartition(topic.topicName(), partition))
                .toList();
    }
}
