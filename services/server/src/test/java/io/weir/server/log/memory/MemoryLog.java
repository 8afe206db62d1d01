package io.weir.server.log.memory;

import io.weir.events.Event;
import io.weir.events.EventType;
import io.weir.events.EventWriter;
import io.weir.events.SchemaIds;
import io.weir.events.Topics;
import io.weir.server.log.CommittedPosition;
import io.weir.server.log.LogRecord;
import io.weir.server.log.SnapshotReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.apache.avro.Schema;
import org.apache.kafka.common.errors.TimeoutException;

/** The cluster: topics, coordinators, and the time. */
public final class MemoryLog {
    /** A registry that knows this build's schemas. */
    public static final SchemaIds IDS = new SchemaIds() {
        @Override
        public int idOf(EventType<?> type) {
            return EventType.all().indexOf(type) + 1;
        }

        @Override
        public Schema schemaOf(int id) {
            return id > 0 && id <= EventType.all().size()
                    ? EventType.all().get(id - 1).schema()
                    : null;
        }
    };

    private static final long BEGIN_MS = 1_700_000_000_000L;

    private final int partitions;
    private final RandomGenerator random;
    private final EventWriter writer = new EventWriter(IDS);
    private final Map<String, List<MemoryPartition>> topics = new HashMap<>();
    private final MemoryGroup group;
    private final MemoryTransactions transactions;
    private long nowNs;
    private int oneInFails;

    /**
     * A record as it was committed.
     *
     * @param transaction null for a record without
     */
    public record Stored(LogRecord record, MemoryTransaction transaction) {}

    /** A record that somebody other than an engine writes. */
    @SuppressWarnings("ArrayRecordComponent") // a carrier
    public record Input(int partition, byte[] key, byte[] value) {}

    /**
     * An empty log.
     *
     * @param partitions of the topics keyed by account
     * @param random decides what is left open
     * @param oneInFails of so many calls about one gets no answer; 0 for none
     */
    public MemoryLog(int partitions, RandomGenerator random, int oneInFails) {
        this.partitions = partitions;
        this.random = random;
        this.oneInFails = oneInFails;
        this.group = new MemoryGroup(partitions, random);
        this.transactions = new MemoryTransactions(random, group);
        for (Topics topic : Topics.values()) {
            List<MemoryPartition> all = new ArrayList<>();
            for (int number = 0; number < topic.partitions(partitions); number++) {
                all.add(new MemoryPartition(topic.topicName(), number));
            }
            topics.put(topic.topicName(), all);
        }
    }

    public int partitions() {
        return partitions;
    }

    /**
     * The clients of an engine.
     *
     * @param writer stands in the transactions that it commits
     */
    public MemoryEngineLog engine(String instanceId, Object writer, Calls calls) {
        return new MemoryEngineLog(this, instanceId, writer, calls);
    }

    /** Appends an event. */
    public void append(Topics topic, int partition, Event event) {
        append(topic, input(partition, event));
    }

    /** Appends a record. */
    public void append(Topics topic, Input input) {
        partition(topic.topicName(), input.partition).append(input.key, input.value, Map.of(), nowMs(), null);
    }

    /** Appends records in a transaction, whose markers are to come. */
    public void append(Topics topic, List<Input> inputs, boolean commit) {
        MemoryTransaction transaction = transactions.begin("outside", "outside");
        for (Input input : inputs) {
            MemoryPartition partition = partition(topic.topicName(), input.partition);
            transaction.wroteTo(partition);
            partition.append(input.key, input.value, Map.of(), nowMs(), transaction);
        }
        transactions.decide(transaction, commit);
    }

    /** An event as a record. */
    public Input input(int partition, Event event) {
        return new Input(partition, event.key().getBytes(StandardCharsets.UTF_8), writer.write(event));
    }

    /** A marker comes to where it is awaited. */
    public void writeSomeMarker() {
        transactions.writeSomeMarker();
    }

    /** A transaction has been open for too long. */
    public void timeOutSomeTransaction() {
        transactions.timeOutSome();
    }

    /** A member has been silent for too long. */
    public void removeSomeMember() {
        group.removeSome();
    }

    /** The group gives out partitions anew. */
    public void rebalance() {
        group.rebalance();
    }

    /** The broker cleans the topics of snapshots. */
    public void compact() {
        long olderThanMs = nowMs() - SnapshotReader.COMPACTION_LAG.toMillis();
        for (Topics topic : Topics.values()) {
            if (topic.cleanup() == Topics.Cleanup.COMPACT) {
                topics.get(topic.topicName()).forEach(partition -> partition.compact(olderThanMs, random));
            }
        }
    }

    /** Retention deletes the beginning of a partition of the transaction log. */
    public void deleteBefore(int partition, long offset) {
        partition(Topics.TRANSACTIONS.topicName(), partition).deleteBefore(offset);
    }

    /** Time passes. */
    public void pass(long ns) {
        nowNs += ns;
    }

    /** From now on every call is answered; what is under way ends, and nobody is a member any more. */
    public void calm() {
        oneInFails = 0;
        transactions.finishAll();
        group.removeAll();
    }

    /** Everything that was ever committed to a partition, deleted or not, by offset. */
    public List<Stored> history(Topics topic, int partition) {
        return partition(topic.topicName(), partition).history().stream()
                .map(entry -> new Stored(entry.record(), entry.transaction()))
                .toList();
    }

    /** By partition of the transaction log, what the group has committed. */
    public Map<Integer, CommittedPosition> committed() {
        return group.committed();
    }

    /** The offset of the first record that is left of a partition of the transaction log. */
    public long beginning(int partition) {
        return partition(Topics.TRANSACTIONS.topicName(), partition).beginning();
    }

    MemoryPartition partition(String topic, int number) {
        return topics.get(topic).get(number);
    }

    int partitions(String topic) {
        return topics.get(topic).size();
    }

    MemoryGroup group() {
        return group;
    }

    MemoryTransactions transactions() {
        return transactions;
    }

    RandomGenerator random() {
        return random;
    }

    boolean fails() {
        return oneInFails > 0 && random.nextInt(oneInFails) == 0;
    }

    long nowNs() {
        return nowNs;
    }

    long nowMs() {
        return BEGIN_MS + nowNs / 1_000_000;
    }

    /** What the group has committed for a partition, after waiting for what is under way; null if nothing. */
    CommittedPosition stablePosition(int partition) {
        MemoryTransaction transaction = group.pending(partition);
        while (transaction != null) {
            if (transaction.isOpen()) {
                if (random.nextBoolean()) {
                    throw new TimeoutException("the position of partition " + partition + " is not stable");
                }
                transactions.timeOut(transaction);
            }
            transactions.markPositions(transaction);
            transaction = group.pending(partition);
        }
        return group.committed().get(partition);
    }
}
