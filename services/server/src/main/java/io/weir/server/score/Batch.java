package io.weir.server.score;

import io.weir.core.decide.Outcome;
import io.weir.events.Decision;
import io.weir.events.Event;
import io.weir.events.EventWriter;
import io.weir.events.Provenance;
import io.weir.events.Topics;
import io.weir.server.log.LogRecord;
import io.weir.server.log.OutputRecord;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What one poll led to: the records to write and the positions to commit, together or not at all. */
final class Batch {
    private final EventWriter writer;
    private final DeadLetters deadLetters;
    private final Provenance provenance;
    private final List<OutputRecord> records = new ArrayList<>();
    private final Map<Integer, Long> next = new HashMap<>();
    private final Set<Integer> described = new HashSet<>();
    private final Map<Class<? extends Outcome>, Integer> outcomes = new HashMap<>();
    private final Map<Decision, Integer> decisions = new EnumMap<>(Decision.class);
    private int size;

    Batch(EventWriter writer, DeadLetters deadLetters, Provenance provenance) {
        this.writer = writer;
        this.deadLetters = deadLetters;
        this.provenance = provenance;
    }

    /** Adds what became of a record. */
    void add(LogRecord source, Outcome outcome) {
        switch (outcome) {
            case Outcome.Decided decided -> {
                decisions.merge(decided.decision().decision(), 1, Integer::sum);
                add(Topics.DECISIONS, source, decided.decision(), provenanceOnce(source.partition()));
                if (decided.alert() != null) {
                    add(Topics.FRAUD_ALERTS, source, decided.alert(), Map.of());
                }
            }
            case Outcome.Repeated repeated -> add(Topics.DUPLICATES, source, repeated.duplicate(), Map.of());
            case Outcome.Labelled labelled -> {
                // in the state; nothing to tell
            }
            case Outcome.Refused refused ->
                records.add(deadLetters.of(source, "decide", refused.error(), refused.message()));
        }
        passed(source, outcome.getClass());
    }

    /** Adds a record that is no event. */
    void addUndecodable(LogRecord source, RecordDecoder.UndecodableException e) {
        records.add(deadLetters.of(source, "decode", e.error(), e.getMessage()));
        passed(source, Outcome.Refused.class);
    }

    List<OutputRecord> records() {
        return records;
    }

    /** By partition, the offset after its last record. */
    Map<Integer, Long> next() {
        return next;
    }

    int size() {
        return size;
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
        size++;
    }

    private void add(Topics topic, LogRecord source, Event event, Map<String, String> headers) {
        byte[] key = event.key().getBytes(StandardCharsets.UTF_8);
        records.add(new OutputRecord(topic, source.partition(), key, writer.write(event), headers));
    }

    private Map<String, String> provenanceOnce(int partition) {
        return described.add(partition) ? Map.of(Provenance.HEADER, provenance.toString()) : Map.of();
    }
}
