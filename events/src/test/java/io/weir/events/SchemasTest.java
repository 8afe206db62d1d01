package io.weir.events;

import static org.apache.avro.SchemaCompatibility.SchemaCompatibilityType.COMPATIBLE;
import static org.apache.avro.SchemaCompatibility.SchemaCompatibilityType.INCOMPATIBLE;
import static org.apache.avro.SchemaCompatibility.checkReaderWriterCompatibility;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The schemas themselves: documented, complete, and under which rule they may change. */
class SchemasTest {
    static List<EventType<?>> types() {
        return EventType.all();
    }

    @Test
    void everyEventClassHasItsType() {
        assertThat(EventType.all().stream().<Class<?>>map(EventType::eventClass))
                .containsExactlyInAnyOrder(Event.class.getPermittedSubclasses());
    }

    @ParameterizedTest
    @MethodSource("types")
    void everyNamedTypeAndFieldIsDocumented(EventType<?> type) {
        assertDocumented(type.schema(), type.name());
    }

    @ParameterizedTest
    @MethodSource("types")
    void everyOptionalFieldDefaultsToNullOrNothing(EventType<?> type) {
        for (Schema.Field field : type.schema().getFields()) {
            boolean mayBeEmpty = field.schema().getType() == Schema.Type.ARRAY && field.hasDefaultValue();
            assertThat(field.hasDefaultValue())
                    .as(field.name())
                    .isEqualTo(field.schema().isNullable() || mayBeEmpty);
        }
    }

    @ParameterizedTest
    @MethodSource("types")
    void aFieldWithADefaultMayBeAdded(EventType<?> type) {
        Schema ours = type.schema();
        Schema newer = Versions.newer(ours);
        assertThat(compatibility(newer, ours)).as("backward").isEqualTo(COMPATIBLE);
        assertThat(compatibility(ours, newer)).as("forward").isEqualTo(COMPATIBLE);
    }

    @ParameterizedTest
    @MethodSource("types")
    void aFieldWithoutADefaultMayNotBeRemoved(EventType<?> type) {
        Schema ours = type.schema();
        for (Schema.Field field : ours.getFields()) {
            Schema without = Versions.without(ours, field.name());
            assertThat(compatibility(ours, without))
                    .as(field.name())
                    .isEqualTo(field.hasDefaultValue() ? COMPATIBLE : INCOMPATIBLE);
        }
    }

    @ParameterizedTest
    @MethodSource("types")
    void aFieldWithoutADefaultMayNotBeAdded(EventType<?> type) {
        Schema newer = Versions.plus(
                type.schema(), new Schema.Field("required", Schema.create(Schema.Type.STRING), "Required."));
        assertThat(compatibility(newer, type.schema())).isEqualTo(INCOMPATIBLE);
    }

    private static SchemaCompatibilityType compatibility(Schema reader, Schema writer) {
        return checkReaderWriterCompatibility(reader, writer).getType();
    }

    private static void assertDocumented(Schema schema, String path) {
        switch (schema.getType()) {
            case RECORD -> {
                assertThat(schema.getDoc()).as(path).isNotBlank();
                for (Schema.Field field : schema.getFields()) {
                    String name = path + "." + field.name();
                    assertThat(field.doc()).as(name).isNotBlank();
                    assertDocumented(field.schema(), name);
                }
            }
            case ENUM, FIXED -> assertThat(schema.getDoc()).as(path).isNotBlank();
            case ARRAY -> assertDocumented(schema.getElementType(), path);
            case UNION -> schema.getTypes().forEach(branch -> assertDocumented(branch, path));
            default -> {}
        }
    }
}
