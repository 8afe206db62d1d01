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
        return switch (event) {
            case TransactionSubmitted e -> write(TransactionSubmitted.TYPE, e);
            case TransactionLabelled e -> write(TransactionLabelled.TYPE, e);
            case TransactionDecided e -> write(TransactionDecided.TYPE, e);
            case FraudAlertRaised e -> write(FraudAlertRaised.TYPE, e);
            case DuplicateDetected e -> write(DuplicateDetected.TYPE, e);
            case PolicyPublished e -> write(PolicyPublished.TYPE, e);
            case PolicyActivated e -> write(PolicyActivated.TYPE, e);
            case PolicyActivationRequested e -> write(PolicyActivationRequested.TYPE, e);
            case ModelPublished e -> write(ModelPublished.TYPE, e);
            case ListChanged e -> write(ListChanged.TYPE, e);
            case RuleShadowed e -> write(RuleShadowed.TYPE, e);
            case PolicyShadowed e -> write(PolicyShadowed.TYPE, e);
            case AccountSnapshot e -> write(AccountSnapshot.TYPE, e);
            case EntitySnapshot e -> write(EntitySnapshot.TYPE, e);
            case SweepCompleted e -> write(SweepCompleted.TYPE, e);
        };
    }

    private <E extends Event> byte[] write(EventType<E> type, E event) {
        out.clear();
        out.rawByte(0);
        out.rawInt(schemaIds.idOf(type));
        type.encode(event, out);
        return out.toByteArray();
    }
}
