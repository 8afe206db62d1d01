package io.weir.events;

/** Writes events in the Confluent wire format: magic byte 0, schema id (4 bytes), Avro binary. Not thread-safe. */
public final class EventWriter {
    /** Bytes before the Avro binary: the magic byte and the schema id. */
    public static final int HEADER_BYTES = 5;

    private final SchemaIds schemaIds;
    private final AvroOutput out = new AvroOutput();

    public EventWriter(SchemaIds schemaIds) {
        this.schemaIds = schemaIds;
    }

    /** The record value that stands for {@code event}. */
    public byte[] write(Event event) {
        EventType<?> type = event.type();
        out.clear();
        out.rawByte(0);
        out.rawInt(schemaIds.idOf(type));
        type.encodeAny(event, out);
        return out.toByteArray();
    }
}
