package io.weir.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.weir.events.Topics;
import io.weir.local.LocalStack;
import io.weir.server.gateway.GatewaySettings;
import io.weir.server.guard.BreakerSettings;
import io.weir.server.health.HealthSettings;
import io.weir.server.health.HealthThresholds;
import io.weir.server.http.HttpSettings;
import io.weir.server.http.OpenApi;
import io.weir.server.log.Cluster;
import io.weir.server.log.KafkaSettings;
import io.weir.server.policy.DefaultPolicy;
import io.weir.server.schemas.RegistryClient;
import io.weir.server.score.DeadLetterBreakerSettings;
import io.weir.server.topics.TopicProvisioner;
import io.weir.server.views.ViewsConfig;
import io.weir.server.webhooks.WebhooksFile;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One server with all roles, on a real broker and registry, seen from outside. */
class EndToEndTest {
    private static final long NOON_MS = 1_700_000_000_000L;

    private static final HttpClient http = HttpClient.newHttpClient();
    private static @TempDir Path directory;
    private static LocalStack stack;
    private static Server server;
    private static HttpServer hook;
    private static final List<JsonObject> pushed = new CopyOnWriteArrayList<>();

    @BeforeAll
    static void start() throws Exception {
        stack = LocalStack.start(directory.resolve("stack"));
        try (RegistryClient registry = new RegistryClient(stack.registryUrl())) {
            new TopicProvisioner(Cluster.at(stack.bootstrapServers()), Duration.ofSeconds(30)).apply(4, registry);
        }
        hook = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        hook.createContext("/alerts", exchange -> {
            pushed.add(new JsonObject(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        hook.start();
        server = ready(null);
    }

    @AfterAll
    static void stop() {
        server.close();
        hook.stop(0);
        stack.close();
    }

    @Test
    void aTransactionIsDecidedAndItsDecisionAlertAndAccountCanBeRead() throws Exception {
        JsonObject decision = decided(transaction("read1", "read-a1", NOON_MS, 500_000));
        assertThat(decision.getString("decision")).isEqualTo("DECLINE");
        assertThat(decision.getBoolean("duplicate")).isFalse();
        assertThat(decision.getJsonObject("features").getDouble("amount")).isEqualTo(5_000.0);
        assertThat(decision.getJsonArray("reasons").getJsonObject(0).getString("code"))
                .isEqualTo("LARGE_AMOUNT");

        Awaitility.await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
            assertThat(get("/v1/decisions/read1").statusCode()).isEqualTo(200);
            assertThat(get("/v1/accounts/read-a1").statusCode()).isEqualTo(200);
            JsonObject alerts =
                    new JsonObject(get("/v1/alerts?accountId=read-a1").body());
            JsonArray list = alerts.getJsonArray("alerts");
            assertThat(list).hasSize(1);
        });
        JsonObject read = new JsonObject(get("/v1/decisions/read1").body());
        assertThat(read.getJsonObject("features")).isEqualTo(decision.getJsonObject("features"));
    }

    @Test
    void anAlertIsPushedToWhoeverWantsItAsItCanBeRead() throws Exception {
        decided(transaction("push1", "push-a1", NOON_MS, 500_000));
        decided(transaction("push2", "push-a2", NOON_MS, 1_000));
        Awaitility.await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> assertThat(pushed)
                .filteredOn(alert -> alert.getString("accountId").startsWith("push-"))
                .singleElement()
                .isEqualTo(new JsonObject(get("/v1/alerts?accountId=push-a1").body())
                        .getJsonArray("alerts")
                        .getJsonObject(0)));
        assertThat(get("/metrics").body()).contains("weir_webhook_delivered_total{endpoint=\"cases\"}");
    }

    @Test
    void aRetryIsAnsweredWithTheOriginalDecisionAlsoAfterARestart() throws Exception {
        JsonObject first = decided(transaction("retry1", "retry-a1", NOON_MS, 1_000));
        JsonObject again = decided(transaction("retry1", "retry-a1", NOON_MS, 1_000));
        assertThat(again.getBoolean("duplicate")).isTrue();
        assertThat(again.getJsonObject("position")).isEqualTo(first.getJsonObject("position"));
        assertThat(post(transaction("retry1", "retry-a1", NOON_MS, 2_000)).statusCode())
                .isEqualTo(409);
        assertThat(post(transaction("retry1", "another", NOON_MS, 1_000)).statusCode())
                .isEqualTo(409);

        server.close();
        server = ready(null);
        JsonObject later = decided(transaction("retry1", "retry-a1", NOON_MS, 1_000));
        assertThat(later.getBoolean("duplicate")).isTrue();
        assertThat(later.getJsonObject("position")).isEqualTo(first.getJsonObject("position"));
        assertThat(post(transaction("retry1", "retry-a1", NOON_MS, 2_000)).statusCode())
                .isEqualTo(409);
        JsonObject next = decided(transaction("retry2", "retry-a1", NOON_MS + 1, 1_000));
        assertThat(next.getJsonObject("features").getDouble("account_count_1h")).isEqualTo(2.0);
    }

    @Test
    void labelsOfATerminalsTransactionsCountAWeekLater() throws Exception {
        long weekMs = Duration.ofDays(7).toMillis();
        for (int i = 0; i < 4; i++) {
            decided(transaction("label" + i, "label-a" + i, NOON_MS + i, 1_000));
            JsonObject label = new JsonObject()
                    .put("transactionId", "label" + i)
                    .put("accountId", "label-a" + i)
                    .put("fraud", i < 2)
                    .put("occurredAtMs", NOON_MS + weekMs)
                    .put("source", "chargeback");
            assertThat(send("/v1/labels", label.encode()).statusCode()).isEqualTo(202);
        }
        // A label has no answer to wait for: ask until both frauds count.
        int[] asked = {0};
        Awaitility.await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
            int n = asked[0]++;
            JsonObject decision = decided(transaction("later" + n, "label-b" + n, NOON_MS + weekMs + 1_000 + n, 1_000));
            assertThat(decision.getJsonObject("features").getDouble("unexplained_14d"))
                    .isEqualTo(2.0);
        });
    }

    @Test
    void liveWindowsAreShownByTheEngineAndByAnInstanceThatOnlyFollows() throws Exception {
        for (int i = 0; i < 3; i++) {
            decided(transaction("live" + i, "live-a" + i, NOON_MS + i, 1_000 + i));
        }
        decided(transaction("live3", "live-a0", NOON_MS + 3, 2_000));
        List<String> paths = List.of("/v1/accounts/live-a0", "/v1/entities/terminal/terminal-of-live");
        Server viewer = ready(null, Role.VIEWS);
        try {
            for (Server asked : List.of(server, viewer)) {
                Awaitility.await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
                    JsonObject account = windows(asked, paths.getFirst());
                    assertThat(account.getLong("transactions")).isEqualTo(2);
                    assertThat(account.getJsonObject("features").getMap())
                            .containsEntry("account_count_1h", 2.0)
                            .containsEntry("mean_minor_30d", 1_500.0)
                            .containsEntry("account_distinct_terminals_1h", 1.0)
                            .doesNotContainKey("terminal_count_7d");
                    JsonObject terminal = windows(asked, paths.getLast());
                    assertThat(terminal.getLong("transactions")).isEqualTo(4);
                    assertThat(terminal.getLong("asOfMs")).isEqualTo(NOON_MS + 3);
                });
            }
            JsonObject entity = new JsonObject(get(viewer, paths.getLast()).body());
            assertThat(entity.getJsonArray("recentDecisions").getJsonObject(0).getString("transactionId"))
                    .isEqualTo("live3");
            assertThat(get(viewer, "/v1/entities/device/none").statusCode()).isEqualTo(404);
        } finally {
            viewer.close();
        }
    }

    private JsonObject windows(Server asked, String path) throws Exception {
        HttpResponse<String> response = get(asked, path);
        assertThat(response.statusCode()).describedAs(response.body()).isEqualTo(200);
        return new JsonObject(response.body()).getJsonObject("windows");
    }

    @Test
    void anotherPolicyFileChangesDecisionsWithoutCode() throws Exception {
        assertThat(decided(transaction("policy1", "policy-a1", NOON_MS, 1_000)).getString("decision"))
                .isEqualTo("APPROVE");
        server.close();
        Path policy = directory.resolve("strict.yaml");
        Files.writeString(policy, """
                id: strict
                features:
                  - name: amount
                    expression: double(transaction.amountMinor) / 100.0
                rules:
                  - code: ANY
                    when: amount >= 1.0
                    weight: 90
                    reason: Everything is suspicious
                thresholds: {review: 50, decline: 80}
                """);
        server = ready(policy);
        JsonObject decision = decided(transaction("policy2", "policy-a1", NOON_MS + 1, 1_000));
        assertThat(decision.getString("decision")).isEqualTo("DECLINE");
        assertThat(decision.getJsonObject("policy").getString("id")).isEqualTo("strict");
        assertThat(decision.getJsonObject("features")).isEqualTo(new JsonObject().put("amount", 10.0));

        server.close();
        Path original = directory.resolve("default.yaml");
        Files.writeString(original, DefaultPolicy.document());
        server = ready(original);
        assertThat(decided(transaction("policy3", "policy-a1", NOON_MS + 2, 1_000))
                        .getJsonObject("policy")
                        .getString("id"))
                .isEqualTo("default");
    }

    @Test
    void aConsumerThatKnowsOnlyTheRegistryDecodesAlerts() throws Exception {
        decided(transaction("stranger1", "stranger-a1", NOON_MS, 500_000));
        GenericRecord alert = readAsAStranger(Topics.FRAUD_ALERTS.topicName(), "stranger1");
        assertThat(alert.get("transactionId")).hasToString("stranger1");
        assertThat(alert.get("decision")).hasToString("DECLINE");
        assertThat(alert.get("amountMinor")).isEqualTo(500_000L);
    }

    @Test
    void theDescriptionOfTheInterfaceIsTrueToTheRoutes() throws Exception {
        Vertx vertx = Vertx.vertx();
        try {
            assertThat(OpenApi.mounted(server.router(vertx))).isEqualTo(OpenApi.described());
        } finally {
            vertx.close();
        }
    }

    @Test
    void everyMeterOfTheAlertRulesAndTheDashboardIsPublished() throws Exception {
        for (int i = 0; i < 100; i++) { // enough of one account to make its partition hot
            decided(transaction("monitored" + i, "monitored-a1", NOON_MS + i, 1_000));
        }
        Awaitility.await().atMost(Duration.ofMinutes(1)).untilAsserted(() -> assertThat(
                        Monitoring.missing(get("/metrics").body()))
                .isEmpty());

        JsonObject health = new JsonObject(get("/health/cluster").body());
        assertThat(health.getJsonArray("lags").getJsonObject(0).getString("group"))
                .isEqualTo("weir-scorer");
        assertThat(health.getJsonArray("unknown")).isEmpty();
        assertThat(health.getJsonArray("hotKeys").stream().map(key -> ((JsonObject) key).getString("key")))
                .contains("monitored-a1");
    }

    /** The expressions of the dashboard as rules, for {@code promtool check rules} to read. */
    @Test
    void theDashboardIsWellFormed() throws Exception {
        JsonObject dashboard = Monitoring.dashboard();
        assertThat(dashboard.getInteger("schemaVersion")).isEqualTo(39);
        StringBuilder rules = new StringBuilder("groups:\n- name: dashboard\n  rules:\n");
        int number = 0;
        for (String expression : Monitoring.dashboardExpressions()) {
            rules.append("  - record: expression_%d%n    expr: %s%n"
                    .formatted(
                            number++, new JsonArray().add(expression).encode().replaceAll("^\\[|]$", "")));
        }
        assertThat(number).isPositive();
        Files.writeString(Path.of("target").resolve("dashboard.rules.yml"), rules);
        assertThat(dashboard.getJsonArray("panels").stream().map(panel -> ((JsonObject) panel).getInteger("id")))
                .doesNotHaveDuplicates();
    }

    @Test
    void aStopUnderLoadEndsStreamsLeavesTheGroupAndLosesNothingThatWasAcknowledged() throws Exception {
        URI transactions = request(server, "/v1/transactions").build().uri();
        var stream = http.sendAsync(request(server, "/v1/alerts/stream").build(), BodyHandlers.ofString());
        Set<String> acknowledged = ConcurrentHashMap.newKeySet();
        AtomicBoolean stopped = new AtomicBoolean();
        List<CompletableFuture<Void>> callers = new ArrayList<>();
        for (int caller = 0; caller < 8; caller++) {
            String account = "stop-a" + caller;
            callers.add(CompletableFuture.runAsync(
                    () -> submitUntil(stopped, transactions, account, acknowledged), Thread::startVirtualThread));
        }
        Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> acknowledged.size() > 200);

        server.close();
        stopped.set(true);
        CompletableFuture.allOf(callers.toArray(CompletableFuture[]::new)).join();
        assertThat(stream.get(30, TimeUnit.SECONDS).body()).endsWith(": end\n\n");
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", stack.bootstrapServers()))) {
            assertThat(admin.describeConsumerGroups(List.of(KafkaSettings.SCORER_GROUP))
                            .all()
                            .get()
                            .get(KafkaSettings.SCORER_GROUP)
                            .members())
                    .as("members that the group would wait for")
                    .isEmpty();
        }

        server = ready(null);
        for (String id : acknowledged) {
            Awaitility.await()
                    .atMost(Duration.ofMinutes(1))
                    .until(() -> get("/v1/decisions/" + id).statusCode() == 200);
        }
    }

    private static void submitUntil(AtomicBoolean stopped, URI uri, String account, Set<String> acknowledged) {
        for (int i = 0; !stopped.get(); i++) {
            String id = account + "-" + i;
            try {
                int status = http.send(
                                HttpRequest.newBuilder(uri)
                                        .header("Content-Type", "application/json")
                                        .timeout(Duration.ofSeconds(30))
                                        .POST(BodyPublishers.ofString(transaction(id, account, NOON_MS + i, 1_000)))
                                        .build(),
                                BodyHandlers.discarding())
                        .statusCode();
                if (status == 200 || status == 202) {
                    acknowledged.add(id);
                } else {
                    assertThat(status).isEqualTo(503);
                }
            } catch (IOException e) {
                // not acknowledged: it does not listen any more
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static Server ready(@Nullable Path policy) throws IOException {
        return ready(policy, Role.ALL);
    }

    private static Server ready(@Nullable Path policy, Role role) throws IOException {
        Path webhooks = Files.writeString(directory.resolve("webhooks.yaml"), """
                endpoints:
                  - id: cases
                    url: http://127.0.0.1:%d/alerts
                    secret: whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=
                """.formatted(
                        hook.getAddress().getPort()));
        ServerSettings settings = new ServerSettings(
                Cluster.at(stack.bootstrapServers()),
                stack.registryUrl(),
                Set.of(role),
                role == Role.ALL ? "test" : "viewer",
                1,
                policy,
                false,
                Duration.ofSeconds(60),
                false,
                Duration.ofSeconds(30),
                HttpSettings.at("127.0.0.1", 0),
                GatewaySettings.defaults().withBudgetMs(10_000),
                ViewsConfig.defaults(),
                BreakerSettings.defaults(),
                DeadLetterBreakerSettings.defaults(),
                new HealthSettings(Duration.ofSeconds(1), HealthThresholds.defaults()),
                role == Role.ALL ? WebhooksFile.read(webhooks) : List.of());
        Server started = Server.start(settings);
        Awaitility.await()
                .atMost(Duration.ofMinutes(1))
                .until(() -> http.send(request(started, "/health/ready").build(), BodyHandlers.ofString())
                                .statusCode()
                        == 200);
        return started;
    }

    /** With a plain consumer, the registry's HTTP interface and Avro, nothing of ours. */
    private GenericRecord readAsAStranger(String topic, String transactionId) throws Exception {
        Map<String, Object> settings = new HashMap<>();
        settings.put("bootstrap.servers", stack.bootstrapServers());
        settings.put("isolation.level", "read_committed");
        settings.put("auto.offset.reset", "earliest");
        try (var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = new ArrayList<>();
            consumer.partitionsFor(topic).forEach(p -> partitions.add(new TopicPartition(topic, p.partition())));
            consumer.assign(partitions);
            for (int polls = 0; polls < 300; polls++) {
                for (var record : consumer.poll(Duration.ofMillis(100))) {
                    ByteBuffer value = ByteBuffer.wrap(record.value());
                    assertThat(value.get()).isZero();
                    HttpResponse<String> schema = http.send(
                            HttpRequest.newBuilder(URI.create(stack.registryUrl() + "/schemas/ids/" + value.getInt()))
                                    .build(),
                            BodyHandlers.ofString());
                    Schema writer = new Schema.Parser().parse(new JsonObject(schema.body()).getString("schema"));
                    GenericRecord read = new GenericDatumReader<GenericRecord>(writer)
                            .read(null, DecoderFactory.get().binaryDecoder(record.value(), 5, value.remaining(), null));
                    if (transactionId.contentEquals((CharSequence) read.get("transactionId"))) {
                        return read;
                    }
                }
            }
        }
        throw new AssertionError("nothing on " + topic + " within 30 s");
    }

    private JsonObject decided(String body) throws Exception {
        HttpResponse<String> response = post(body);
        assertThat(response.statusCode()).describedAs(response.body()).isEqualTo(200);
        return new JsonObject(response.body());
    }

    private HttpResponse<String> post(String body) throws IOException, InterruptedException {
        return send("/v1/transactions", body);
    }

    private HttpResponse<String> send(String path, String body) throws IOException, InterruptedException {
        return http.send(
                request(server, path)
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return get(server, path);
    }

    private HttpResponse<String> get(Server asked, String path) throws IOException, InterruptedException {
        return http.send(request(asked, path).build(), BodyHandlers.ofString());
    }

    private static HttpRequest.Builder request(Server server, String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
                .timeout(Duration.ofSeconds(30));
    }

    private static String transaction(String id, String account, long occurredAtMs, long amountMinor) {
        return new JsonObject()
                .put("transactionId", id)
                .put("accountId", account)
                .put("occurredAtMs", occurredAtMs)
                .put("amountMinor", amountMinor)
                .put("currency", "EUR")
                .put("terminalId", "terminal-of-" + account.split("-")[0])
                .encode();
    }
}
