package io.weir.server.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.weir.events.PolicyActivated;
import io.weir.events.Sha256;
import io.weir.server.http.OpenApi;
import io.weir.server.log.ControlLog;
import io.weir.server.log.TestLog;
import io.weir.server.model.Models;
import io.weir.server.score.Warmth;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The life cycle of policies over HTTP, on a real control topic. */
class PolicyRoutesTest {
    private static final long NOW = 1_750_000_000_000L;
    private static final String BY_ANN = "{\"by\": \"ann\"}";

    private final Vertx vertx = Vertx.vertx();
    private final HttpClient http = HttpClient.newHttpClient();
    private TestLog log;
    private Router router;
    private List<Warmth> warmth = List.of();
    private int port;

    @BeforeEach
    void start() throws Exception {
        log = TestLog.empty(1);
        serve(false);
    }

    @AfterEach
    void stop() throws Exception {
        vertx.close().await(10, TimeUnit.SECONDS);
        log.close();
    }

    private void serve(boolean twoPersons) throws Exception {
        router = Router.router(vertx);
        new PolicyRoutes(
                        new Policies(control(), new Models(), () -> NOW, twoPersons, sha256 -> warmth),
                        (policy, fromMs, toMs) -> new JsonObject()
                                .put("id", "job-1")
                                .put("policy", policy.sha256().hex())
                                .put("fromMs", fromMs)
                                .put("toMs", toMs))
                .mount(router);
        HttpServer server = vertx.createHttpServer()
                .requestHandler(router)
                .listen(0, "127.0.0.1")
                .await(10, TimeUnit.SECONDS);
        port = server.actualPort();
    }

    private ControlLog control() {
        return new ControlLog(log.cluster(), log.schemas());
    }

    private static String document(int review) {
        return """
                id: cards
                features:
                  - name: amount
                    expression: transaction.amountMinor
                rules:
                  - code: LARGE
                    when: amount > 100.0
                    weight: 50
                    reason: Large
                thresholds: {review: %d, decline: 80}
                """.formatted(review);
    }

    private static String sha256(String document) {
        return Sha256.of(document.getBytes(StandardCharsets.UTF_8)).hex();
    }

    private HttpResponse<String> send(String path, String contentType, String body) throws Exception {
        return http.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                        .header("Content-Type", contentType)
                        .POST(BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
    }

    private JsonObject publish(String document, int status) throws Exception {
        return json(send("/v1/policies?by=ann", "application/yaml", document), status);
    }

    private JsonObject act(String path, String by, int status) throws Exception {
        return json(
                send(path, "application/json", new JsonObject().put("by", by).encode()), status);
    }

    private HttpResponse<String> get(String path) throws Exception {
        return http.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                        .build(),
                BodyHandlers.ofString());
    }

    private JsonObject list() throws Exception {
        return json(get("/v1/policies"), 200);
    }

    private static JsonObject json(HttpResponse<String> response, int status) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        return new JsonObject(response.body());
    }

    /** Activations on the topic, as the engines see them. */
    private List<String> activations() {
        return control().readAll().stream()
                .filter(entry -> entry.event() instanceof PolicyActivated)
                .map(entry -> ((PolicyActivated) entry.event()).policySha256().hex())
                .toList();
    }

    @Test
    void aPolicyIsPublishedActivatedAndRolledBackAndAllOfItIsOnRecord() throws Exception {
        String first = sha256(document(40));
        String second = sha256(document(50));
        JsonObject published = publish(document(40), 201);
        assertThat(published.getString("sha256")).isEqualTo(first);
        assertThat(publish(document(40), 200).getBoolean("publishedBefore")).isTrue();
        publish(document(50), 201);
        assertThat(list().getString("active")).isNull();

        assertThat(act("/v1/policies/" + first + "/activate", "ann", 200).getBoolean("active"))
                .isTrue();
        JsonObject activation = act("/v1/policies/" + second.substring(0, 10) + "/activate", "ben", 200);
        assertThat(list().getString("active")).isEqualTo(second);
        JsonObject back = act("/v1/policies/rollback", "eve", 200);
        assertThat(back.getString("sha256")).isEqualTo(first);
        assertThat(back.getLong("offset")).isGreaterThan(activation.getLong("offset"));

        assertThat(activations()).containsExactly(first, second, first);
        assertThat(get("/v1/policies/" + first).body()).isEqualTo(document(40));
        JsonArray history = list().getJsonArray("history");
        assertThat(history.stream()
                        .map(step ->
                                ((JsonObject) step).getString("by") + " " + ((JsonObject) step).getString("action")))
                .containsExactly("ann published", "ann published", "ann activated", "ben activated", "eve activated");
        assertThat(history.stream().map(step -> ((JsonObject) step).getLong("offset")))
                .isSorted()
                .doesNotHaveDuplicates();
    }

    @Test
    void withTwoPersonsTheOneWhoAsksCannotDoItAlone() throws Exception {
        serve(true);
        String sha256 = sha256(document(40));
        String path = "/v1/policies/" + sha256 + "/activate";
        publish(document(40), 201);

        JsonObject asked = act(path, "ann", 202);
        assertThat(asked.getBoolean("active")).isFalse();
        assertThat(asked.getString("waitsFor")).contains("another person than ann");
        assertThat(act(path, "ann", 202).getLong("offset")).isEqualTo(asked.getLong("offset"));
        assertThat(activations()).isEmpty();
        assertThat(list().getJsonArray("policies").getJsonObject(0).getString("activationRequestedBy"))
                .isEqualTo("ann");

        assertThat(act(path, "ben", 200).getBoolean("active")).isTrue();
        assertThat(activations()).containsExactly(sha256);
    }

    @Test
    void everyErrorOfADocumentIsNamedWithItsPlace() throws Exception {
        String broken = document(40).replace("amount > 100.0", "amuont > 100.0").replace("weight: 50", "weight: 500");
        for (HttpResponse<String> response : List.of(
                send("/v1/policies/validate", "application/yaml", broken),
                send("/v1/policies?by=ann", "application/yaml", broken))) {
            JsonArray errors = json(response, 422).getJsonArray("errors");
            assertThat(errors).hasSize(2);
            assertThat(errors.getJsonObject(0).getInteger("line")).isEqualTo(7);
            assertThat(errors.getJsonObject(0).getString("problem")).contains("amuont");
            assertThat(errors.getJsonObject(0).getString("remedy")).contains("amount");
            assertThat(errors.getJsonObject(1).getInteger("line")).isEqualTo(8);
        }
        assertThat(control().readAll()).isEmpty();
        assertThat(json(send("/v1/policies/validate", "application/yaml", document(40)), 200)
                        .getInteger("rules"))
                .isEqualTo(1);
    }

    @Test
    void aDocumentIsBacktestedWithoutBeingPublished() throws Exception {
        String path = "/v1/policies/backtest?from=2025-01-01T00:00:00Z";
        HttpResponse<String> begun = send(path, "application/yaml", document(40));

        assertThat(json(begun, 202).getLong("fromMs")).isEqualTo(1_735_689_600_000L);
        assertThat(json(begun, 202).containsKey("toMs")).isTrue();
        assertThat(begun.headers().firstValue("Location")).contains("/v1/audits/job-1");
        assertThat(list().getJsonArray("policies")).isEmpty();

        JsonObject errors = json(send(path, "application/yaml", "id: x"), 422);
        assertThat(errors.getJsonArray("errors")).isNotEmpty();
        JsonObject parameter = json(send(path + "&to=tomorrow", "application/yaml", document(40)), 422);
        assertThat(parameter.getString("field")).isEqualTo("to");
        JsonObject order = json(send(path + "&to=2024-01-01T00:00:00Z", "application/yaml", document(40)), 422);
        assertThat(order.getString("field")).isEqualTo("to");
    }

    @Test
    void whatCannotBeDoneIsRefusedWithTheRemedy() throws Exception {
        String sha256 = sha256(document(40));
        assertThat(act("/v1/policies/" + sha256 + "/activate", "ann", 404).getString("remedy"))
                .contains("publish it first");
        assertThat(act("/v1/policies/rollback", "ann", 409).getString("detail")).contains("no policy to go back to");
        publish(document(40), 201);
        assertThat(act("/v1/policies/" + sha256 + "/activate", "", 422).getString("field"))
                .isEqualTo("by");
        assertThat(json(send("/v1/policies", "application/yaml", document(50)), 422)
                        .getString("field"))
                .isEqualTo("by");
        assertThat(json(send("/v1/policies?by=ann", "application/json", "{}"), 415)
                        .getString("remedy"))
                .contains("application/yaml");
        assertThat(json(send("/v1/policies/" + sha256 + "/activate", "application/json", "["), 400)
                        .getString("type"))
                .endsWith("malformed-json");
        act("/v1/policies/" + sha256 + "/activate", "ann", 200);
        assertThat(act("/v1/policies/" + sha256 + "/activate", "ann", 409).getString("detail"))
                .contains("is active already");
        assertThat(get("/v1/policies/ffff").statusCode()).isEqualTo(404);
        assertThat(new JsonObject(get("/v1/policies/schema").body()).getString("title"))
                .isEqualTo("Weir policy");
    }

    @Test
    void aPolicyWhoseHistoryIsBeingWarmedUpIsNotActivatedYet() throws Exception {
        String sha256 = sha256(document(40));
        publish(document(40), 201);
        warmth = List.of(new Warmth(Warmth.State.WARM, 0, 0, 4_200), new Warmth(Warmth.State.WARMING, 300, 1_000, 0));
        HttpResponse<String> refused = send("/v1/policies/" + sha256 + "/activate", "application/json", BY_ANN);
        JsonObject problem = json(refused, 409);
        assertThat(problem.getString("type")).endsWith(":policy-warming");
        assertThat(problem.getString("detail")).contains("300 of 1000 records");
        assertThat(problem.getJsonObject("warmUp").getLong("records")).isEqualTo(300);
        assertThat(refused.headers().firstValue("Retry-After")).contains("1");
        assertThat(warmUp().getString("state")).isEqualTo("warming");
        assertThat(activations()).isEmpty();

        warmth = List.of(new Warmth(Warmth.State.WARM, 0, 0, 4_200), new Warmth(Warmth.State.WARM, 0, 0, 0));
        assertThat(warmUp().getLong("tookMs")).isEqualTo(4_200);
        act("/v1/policies/" + sha256 + "/activate", "ann", 200);
        assertThat(activations()).containsExactly(sha256);
    }

    @Test
    void aPolicyThatTheEnginesHaveGivenUpIsPublishedAgainForThemToWarmUp() throws Exception {
        String sha256 = sha256(document(40));
        publish(document(40), 201);
        warmth = List.of(new Warmth(Warmth.State.COLD, 0, 0, 0));
        act("/v1/policies/" + sha256 + "/activate", "ben", 409);
        assertThat(list().getJsonArray("history").stream()
                        .map(step ->
                                ((JsonObject) step).getString("by") + " " + ((JsonObject) step).getString("action")))
                .containsExactly("ann published", "ben published");
        assertThat(activations()).isEmpty();
    }

    private JsonObject warmUp() throws Exception {
        return list().getJsonArray("policies").getJsonObject(0).getJsonObject("warmUp");
    }

    @Test
    void atStartAPolicyThatIsActiveStaysUnlessAnotherIsNamed() throws Exception {
        Policies policies = new Policies(control(), new Models(), () -> NOW, false, sha256 -> List.of());
        policies.start(document(40), true, "one");
        policies.start(document(50), true, "two");
        policies.start(document(40), false, "three");
        assertThat(activations()).containsExactly(sha256(document(40)));
        policies.start(document(50), false, "four");
        assertThat(activations()).containsExactly(sha256(document(40)), sha256(document(50)));
    }

    @Test
    void theDescriptionOfTheInterfaceIsTrueToTheRoutes() {
        assertThat(OpenApi.mounted(router)).isEqualTo(OpenApi.described("policy"));
    }

    @Test
    void atMostFourPoliciesAreInShadowAndEachStepIsOnRecord() throws Exception {
        for (int review = 40; review < 45; review++) {
            publish(document(review), 201);
        }
        String first = sha256(document(40));
        for (int review = 40; review < 44; review++) {
            assertThat(act("/v1/policies/" + sha256(document(review)) + "/shadow", "ann", 200)
                            .getBoolean("shadow"))
                    .isTrue();
        }
        assertThat(act("/v1/policies/" + sha256(document(44)) + "/shadow", "ann", 409)
                        .getString("detail"))
                .contains("4 policies");
        assertThat(act("/v1/policies/" + first + "/shadow", "ann", 409).getString("detail"))
                .contains("already");
        JsonObject ended = act("/v1/policies/" + first.substring(0, 12) + "/unshadow", "ben", 200);
        assertThat(ended.getBoolean("shadow")).isFalse();
        assertThat(act("/v1/policies/" + first + "/unshadow", "ben", 409).getString("detail"))
                .contains("not in shadow");
        act("/v1/policies/" + sha256("nothing") + "/shadow", "ann", 404);
        act("/v1/policies/" + first + "/shadow", "", 422);
        JsonObject list = list();
        assertThat(list.getJsonArray("policies").stream()
                        .map(each -> ((JsonObject) each).getBoolean("shadow"))
                        .toList())
                .containsExactly(false, true, true, true, false);
        JsonArray history = list.getJsonArray("history");
        JsonObject last = history.getJsonObject(history.size() - 1);
        assertThat(last.getString("action")).isEqualTo("unshadowed");
        assertThat(last.getString("by")).isEqualTo("ben");
        assertThat(last.getLong("offset")).isEqualTo(ended.getLong("offset"));
        assertThat(list.getString("active")).isNull();
    }
}
