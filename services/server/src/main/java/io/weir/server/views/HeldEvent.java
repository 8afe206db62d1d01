package io.weir.server.views;

import io.weir.events.Event;
import io.weir.events.EventReader;
import io.weir.events.SchemaIds;

/**
 * A decision or an alert that a view keeps, as it stands on the log: two objects instead of dozens, and less than half the
 * bytes. Views keep what was decided in hours, and a garbage collector that has to move it stops everybody.
 */
final class HeldEvent<E extends Event> {
    private static final int OBJECT = 24;

    private final Reader reader;
    private final byte[] value;

    private HeldEvent(Reader reader, byte[] value) {
        this.reader = reader;
        this.value = value;
    }

    @SuppressWarnings("unchecked") // hold was given an event of this type
    E read() {
        return (E) reader.read(value);
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
         * Keeps an event.
         *
         * @param event what the value stands for; not kept
         * @param value of a record; not to be changed afterwards
         */
        <E extends Event> HeldEvent<E> hold(E event, byte[] value) {
            return new HeldEvent<>(this, value);
        }

        private synchronized Event read(byte[] value) {
            return events.read(value);
        }
    }
}
