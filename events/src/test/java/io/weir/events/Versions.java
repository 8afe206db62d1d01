package io.weir.events;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.apache.avro.Schema;
import org.apache.avro.Schema.Field;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;

/** Other versions of a schema, as a past or future build might have registered them. */
final class Versions {
    static final Schema OPTIONAL_STRING =
            SchemaBuilder.unionOf().nullType().and().stringType().endUnion();

    private Versions() {}

    /** With one more field at the end, which has a default. */
    static Schema newer(Schema schema) {
        return plus(schema, new Field("addedLater", OPTIONAL_STRING, "Added later.", Field.NULL_DEFAULT_VALUE));
    }

    static Schema plus(Schema schema, Field field) {
        return with(schema, fields -> {
            fields.add(field);
            return fields;
        });
    }

    /** Without the named field. */
    static Schema without(Schema schema, String name) {
        return with(schema, fields -> {
            fields.removeIf(field -> field.name().equals(name));
            return fields;
        });
    }

    /** The same fields, the other way round. */
    static Schema reversed(Schema schema) {
        return with(schema, fields -> {
            Collections.reverse(fields);
            return fields;
        });
    }

    /**
     * With more fields in front, of every kind that a reader must skip: unions, bytes, numbers, arrays, maps, items that
     * take no bytes, and records that contain themselves.
     */
    static Schema strange(Schema schema) {
        Schema tree = Schema.createRecord("Tree", "A record that contains itself.", schema.getNamespace(), false);
        tree.setFields(List.of(new Field("branches", Schema.createArray(tree), "Trees.", List.of())));
        Schema nothings = Schema.createArray(Schema.create(Schema.Type.NULL));
        Schema numbers = SchemaBuilder.map().values().longType();
        Schema many = Schema.createUnion(
                List.of(Schema.create(Schema.Type.BYTES), Schema.create(Schema.Type.FLOAT), numbers));
        return with(schema, fields -> {
            fields.add(0, new Field("tree", tree, "A tree.", Map.of("branches", List.of())));
            fields.add(1, new Field("nothings", nothings, "Nothing, often.", List.of()));
            fields.add(2, new Field("numbers", numbers, "Numbers.", Map.of()));
            fields.add(3, new Field("many", many, "One of many.", ""));
            return fields;
        });
    }

    /** The event as a build with the other version of its schema would hold it: fields that we do not know at default. */
    static GenericData.Record as(Schema version, Event event) {
        GenericData.Record ours =
                (GenericData.Record) AvroReference.generic(event, event.type().schema());
        GenericData.Record theirs = new GenericData.Record(version);
        for (Field field : version.getFields()) {
            theirs.put(
                    field.pos(),
                    ours.hasField(field.name())
                            ? ours.get(field.name())
                            : GenericData.get().getDefaultValue(field));
        }
        return theirs;
    }

    private static Schema with(Schema schema, UnaryOperator<List<Field>> change) {
        List<Field> fields = new ArrayList<>();
        for (Field field : schema.getFields()) {
            fields.add(new Field(field, field.schema()));
        }
        return Schema.createRecord(
                schema.getName(), schema.getDoc(), schema.getNamespace(), false, change.apply(fields));
    }
}
