package io.weir.server.score;

import io.weir.core.decide.DecisionStateMachine;
import io.weir.events.Event;
import io.weir.events.SchemaIds;
import io.weir.events.Topics;
import io.weir.server.log.EngineLogException;
import io.weir.server.log.LogRecord;
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

    /** Folds records in their order. */
    void fold(List<LogRecord> records) {
        records.forEach(this::fold);
    }

    /** Folds one record. */
    void fold(LogRecord record) {
        boolean control = record.topic().equals(Topics.CONTROL.topicName());
        try {
            Event event = decoder.decode(record);
            if (!control) {
                machine.fold(event, record.partition(), record.offset());
            } else if (policies != null) {
                policies.fold(event, record.offset());
            }
        } catch (RecordDecoder.UndecodableException e) {
            // Who decides the partition writes the dead letter; the control topic is ours, so say it here.
            if (control) {
                log.error("control record at {} passed over: {}", record.offset(), e.getMessage());
            }
        } catch (RuntimeException e) {
            rethrowIfTransient(e);
            log.error("record {}/{} passed over", record.partition(), record.offset(), e);
        }
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
