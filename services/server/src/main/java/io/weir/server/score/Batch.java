package io.weir.server.score;

import io.weir.core.decide.Outcome;
import io.weir.events.Decision;
import io.weir.events.DecisionChain;
import io.weir.events.Event;
import io.weir.events.EventWriter;
import io.weir.events.Provenance;
import io.weir.events.Sha256;
import io.weir.events.Topics;
import io.weir.events.TransactionDecided;
import io.weir.server.log.CommittedPosition;
import io.weir.server.log.DeadLetterContext;
import io.weir.server.log.KafkaSettings;
import io.weir.server.log.LogRecord;
import io.weir.server.log.OutputRecord;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** What one poll led to: the records to write and the positions to commit, together or not at all. */
final class Batch {
    private final Duty duty;
    private final EventWriter writer;
    private final String instanceId;
    private final IntFunction<Sha256> heads;
    private final List<LogRecord> sources = new ArrayList<>();
    private final List<OutputRecord> records = new ArrayList<>();
    private final Map<Integer, Long> next = new TreeMap<>();
    /** The chain through this batch of the partitions that have a decision in it. */
    private final Map<Integer, DecisionChain> chains = new HashMap<>();

    private final Map<Class<? extends Outcome>, Integer> outcomes = new HashMap<>();
    private final Map<Decision, Integer> decisions = new EnumMap<>(Decision.class);
    private int snapshots;
    private int snapshotBytes;

    /**
     * An empty batch.
     *
     * @param duty of the engine: where decisions go, and whether what else comes of records is told
     * @param instanceId names the engine in dead letters
     * @param heads by partition, the head of its chain of decisions before this batch
     */
    Batch(Duty duty, EventWriter writer, String instanceId, IntFunction<Sha256> heads) {
        this.duty = duty;
        this.writer = writer;
        this.instanceId = instanceId;
        this.heads = heads;
    }

    /** Adds what became of a record. */
    void add(LogRecord source, Outcome outcome) {
        switch (outcome) {
            case Outcome.Decided decided -> {
                addDecision(source, decided.decision());
                if (decided.alert() != null) {
                    addLike(source, Topics.FRAUD_ALERTS, decided.alert());
                }
            }
            case Outcome.Repeated repeated -> addLike(source, Topics.DUPLICATES, repeated.duplicate());
            case Outcome.Labelled labelled -> {
                // in the state; nothing to tell
            }
            case Outcome.Refused refused -> addDeadLetter(source, "decide", refused.error(), refused.message());
        }
        passed(source, outcome.getClass());
    }

    /** Adds what several policies decided on a record, alerts left out; none where it was nothing to decide on. */
    void add(LogRecord source, List<Outcome.Decided> decided) {
        decided.forEach(each -> addDecision(source, each.decision()));
        passed(source, Outcome.Decided.class);
    }

    /** Adds a record that is no event. */
    void addUndecodable(LogRecord source, RecordDecoder.UndecodableException e) {
        addDeadLetter(source, "decode", e.error(), e.getMessage());
        passed(source, Outcome.Refused.class);
    }

    /**
     * Says what the batch has folded, in its first decision of each partition, and leads the chains through it. To be called
     * once, when the last record has been added: how many there would be was not certain before.
     */
    void seal(Provenance provenance) {
        String folded = provenance.toString();
        for (int i = 0; i < records.size(); i++) {
            OutputRecord record = records.get(i);
            if (record.topic() != duty.decisions()) {
                continue;
            }
            DecisionChain chain = chains.get(record.partition());
            if (chain == null) {
                Sha256 before = heads.apply(record.partition());
                records.set(
                        i,
                        new OutputRecord(
                                record.topic(),
                                record.partition(),
                                record.key(),
                                record.value(),
                                Map.of(Provenance.HEADER, folded, DecisionChain.HEADER, before.hex())));
                chain = DecisionChain.batch(before, folded);
                chains.put(record.partition(), chain);
            }
            chain.add(Objects.requireNonNull(record.value()));
        }
    }

    /** Adds a snapshot, unless it is larger than {@link KafkaSettings#MAX_SNAPSHOT_BYTES}; returns its bytes. */
    int addSnapshot(Topics topic, int partition, Event snapshot) {
        byte[] value = writer.write(snapshot);
        if (value.length <= KafkaSettings.MAX_SNAPSHOT_BYTES) {
            records.add(new OutputRecord(topic, partition, key(snapshot), value, Map.of()));
            snapshots++;
            snapshotBytes += value.length;
        }
        return value.length;
    }

    /** Adds an output that needs no more than its value. */
    void add(Topics topic, int partition, Event event) {
        records.add(new OutputRecord(topic, partition, key(event), writer.write(event), Map.of()));
    }

    /** Has a partition's position committed, even if the batch has no record of it. */
    void alsoCommit(int partition, long position) {
        next.putIfAbsent(partition, position);
    }

    List<OutputRecord> records() {
        return records;
    }

    /** By partition, the offset after its last record. */
    Map<Integer, Long> next() {
        return next;
    }

    /** What to commit. Once only: it ends the chains through this batch. */
    Map<Integer, CommittedPosition> positions() {
        Map<Integer, CommittedPosition> positions = new TreeMap<>();
        next.forEach((partition, offset) -> {
            DecisionChain chain = chains.get(partition);
            Sha256 head = chain == null ? heads.apply(partition) : chain.head();
            positions.put(partition, new CommittedPosition(offset, head.hex()));
        });
        return positions;
    }

    /** The records of the transaction log that it is about, by partition and offset. */
    List<LogRecord> sources() {
        return sources;
    }

    /** How many these are. */
    int size() {
        return sources.size();
    }

    int snapshots() {
        return snapshots;
    }

    int snapshotBytes() {
        return snapshotBytes;
    }

    int count(Class<? extends Outcome> outcome) {
        return outcomes.getOrDefault(outcome, 0);
    }

    Map<Decision, Integer> decisions() {
        return decisions;
    }

    private void passed(LogRecord source, Class<? extends Outcome> outcome) {
        outcomes.merge(outcome, 1, Integer::sum);
        next.put(source.partition(), source.offset() + 1);
        sources.add(source);
    }

    private void addDeadLetter(LogRecord source, String stage, String error, @Nullable String message) {
        if (duty == Duty.DECIDE) {
            records.add(DeadLetterContext.of(source, stage, error, message, instanceId)
                    .letter(source));
        }
    }

    /** An event of the account, hence of the key and the partition, that a record is of. */
    private void addLike(LogRecord source, Topics topic, Event event) {
        records.add(new OutputRecord(topic, source.partition(), source.key(), writer.write(event), Map.of()));
    }

    private void addDecision(LogRecord source, TransactionDecided decision) {
        decisions.merge(decision.decision(), 1, Integer::sum);
        addLike(source, duty.decisions(), decision);
    }

    private static byte[] key(Event event) {
        return event.key().getBytes(StandardCharsets.UTF_8);
    }
}
