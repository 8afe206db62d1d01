package io.weir.server.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.json.JsonObject;
import io.weir.events.DuplicateDetected;
import io.weir.events.EventType;
import io.weir.events.SchemaIds.SchemaUnavailableException;
import io.weir.events.Topics;
import io.weir.local.LocalRegistry;
import io.weir.server.schemas.RegistryClient.IncompatibleSchemaException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SchemasTest {
    /** One for each event on each topic that carries it. */
    private static final int SUBJECTS = Arrays.stream(Topics.values())
            .mapToInt(topic -> topic.events().size())
            .sum();

    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final Duration IMPATIENCE = Duration.ofMillis(500);
    private static final int NOBODYS_ID = 1_000_000;

    @TempDir
    private static Path directory;

    private static LocalRegistry registry;
    private static RegistryClient client;

    @BeforeAll
    static void start() {
        registry = LocalRegistry.start(directory);
        client = new RegistryClient(registry.url());
    }

    @AfterAll
    static void stop() {
        client.close();
        registry.close();
    }

    @BeforeEach
    void provision() {
        if (!registry.isAlive()) {
            registry.start();
        }
        Schemas.provision(client, PATIENCE);
    }

    @Test
    void provisioningSetsTheLevelOfEverySubjectExplicitly() {
        client.setCompatibility(subject(), "NONE");
        assertThat(Schemas.registered(client, PATIENCE)).containsEntry(subject(), false);

        List<String> subjects = Schemas.provision(client, PATIENCE);

        assertThat(subjects).hasSize(SUBJECTS);
        for (String subject : subjects) {
            assertThat(client.compatibility(subject)).as(subject).isEqualTo("FULL_TRANSITIVE");
        }
        assertThat(Schemas.registered(client, PATIENCE))
                .containsOnlyKeys(subjects)
                .doesNotContainValue(false);
    }

    @Test
    void aSubjectWithoutALevelOfItsOwnIsNotTakenForOneWithOurs() {
        client.register("levelless", record("Levelless", "a"));

        // Apicurio's own default, which is none; Confluent's registry says that the subject has no level.
        assertThat(client.compatibility("levelless")).isEqualTo("NONE");
        assertThat(client.compatibility("no-such-subject")).isNull();
    }

    @Test
    void severalProvisionAtOnce() throws Exception {
        for (String subject : Schemas.registered(client, PATIENCE).keySet()) {
            delete(subject);
        }
        int count = 4;
        CountDownLatch go = new CountDownLatch(1);
        try (ExecutorService executor = Executors.newFixedThreadPool(count)) {
            List<Future<List<String>>> runs = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                runs.add(executor.submit(() -> {
                    try (RegistryClient own = new RegistryClient(registry.url())) {
                        go.await();
                        return Schemas.provision(own, PATIENCE);
                    }
                }));
            }
            go.countDown();
            for (Future<List<String>> run : runs) {
                assertThat(run.get()).hasSize(SUBJECTS);
            }
        }
        assertThat(Schemas.registered(client, PATIENCE)).doesNotContainValue(false);
    }

    @Test
    void aSchemaThatIsNotRegisteredIsNamedWithTheRemedy() throws Exception {
        delete(subject());

        assertThatIllegalStateException()
                .isThrownBy(() -> Schemas.load(client, PATIENCE))
                .withMessageContaining(subject())
                .withMessageContaining("weir topics --apply");
    }

    @Test
    void aForeignSchemaUnderOurSubjectIsNotOverwritten() throws Exception {
        delete(subject());
        try {
            client.register(subject(), record("DuplicateDetected", "somethingElse"));

            assertThatExceptionOfType(IncompatibleSchemaException.class)
                    .isThrownBy(() -> Schemas.provision(client, PATIENCE))
                    .withMessageContaining(subject());
        } finally {
            delete(subject());
        }
    }

    @Test
    void aRegistryThatIsDownAtStartIsAClearErrorOncePatienceEndsAndOneThatComesUpMeanwhileIsEnough() {
        registry.stop();

        assertThatIllegalStateException()
                .isThrownBy(() -> Schemas.load(client, IMPATIENCE))
                .withMessageContaining("no answer from the schema registry within 0.5 s")
                .withMessageContaining(registry.url())
                .withMessageContaining("--registry")
                .withCauseInstanceOf(SchemaUnavailableException.class);

        CompletableFuture<Void> start = CompletableFuture.runAsync(() -> registry.start());
        try {
            Schemas schemas = Schemas.load(client, PATIENCE);

            assertThat(schemas.idOf(DuplicateDetected.TYPE)).isPositive();
        } finally {
            start.join();
        }
    }

    @Test
    void anOutageAfterStartIsFeltOnlyByIdsNeverSeen() {
        int foreign = client.register("foreign", record("Foreign", "a"));
        int unseen = client.register("unseen", record("Unseen", "a"));
        Schemas schemas = Schemas.load(client, PATIENCE);
        assertThat(schemas.schemaOf(foreign)).isEqualTo(record("Foreign", "a"));
        assertThat(schemas.schemaOf(NOBODYS_ID)).as("that nobody registered").isNull();

        registry.stop();

        for (EventType<?> type : EventType.all()) {
            assertThat(schemas.schemaOf(schemas.idOf(type))).isEqualTo(type.schema());
        }
        assertThat(schemas.schemaOf(foreign)).isEqualTo(record("Foreign", "a"));
        assertThat(schemas.schemaOf(NOBODYS_ID)).as("remembered for a while").isNull();
        assertThatExceptionOfType(SchemaUnavailableException.class)
                .isThrownBy(() -> schemas.schemaOf(unseen))
                .withMessageContaining(registry.url());

        registry.start();
        assertThat(schemas.schemaOf(unseen)).isEqualTo(record("Unseen", "a"));
    }

    /** Of an answer that breaks off, the headers are there in time: only its end says that it is one. */
    @Test
    void anAnswerThatNeverEndsIsNoAnswer() throws Exception {
        try (ServerSocket listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                RegistryClient client =
                        new RegistryClient("http://127.0.0.1:" + listening.getLocalPort(), Duration.ofMillis(300))) {
            Thread.ofPlatform().daemon().start(() -> {
                try {
                    Socket socket = listening.accept();
                    socket.getOutputStream()
                            .write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"id\":"
                                    .getBytes(StandardCharsets.US_ASCII));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });

            assertThatThrownBy(() -> client.compatibility("anything"))
                    .isInstanceOf(SchemaUnavailableException.class)
                    .hasMessageContaining("gave no answer in 300 ms");
        }
    }

    @Test
    void anIdThatNobodyRegisteredIsNoSchema() {
        Schemas schemas = Schemas.load(client, PATIENCE);

        assertThat(schemas.schemaOf(NOBODYS_ID)).isNull();
        assertThat(schemas.schemaOf(-1)).isNull();
    }

    @Test
    void aSchemaOfAnotherLanguageIsNoAvroSchema() throws Exception {
        // Read as Avro it would be a string.
        String body = new JsonObject()
                .put("schemaType", "JSON")
                .put("schema", "{\"$schema\":\"http://json-schema.org/draft-07/schema#\",\"type\":\"string\"}")
                .encode();
        int id = new JsonObject(send("POST", "/subjects/other-language/versions", body)).getInteger("id");

        assertThat(client.schema(id)).isNull();
    }

    @Test
    void theSameSchemaHasOneIdUnderEverySubject() {
        Schema schema = record("Shared", "a");

        int id = client.register("first", schema);

        assertThat(client.register("second", schema)).isEqualTo(id);
        assertThat(client.find("second", schema)).isEqualTo(id);
        assertThat(client.find("third", schema)).isNull();
        assertThat(client.find("first", record("Shared", "b"))).isNull();
        assertThat(client.schema(id)).isEqualTo(schema);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/apis/registry/v3", "/apis/ccompat/v77"})
    void anAddressThatIsNoRegistryIsNeverTakenForAnEmptyOne(String path) {
        String root = registry.url().replace("/apis/ccompat/v7", "");
        try (RegistryClient elsewhere = new RegistryClient(root + path)) {
            assertThatIllegalStateException()
                    .isThrownBy(() -> Schemas.load(elsewhere, PATIENCE))
                    .withMessageContaining("no schema registry answers at " + root + path)
                    .withMessageContaining("/apis/ccompat/v7");
            assertThatIllegalStateException().isThrownBy(() -> elsewhere.compatibility(subject()));
            assertThatExceptionOfType(SchemaUnavailableException.class).isThrownBy(() -> elsewhere.schema(1));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "localhost:8081", "ftp://registry", "http://", "http://a b"})
    void anAddressThatIsNoHttpUrlIsToldAtOnce(String url) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RegistryClient(url))
                .withMessageContaining("http://registry:8081");
    }

    private static Schema record(String name, String field) {
        return SchemaBuilder.record(name)
                .namespace("io.weir.events")
                .fields()
                .requiredString(field)
                .endRecord();
    }

    private static String subject() {
        return Topics.DUPLICATES.subject(DuplicateDetected.TYPE);
    }

    private static void delete(String subject) throws Exception {
        send("DELETE", "/subjects/" + subject, "");
        send("DELETE", "/subjects/" + subject + "?permanent=true", "");
    }

    private static String send(String method, String path, String body) throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpRequest request = HttpRequest.newBuilder(URI.create(registry.url() + path))
                    .header("Content-Type", "application/vnd.schemaregistry.v1+json")
                    .method(method, BodyPublishers.ofString(body))
                    .build();
            var response = http.send(request, BodyHandlers.ofString());
            assertThat(response.statusCode())
                    .as(method + " " + path + ": " + response.body())
                    .isEqualTo(200);
            return response.body();
        }
    }
}
