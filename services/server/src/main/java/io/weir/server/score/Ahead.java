package io.weir.server.score;

import io.weir.core.decide.DecisionStateMachine;
import io.weir.events.Event;
import io.weir.server.log.LogRecord;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The events of records that are to be folded or decided one after another. They are decoded some ahead of their turn, for the state
 * machine to fetch from memory what they need for all of them at a time, see {@link DecisionStateMachine#expect}.
 */
final class Ahead {
    private static final Logger log = LoggerFactory.getLogger(Ahead.class);
    /** Enough to overlap most waiting; what was fetched for so many is still in the processor's cache at their turn. */
    static final int EVENTS = 32;

    private final RecordDecoder decoder;
    private final DecisionStateMachine machine;
    private final List<LogRecord> records;
    private final List<@Nullable Event> decoded = new ArrayList<>(EVENTS);
    private int begin;

    /** Those of some records; {@link #event} is asked for each in their order. */
    Ahead(RecordDecoder decoder, DecisionStateMachine machine, List<LogRecord> records) {
        this.decoder = decoder;
        this.machine = machine;
        this.records = records;
    }

    /**
     * The event in a record.
     *
     * @param index of the record, not less than before
     * @throws RecordDecoder.UndecodableException when there is none
     */
    Event event(int index) throws RecordDecoder.UndecodableException {
        if (index >= begin + decoded.size()) {
            decodeFrom(index);
        }
        Event event = decoded.get(index - begin);
        return event == null ? decoder.decode(records.get(index)) : event;
    }

    private void decodeFrom(int index) {
        begin = index;
        decoded.clear();
        for (int i = index; i < Math.min(index + EVENTS, records.size()); i++) {
            decoded.add(decode(records.get(i)));
        }
        if (decoded.size() > 1) {
            machine.expect(decoded);
        }
    }

    /** Null if there is none; why, is said when it is its turn. */
    private @Nullable Event decode(LogRecord record) {
        try {
            return decoder.decode(record);
        } catch (RecordDecoder.UndecodableException e) {
            return null;
        } catch (RuntimeException e) {
            Folding.rethrowIfTransient(e);
            log.debug("record {}/{} cannot be decoded", record.partition(), record.offset(), e);
            return null;
        }
    }
}
