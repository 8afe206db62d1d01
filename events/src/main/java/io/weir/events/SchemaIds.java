package io.weir.events;

import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/** What the wire format needs of a schema registry. Implementations cache: a call must not cost I/O twice. */
public interface SchemaIds {

    /**
     * The id under which this build's schema of the type is registered.
     *
     * @throws IllegalStateException when it is not registered
     */
    int idOf(EventType<?> type);

    /**
     * The schema with this id, or null if the registry knows none; other outcomes than these two (the registry cannot be
     * reached) are thrown as {@link SchemaUnavailableException}, because the same bytes may well be readable later.
     */
    @Nullable
    Schema schemaOf(int id);

    /** The registry gave no answer; worth a retry. */
    final class SchemaUnavailableException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        public SchemaUnavailableException(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
