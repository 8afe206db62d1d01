package io.weir.events;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.jspecify.annotations.Nullable;

/**
 * Reads events in the Confluent wire format. A value written with this build's own schema is decoded directly; one
 * written with an older or newer version goes through Avro's schema resolution first. Not thread-safe.
 */
public final class EventReader {
    private static final Map<String, EventType<?>> TYPES =
            EventType.all().stream().collect(Collectors.toUnmodifiableMap(EventType::fullName, type -> type));

    private final SchemaIds schemaIds;
    private final Map<Integer, Written> written = new HashMap<>();
    private final AvroInput in = new AvroInput();

    public EventReader(SchemaIds schemaIds) {
        this.schemaIds = schemaIds;
    }

    /**
     * The event that {@code value} stands for.
     *
     * @throws MalformedValueException when it is no event of this vocabulary, now or later
     * @throws SchemaIds.SchemaUnavailableException when the registry is needed and gives no answer
     */
    public Event read(byte @Nullable [] value) {
        if (value == null) {
            throw new MalformedValueException("value", "is null; expected an Avro event");
        }
        if (value.length < EventWriter.HEADER_BYTES) {
            throw new MalformedValueException(
                    "value", "has " + value.length + " bytes; the wire format's header alone has 5");
        }
        if (value[0] != 0) {
            throw new MalformedValueException(
                    "magic byte", "is " + (value[0] & 0xFF) + "; the Confluent wire format starts with 0");
        }
        int id = (value[1] & 0xFF) << 24 | (value[2] & 0xFF) << 16 | (value[3] & 0xFF) << 8 | (value[4] & 0xFF);
        Written schema = written.get(id);
        if (schema == null) {
            schema = look(id);
            written.put(id, schema);
        }
        in.reset(value, EventWriter.HEADER_BYTES, value.length);
        if (schema.resolver != null) {
            WrittenValue.check(in, schema.writer);
            requireEnd();
            byte[] resolved = resolve(schema.resolver, value);
            in.reset(resolved, 0, resolved.length);
        }
        Event event = schema.type.decode(in);
        requireEnd();
        return event;
    }

    private void requireEnd() {
        if (in.remaining() > 0) {
            throw new MalformedValueException("value", "has " + in.remaining() + " bytes after the event's end");
        }
    }

    private Written look(int id) {
        Schema schema = schemaIds.schemaOf(id);
        if (schema == null) {
            throw new MalformedValueException("schema id", id + " is not known to the schema registry");
        }
        EventType<?> type = schema.getType() == Schema.Type.RECORD ? TYPES.get(schema.getFullName()) : null;
        if (type == null) {
            throw new MalformedValueException(
                    "schema id", id + " is " + schema.getFullName() + ", which is no event of this vocabulary");
        }
        if (schema.equals(type.schema())) {
            return new Written(type, schema, null);
        }
        var compatibility = SchemaCompatibility.checkReaderWriterCompatibility(type.schema(), schema);
        if (compatibility.getType() != SchemaCompatibilityType.COMPATIBLE) {
            throw new MalformedValueException(
                    "schema id", id + " is a version of " + type.name() + " that this build cannot read");
        }
        return new Written(type, schema, new GenericDatumReader<>(schema, type.schema()));
    }

    /**
     * A well-formed value of another version, written again with our own schema. Avro says of a skipped array's size that it
     * is an unsupported operation.
     */
    private static byte[] resolve(GenericDatumReader<GenericRecord> resolver, byte[] value) {
        try {
            int length = value.length - EventWriter.HEADER_BYTES;
            BinaryDecoder decoder = DecoderFactory.get().binaryDecoder(value, EventWriter.HEADER_BYTES, length, null);
            GenericRecord read = resolver.read(null, decoder);
            ByteArrayOutputStream out = new ByteArrayOutputStream(length + 64);
            BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
            new GenericDatumWriter<GenericRecord>(resolver.getExpected()).write(read, encoder);
            encoder.flush();
            return out.toByteArray();
        } catch (IOException | AvroRuntimeException | UnsupportedOperationException e) {
            throw new MalformedValueException("value", "cannot be read as this build's version: " + e.getMessage(), e);
        }
    }

    /** A schema that values were written with, and what resolves it to ours; null if it is ours. */
    private record Written(
            EventType<?> type, Schema writer, @Nullable GenericDatumReader<GenericRecord> resolver) {}
}
