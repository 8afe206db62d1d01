package io.weir.events;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.events.AvroReference.Layout;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The hand-written codecs against Avro's own writer. */
class CodecTest {
    private static final int EVENTS_PER_TYPE = 600;

    /** Records within events, by their full names. */
    private static final Map<String, Class<?>> PARTS = Stream.of(Reason.class, Feature.class, ModelScore.class)
            .collect(Collectors.toMap(Class::getName, part -> part));

    private final KnownSchemas schemas = new KnownSchemas();
    private final EventWriter writer = new EventWriter(schemas);
    private final EventReader reader = new EventReader(schemas);

    static List<EventType<?>> types() {
        return EventType.all();
    }

    @ParameterizedTest
    @MethodSource("types")
    void writesWhatAvroWrites(EventType<?> type) {
        for (long seed = 0; seed < EVENTS_PER_TYPE; seed++) {
            Event event = new RandomEvents(seed).next(type);
            byte[] expected = KnownSchemas.value(schemas.idOf(type), AvroReference.write(event, Layout.ONE_BLOCK));
            assertThat(writer.write(event)).as("seed %d: %s", seed, event).isEqualTo(expected);
        }
    }

    @Test
    void writesAnUnpairedSurrogateAsAvroDoes() {
        TransactionLabelled event = new TransactionLabelled("t\uD83D", "\uDE00", 0, 0, false, "\uD83Dé");
        byte[] expected = KnownSchemas.value(schemas.idOf(event.type()), AvroReference.write(event, Layout.ONE_BLOCK));
        assertThat(writer.write(event)).isEqualTo(expected);
        assertThat(reader.read(expected)).isEqualTo(new TransactionLabelled("t?", "?", 0, 0, false, "?é"));
    }

    @ParameterizedTest
    @MethodSource("types")
    void readsWhatAvroWroteInAnyLayoutOfItsArrays(EventType<?> type) {
        for (long seed = 0; seed < EVENTS_PER_TYPE; seed++) {
            Event event = new RandomEvents(seed).next(type);
            for (Layout layout : Layout.values()) {
                byte[] value = KnownSchemas.value(schemas.idOf(type), AvroReference.write(event, layout));
                Event read = reader.read(value);
                assertThat(read).as("seed %d, %s", seed, layout).isEqualTo(event);
                assertThat(writer.write(read))
                        .as("seed %d, %s, written again", seed, layout)
                        .isEqualTo(writer.write(event));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("types")
    void theRecordHasTheSchemasFieldsInTheSchemasOrder(EventType<?> type) {
        assertSameFields(type.eventClass(), type.schema());
    }

    @ParameterizedTest
    @MethodSource("types")
    void everyEnumHasTheSchemasSymbolsInTheSchemasOrder(EventType<?> type) {
        for (var component : type.eventClass().getRecordComponents()) {
            Schema schema = type.schema().getField(component.getName()).schema();
            assertThat(component.getType().isEnum()).isEqualTo(schema.getType() == Schema.Type.ENUM);
            if (component.getType().isEnum()) {
                assertThat(component.getType().getEnumConstants())
                        .extracting(Object::toString)
                        .containsExactlyElementsOf(schema.getEnumSymbols());
            }
        }
    }

    private static void assertSameFields(Class<?> recordClass, Schema schema) {
        assertThat(schema.getFullName()).isEqualTo(recordClass.getName());
        assertThat(recordClass.getRecordComponents())
                .extracting(component -> component.getName())
                .containsExactlyElementsOf(
                        schema.getFields().stream().map(Schema.Field::name).toList());
        for (Schema.Field field : schema.getFields()) {
            Schema part = part(field.schema());
            if (part.getType() == Schema.Type.RECORD) {
                assertSameFields(PARTS.get(part.getFullName()), part);
            }
        }
    }

    /** What a field is of, when it is there, or has items of. */
    private static Schema part(Schema schema) {
        return switch (schema.getType()) {
            case UNION -> part(schema.getTypes().get(1));
            case ARRAY -> part(schema.getElementType());
            default -> schema;
        };
    }
}
