package io.weir.events;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.RecordComponent;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.Encoder;
import org.apache.avro.io.EncoderFactory;

/** Avro's own writer, fed with our events: what the hand-written codecs are held against. */
final class AvroReference {
    /** How an array is laid out; Avro's specification leaves the choice to the writer. */
    enum Layout {
        ONE_BLOCK,
        SEVERAL_BLOCKS,
        BLOCKS_WITH_BYTE_SIZES,
        /** Small arrays in one block, what overflows the buffer in blocks with byte sizes. */
        BUFFERED_BLOCKS
    }

    private AvroReference() {}

    /** The event as Avro's generic value, its components matched to the schema's fields by name. */
    static Object generic(Object value, Schema schema) {
        return switch (schema.getType()) {
            case RECORD -> {
                GenericData.Record record = new GenericData.Record(schema);
                for (RecordComponent component : value.getClass().getRecordComponents()) {
                    Schema.Field field = schema.getField(component.getName());
                    record.put(field.pos(), generic(read(component, value), field.schema()));
                }
                yield record;
            }
            case UNION ->
                value == null ? null : generic(value, schema.getTypes().get(1));
            case ENUM -> new GenericData.EnumSymbol(schema, value.toString());
            case BYTES -> ByteBuffer.wrap((byte[]) value);
            case FIXED -> new GenericData.Fixed(schema, ((Sha256) value).bytes());
            case ARRAY -> {
                List<?> items =
                        switch (value) {
                            case double[] numbers ->
                                Arrays.stream(numbers).boxed().toList();
                            case long[] numbers ->
                                Arrays.stream(numbers).boxed().toList();
                            default -> (List<?>) value;
                        };
                yield items.stream()
                        .map(item -> generic(item, schema.getElementType()))
                        .toList();
            }
            default -> value;
        };
    }

    /** The Avro binary encoding of a generic value. */
    static byte[] write(Object datum, Schema schema, Layout layout) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        EncoderFactory encoders = new EncoderFactory().configureBlockSize(64);
        Encoder encoder =
                switch (layout) {
                    case ONE_BLOCK, SEVERAL_BLOCKS -> encoders.binaryEncoder(out, null);
                    case BLOCKS_WITH_BYTE_SIZES -> encoders.blockingDirectBinaryEncoder(out, null);
                    case BUFFERED_BLOCKS -> encoders.blockingBinaryEncoder(out, null);
                };
        GenericDatumWriter<Object> writer =
                layout == Layout.SEVERAL_BLOCKS ? new SeveralBlocks(schema) : new GenericDatumWriter<>(schema);
        try {
            writer.write(datum, encoder);
            encoder.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    /** The event's Avro binary encoding, without the wire format's header. */
    static byte[] write(Event event, Layout layout) {
        Schema schema = event.type().schema();
        return write(generic(event, schema), schema, layout);
    }

    private static Object read(RecordComponent component, Object value) {
        try {
            return component.getAccessor().invoke(value);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(component + " cannot be read", e);
        }
    }

    /** Writes the items of an array in blocks of 1, 2, 3 ... */
    private static final class SeveralBlocks extends GenericDatumWriter<Object> {
        SeveralBlocks(Schema schema) {
            super(schema);
        }

        @Override
        protected void writeArray(Schema schema, Object datum, Encoder out) throws IOException {
            List<?> items = (List<?>) datum;
            Iterator<?> next = items.iterator();
            out.writeArrayStart();
            for (int block = 1, left = items.size(); left > 0; left -= block, block++) {
                int count = Math.min(block, left);
                out.setItemCount(count);
                for (int i = 0; i < count; i++) {
                    out.startItem();
                    write(schema.getElementType(), next.next(), out);
                }
            }
            out.writeArrayEnd();
        }
    }
}
