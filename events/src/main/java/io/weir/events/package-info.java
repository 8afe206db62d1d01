/** The wire vocabulary of Weir: event types, their Avro schemas and wire format, and the topics they travel on. */
@NullMarked
package io.weir.events;

import org.jspecify.annotations.NullMarked;
