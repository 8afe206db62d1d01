package io.weir.events;

import org.apache.avro.Schema;

/**
 * Walks a value by the schema that it was written with, before Avro's own reader may see it. Avro's limits are those of
 * the whole JVM and follow the heap: nested records end in a StackOverflowError, a few bytes can claim millions of items
 * that take no bytes, and lengths over 2^31 are no AvroRuntimeException. What has passed this walk is well-formed, and
 * costs Avro time and memory in proportion to its bytes.
 */
final class WrittenValue {
    private static final int MAXIMUM_DEPTH = 64;

    private final AvroInput in;
    private int itemsLeft;

    private WrittenValue(AvroInput in) {
        this.in = in;
        this.itemsLeft = in.remaining();
    }

    /**
     * Reads one value of {@code writer} from {@code in} and drops it.
     *
     * @throws MalformedValueException when it is not well-formed, is nested deeper than 64 levels, or its arrays and maps
     *     have more items than the value has bytes
     */
    static void check(AvroInput in, Schema writer) {
        new WrittenValue(in).walk(writer, "value", 0);
    }

    private void walk(Schema schema, String field, int depth) {
        if (depth > MAXIMUM_DEPTH) {
            throw new MalformedValueException(field, "is nested deeper than " + MAXIMUM_DEPTH + " levels");
        }
        switch (schema.getType()) {
            case RECORD -> {
                for (Schema.Field inner : schema.getFields()) {
                    walk(inner.schema(), depth == 0 ? inner.name() : field, depth + 1);
                }
            }
            case UNION -> {
                var branches = schema.getTypes();
                walk(branches.get(in.readIndex(field, branches.size())), field, depth + 1);
            }
            case ARRAY -> walkItems(schema.getElementType(), false, field, depth);
            case MAP -> walkItems(schema.getValueType(), true, field, depth);
            case STRING -> in.readString(field);
            case BYTES -> in.skipBytes(field);
            case FIXED -> in.readFixed(field, schema.getFixedSize());
            case ENUM -> in.readIndex(field, schema.getEnumSymbols().size());
            case INT -> in.readInt(field);
            case LONG -> in.readLong(field);
            case FLOAT -> in.readFixed(field, Float.BYTES);
            case DOUBLE -> in.readDouble(field);
            case BOOLEAN -> in.readBoolean(field);
            case NULL -> {}
        }
    }

    private void walkItems(Schema items, boolean keyed, String field, int depth) {
        for (int count; (count = in.readBlock(field, 1)) > 0; ) {
            itemsLeft -= count;
            if (itemsLeft < 0) {
                throw new MalformedValueException(field, "has more items than the value has bytes");
            }
            for (int i = 0; i < count; i++) {
                if (keyed) {
                    in.readString(field);
                }
                walk(items, field, depth + 1);
            }
        }
    }
}
