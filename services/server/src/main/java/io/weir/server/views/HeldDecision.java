package io.weir.server.views;

import io.weir.events.EventReader;
import io.weir.events.SchemaIds;
import io.weir.events.TransactionDecided;

/**
 * A decision that a view keeps, as it stands on the log: two objects instead of a dozen, and half the bytes. Views keep what
 * was decided in hours, and a garbage collector that has to move it stops everybody.
 */
final class HeldDecision {
    private static final int OBJECT = 24;

    private final Reader reader;
    private final byte[] value;

    private HeldDecision(Reader reader, byte[] value) {
        this.reader = reader;
        this.value = value;
    }

    TransactionDecided read() {
        return reader.read(value);
    }

    /** What it takes on the heap, estimated. */
    int bytes() {
        return OBJECT + HeapSize.of(value);
    }

    /**
     * Keeps and reads again. Thread-safe. Does not wait for the registry, though it is asked on event loops: the id's schema
     * is known since the value was read from the log.
     */
    static final class Reader {
        private final EventReader events;

        Reader(SchemaIds schemaIds) {
            events = new EventReader(schemaIds);
        }

        /**
         * Keeps a decision.
         *
         * @param value of a record; not to be changed afterwards
         */
        HeldDecision hold(byte[] value) {
            return new HeldDecision(this, value);
        }

        private synchronized TransactionDecided read(byte[] value) {
            return (TransactionDecided) events.read(value);
        }
    }
}
