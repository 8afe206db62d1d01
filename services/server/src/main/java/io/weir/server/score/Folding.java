package io.weir.server.score;

import io.weir.core.decide.DecisionStateMachine;
import io.weir.events.Event;
import io.weir.events.SchemaIds;
import io.weir.events.Topics;
import io.weir.server.log.EngineLogException;
import io.weir.server.log.LogRecord;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Folds what is not decided here: the control topic into the policies, the transactions of others into the state. */
final class Folding {
    private static final Logger log = LoggerFactory.getLogger(Folding.class);

    private final RecordDecoder decoder;
    private final DecisionStateMachine machine;
    private final @Nullable PolicyBook policies;

    /** {@code policies} may be null for one that meets no control records. */
    Folding(RecordDecoder decoder, DecisionStateMachine machine, @Nullable PolicyBook policies) {
        this.decoder = decoder;
        this.machine = machine;
        this.policies = policies;
    }

    /**
     * A record that everybody folds.
     *
     * @param event in it
     */
    record Decoded(LogRecord record, Event event) {}

    /** Folds records in their order. */
    void fold(List<LogRecord> records) {
        foldDecoded(decode(records, decoder));
    }

    /** Folds, in their order, what {@link #decode} has decoded. */
    void foldDecoded(List<Decoded> decoded) {
        List<Event> expected = new ArrayList<>(Ahead.EVENTS);
        for (int i = 0; i < decoded.size(); i++) {
            if (i % Ahead.EVENTS == 0) {
                expected.clear();
                decoded.subList(i, Math.min(i + Ahead.EVENTS, decoded.size()))
                        .forEach(each -> expected.add(each.event));
                machine.expect(expected);
            }
            fold(decoded.get(i));
        }
    }

    /** The records that are to be folded, in their order; without those that everybody passes over. By whatever thread. */
    static List<Decoded> decode(List<LogRecord> records, RecordDecoder decoder) {
        List<Decoded> decoded = new ArrayList<>(records.size());
        for (LogRecord record : records) {
            Event event = decode(record, decoder);
            if (event != null) {
                decoded.add(new Decoded(record, event));
            }
        }
        return decoded;
    }

    private void fold(Decoded next) {
        LogRecord record = next.record;
        try {
            if (!isControl(record)) {
                machine.fold(next.event, record.partition(), record.offset());
            } else if (policies != null) {
                policies.fold(next.event, record.offset());
            }
        } catch (RuntimeException e) {
            passedOver(record, e);
        }
    }

    private static @Nullable Event decode(LogRecord record, RecordDecoder decoder) {
        try {
            return decoder.decode(record);
        } catch (RecordDecoder.UndecodableException e) {
            // Who decides the partition writes the dead letter; the control topic is ours, so say it here.
            if (isControl(record)) {
                log.error("control record at {} passed over: {}", record.offset(), e.getMessage());
            }
        } catch (RuntimeException e) {
            passedOver(record, e);
        }
        return null;
    }

    private static boolean isControl(LogRecord record) {
        return record.topic().equals(Topics.CONTROL.topicName());
    }

    private static void passedOver(LogRecord record, RuntimeException e) {
        rethrowIfTransient(e);
        log.error("record {}/{} passed over", record.partition(), record.offset(), e);
    }

    /** What may well succeed later, or in another life, is no property of the record: it must not be passed over. */
    static void rethrowIfTransient(RuntimeException e) {
        if (e instanceof SchemaIds.SchemaUnavailableException
                || e instanceof EngineLogException
                || e instanceof KafkaException) {
            throw e;
        }
    }
}
