package io.weir.server.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.weir.events.EventType;
import io.weir.events.Topics;
import io.weir.local.LocalRegistry;
import io.weir.server.schemas.RegistryClient.IncompatibleSchemaException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What the registry lets a later build do to each of our schemas. */
class SchemaEvolutionTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private static Path directory;

    private static LocalRegistry registry;
    private static RegistryClient client;

    @BeforeAll
    static void start() {
        registry = LocalRegistry.start(directory);
        client = new RegistryClient(registry.url());
        Schemas.provision(client, PATIENCE);
    }

    @AfterAll
    static void stop() {
        client.close();
        registry.close();
    }

    static Stream<Arguments> subjects() {
        return Arrays.stream(Topics.values())
                .flatMap(topic -> topic.events().stream().map(type -> Arguments.of(topic.subject(type), type)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("subjects")
    void anOptionalFieldIsAcceptedAndTheOldVersionStays(String subject, EventType<?> type) {
        Integer before = client.find(subject, type.schema());
        JsonObject later = json(type);
        later.getJsonArray("fields")
                .add(new JsonObject()
                        .put("name", "addedLater")
                        .put("type", new JsonArray().add("null").add("string"))
                        .putNull("default"));

        int id = client.register(subject, schema(later));

        assertThat(id).isNotEqualTo(before);
        assertThat(client.find(subject, type.schema())).isEqualTo(before);
        assertThat(client.register(subject, type.schema()))
                .as("an older build provisions again")
                .isEqualTo(before);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("subjects")
    void whatBreaksReadersOrWritersIsRefused(String subject, EventType<?> type) {
        JsonObject removed = json(type);
        removed.getJsonArray("fields").remove(required(removed));

        JsonObject renamed = json(type);
        field(renamed).put("name", "renamed");

        JsonObject retyped = json(type);
        field(retyped).put("type", "bytes");
        JsonObject withoutDefault = json(type);
        withoutDefault
                .getJsonArray("fields")
                .add(new JsonObject().put("name", "needed").put("type", "long"));

        for (JsonObject broken : List.of(removed, renamed, retyped, withoutDefault)) {
            Schema schema = schema(broken);
            assertThatExceptionOfType(IncompatibleSchemaException.class)
                    .as(broken.encode())
                    .isThrownBy(() -> client.register(subject, schema))
                    .withMessageContaining(subject);
            assertThat(client.find(subject, schema)).isNull();
        }
    }

    /** The first numeric field without a default. */
    private static int required(JsonObject record) {
        JsonArray fields = record.getJsonArray("fields");
        for (int i = 0; i < fields.size(); i++) {
            if (List.of("long", "int").contains(fields.getJsonObject(i).getValue("type"))) {
                return i;
            }
        }
        throw new AssertionError("no numeric field in " + record);
    }

    private static JsonObject field(JsonObject record) {
        return record.getJsonArray("fields").getJsonObject(required(record));
    }

    private static JsonObject json(EventType<?> type) {
        return new JsonObject(type.schema().toString());
    }

    private static Schema schema(JsonObject json) {
        return new Schema.Parser().parse(json.encode());
    }
}
