package io.weir.server.score;

import io.weir.core.decide.FeatureRows;
import io.weir.core.decide.Folded;
import io.weir.core.decide.Measured;
import io.weir.core.decide.Outcome;
import io.weir.events.Decision;
import io.weir.events.DecisionChain;
import io.weir.events.Event;
import io.weir.events.EventWriter;
import io.weir.events.Provenance;
import io.weir.events.Sha256;
import io.weir.events.Topics;
import io.weir.server.log.Committable;
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
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one poll led to: the records to write and the positions to commit, together or not at all. The engine's thread adds what
 * became of the records it folded; the decisions themselves need nothing of the state any more, and are made with the records,
 * in the background if others wait to be folded.
 */
final class Batch implements Committable {
    private static final Logger log = LoggerFactory.getLogger(Batch.class);

    private final Duty duty;
    private final String instanceId;
    private final ChainHeads heads;
    private final FeatureRows rows;
    private final EventWriter writer;
    private final List<LogRecord> sources = new ArrayList<>();
    /** What is yet to be told, and by the same indices, of which record. */
    private final List<Folded> toTell = new ArrayList<>();

    private final List<LogRecord> toTellOf = new ArrayList<>();
    private final List<OutputRecord> records = new ArrayList<>();
    private final Map<Integer, Long> next = new TreeMap<>();
    private final Map<Decision, Integer> decisions = new EnumMap<>(Decision.class);
    /** The chain through this batch of the partitions that have a decision in it. */
    private final Map<Integer, DecisionChain> chains = new HashMap<>();

    private String provenance = "";
    private boolean made;
    private int repeated;
    private int labelled;
    private int refused;
    private int snapshots;
    private int snapshotBytes;

    /**
     * An empty batch.
     *
     * @param duty of the engine: where decisions go, and whether what else comes of records is told
     * @param instanceId names the engine in dead letters
     * @param heads of the chains of decisions, to be led through this batch
     * @param buffers that no other batch uses before this one is committed
     */
    Batch(Duty duty, String instanceId, ChainHeads heads, BatchBuffers buffers) {
        this.duty = duty;
        this.instanceId = instanceId;
        this.heads = heads;
        this.rows = buffers.rows();
        this.writer = buffers.writer();
        rows.reuse();
    }

    /** Where the features of what is added go. */
    FeatureRows rows() {
        return rows;
    }

    /** Adds what became of a record. */
    void add(LogRecord source, Folded folded) {
        switch (folded) {
            case Measured measured -> later(source, measured);
            case Outcome.Decided decided -> later(source, decided);
            case Outcome.Repeated duplicate -> {
                later(source, duplicate);
                repeated++;
            }
            case Outcome.Labelled inTheState -> labelled++;
            case Outcome.Refused fault -> addDeadLetter(source, "decide", fault.error(), fault.message());
        }
        passed(source);
    }

    /** Adds what several policies decided on a record, alerts left out; none where it was nothing to decide on. */
    void add(LogRecord source, List<Outcome.Decided> decided) {
        decided.forEach(each -> later(source, new Outcome.Decided(each.decision(), null)));
        passed(source);
    }

    /** Adds a record that is no event. */
    void addUndecodable(LogRecord source, RecordDecoder.UndecodableException e) {
        addDeadLetter(source, "decode", e.error(), e.getMessage());
        passed(source);
    }

    /** Says what the batch has folded. To be called once, when the last record has been added. */
    void seal(Provenance folded) {
        provenance = folded.toString();
    }

    /** The records to write; the first call makes the decisions. */
    @Override
    public List<OutputRecord> records() {
        if (!made) {
            made = true;
            for (int i = 0; i < toTell.size(); i++) {
                tell(toTellOf.get(i), toTell.get(i));
            }
            chains.forEach((partition, chain) -> heads.set(partition, chain.head()));
        }
        return records;
    }

    private void tell(LogRecord source, Folded outcome) {
        try {
            switch (outcome) {
                case Measured measured -> addDecided(source, measured.decide());
                case Outcome.Decided decided -> addDecided(source, decided);
                case Outcome.Repeated duplicate -> records.add(like(source, Topics.DUPLICATES, duplicate.duplicate()));
                default -> throw new IllegalStateException(outcome + " is nothing to tell");
            }
        } catch (RuntimeException e) {
            // A fault of ours on this one record: it must not stop the rest. The same bytes fail in the same way in
            // every replay.
            Folding.rethrowIfTransient(e);
            log.error("record {}/{} cannot be decided", source.partition(), source.offset(), e);
            addDeadLetter(source, "decide", "InternalError", String.valueOf(e));
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

    /** By partition, the offset after its last record. */
    Map<Integer, Long> next() {
        return next;
    }

    @Override
    public Map<Integer, CommittedPosition> positions() {
        Map<Integer, CommittedPosition> positions = new TreeMap<>();
        next.forEach((partition, offset) -> positions.put(
                partition, new CommittedPosition(offset, heads.of(partition).hex())));
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

    /** Submissions of an id that its account had used. */
    int repeated() {
        return repeated;
    }

    int labelled() {
        return labelled;
    }

    /** Those among the dead letters. */
    int refused() {
        return refused;
    }

    /** How many there are of each, once the records are made. */
    Map<Decision, Integer> decisions() {
        return decisions;
    }

    private void passed(LogRecord source) {
        next.put(source.partition(), source.offset() + 1);
        sources.add(source);
    }

    private void later(LogRecord source, Folded outcome) {
        toTellOf.add(source);
        toTell.add(outcome);
    }

    private void addDeadLetter(LogRecord source, String stage, String error, @Nullable String message) {
        refused++;
        if (duty == Duty.DECIDE) {
            records.add(DeadLetterContext.of(source, stage, error, message, instanceId)
                    .letter(source));
        }
    }

    /** All of it or, where it cannot be encoded, nothing. */
    private void addDecided(LogRecord source, Outcome.Decided decided) {
        byte[] decision = writer.write(decided.decision());
        OutputRecord alert = decided.alert() == null ? null : like(source, Topics.FRAUD_ALERTS, decided.alert());
        addDecision(source, decision);
        if (alert != null) {
            records.add(alert);
        }
        decisions.merge(decided.decision().decision(), 1, Integer::sum);
    }

    /** Leads the chain through it; the first one of a partition says what the batch has folded. */
    private void addDecision(LogRecord source, byte[] value) {
        int partition = source.partition();
        DecisionChain chain = chains.get(partition);
        Map<String, String> headers = Map.of();
        if (chain == null) {
            Sha256 before = heads.of(partition);
            headers = Map.of(Provenance.HEADER, provenance, DecisionChain.HEADER, before.hex());
            chain = DecisionChain.batch(before, provenance);
            chains.put(partition, chain);
        }
        chain.add(value);
        records.add(new OutputRecord(duty.decisions(), partition, source.key(), value, headers));
    }

    /** An event of the account, hence of the key and the partition, that a record is of. */
    private OutputRecord like(LogRecord source, Topics topic, Event event) {
        return new OutputRecord(topic, source.partition(), source.key(), writer.write(event), Map.of());
    }

    private static byte[] key(Event event) {
        return event.key().getBytes(StandardCharsets.UTF_8);
    }
}
