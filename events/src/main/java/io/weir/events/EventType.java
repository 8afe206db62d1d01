package io.weir.events;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import org.apache.avro.Schema;

/**
 * An event type: its schema, and how a value becomes Avro binary and back.
 *
 * <p>The codecs are written by hand, not generated: they are on the hot path, they make immutable records, and a test
 * holds every one of them against Avro's own reader and writer, byte for byte.
 *
 * @param <E> the event's class
 */
public abstract sealed class EventType<E extends Event>
        permits TransactionSubmitted.Type,
                TransactionLabelled.Type,
                TransactionDecided.Type,
                FraudAlertRaised.Type,
                DuplicateDetected.Type,
                PolicyPublished.Type,
                PolicyActivated.Type,
                PolicyActivationRequested.Type,
                ModelPublished.Type,
                ListChanged.Type,
                RuleShadowed.Type,
                PolicyShadowed.Type,
                AccountSnapshot.Type,
                EntitySnapshot.Type,
                SweepCompleted.Type {

    private final Class<E> eventClass;
    private final Schema schema;

    EventType(Class<E> eventClass) {
        this.eventClass = eventClass;
        this.schema = load(eventClass.getSimpleName());
    }

    /** Every event type there is. */
    public static List<EventType<?>> all() {
        return List.of(
                TransactionSubmitted.TYPE,
                TransactionLabelled.TYPE,
                TransactionDecided.TYPE,
                FraudAlertRaised.TYPE,
                DuplicateDetected.TYPE,
                PolicyPublished.TYPE,
                PolicyActivated.TYPE,
                PolicyActivationRequested.TYPE,
                ModelPublished.TYPE,
                ListChanged.TYPE,
                RuleShadowed.TYPE,
                PolicyShadowed.TYPE,
                AccountSnapshot.TYPE,
                EntitySnapshot.TYPE,
                SweepCompleted.TYPE);
    }

    /** The simple name, for example {@code TransactionSubmitted}. */
    public final String name() {
        return schema.getName();
    }

    /** The full name, for example {@code io.weir.events.TransactionSubmitted}. */
    public final String fullName() {
        return schema.getFullName();
    }

    /** The schema that this build writes and reads. */
    public final Schema schema() {
        return schema;
    }

    /** The event's class. */
    public final Class<E> eventClass() {
        return eventClass;
    }

    abstract void encode(E event, AvroOutput out);

    /** Encodes an event that is of this type. */
    final void encodeAny(Event event, AvroOutput out) {
        encode(eventClass.cast(event), out);
    }

    /** Reads one value written with {@link #schema()}; a malformed one ends in a {@link MalformedValueException}. */
    abstract E decode(AvroInput in);

    private static Schema load(String name) {
        try (InputStream in = EventType.class.getResourceAsStream(name + ".avsc")) {
            if (in == null) {
                throw new IllegalStateException("schema " + name + ".avsc is not in this build");
            }
            return new Schema.Parser().parse(in);
        } catch (IOException e) {
            throw new UncheckedIOException("schema " + name + ".avsc cannot be read", e);
        }
    }
}
