package io.weir.server.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.weir.events.ListChanged;
import io.weir.events.ModelPublished;
import io.weir.events.RuleShadowed;
import io.weir.events.Sha256;
import io.weir.server.guard.RuleRates.RuleRate;
import io.weir.server.http.OpenApi;
import io.weir.server.log.ControlLog;
import io.weir.server.log.TestLog;
import io.weir.server.model.Models;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Models, lists and rules in shadow over HTTP, on a real control topic. */
class SteeringRoutesTest {
    private static final long NOW = 1_750_000_000_000L;
    private static final String MODEL = """
            {"learner":{"attributes":{"note":"%s"},"feature_names":["amount"],"objective":{"name":"binary:logistic"},
            "learner_model_param":{"base_score":"5E-1","num_class":"0","num_feature":"1","num_target":"1"},
            "gradient_booster":{"name":"gbtree","model":{"trees":[{"left_children":[1,-1,-1],"right_children":[2,-1,-1],
            "split_indices":[0,0,0],"split_conditions":[100.5,-0.25,0.75],"default_left":[0,0,0],
            "sum_hessian":[4.0,3.0,1.0]}]}}},"version":[3,0,4]}
            """;
    private static final String POLICY = """
            id: cards
            lists:
              - {name: stolen, kind: block, entity: terminal, reason: The terminal is stolen}
            features:
              - name: amount
                expression: transaction.amountMinor
            rules:
              - {code: LARGE, when: amount > 100.0, weight: 50, reason: Large}
              - {code: TRIAL, when: amount > 200.0, weight: 50, reason: Larger, shadow: true}
            thresholds: {review: 40, decline: 80}
            """;

    private final Vertx vertx = Vertx.vertx();
    private final HttpClient http = HttpClient.newHttpClient();
    private final Router router = Router.router(vertx);
    private TestLog log;
    private ControlLog control;
    private Policies policies;
    private int port;

    @BeforeEach
    void start() throws Exception {
        log = TestLog.empty(1);
        control = new ControlLog(log.cluster(), log.schemas());
        Models models = new Models();
        policies = new Policies(control, models, () -> NOW, false, sha256 -> List.of());
        new ModelRoutes(new PublishedModels(control, policies, () -> NOW), models).mount(router);
        new ListRoutes(new Lists(control, policies, () -> NOW)).mount(router);
        new RuleRoutes(new Rules(
                        control,
                        policies,
                        (policy, code) -> code.equals("LARGE") ? new RuleRate(2_000, 30, 1_000, 20) : null,
                        () -> NOW))
                .mount(router);
        HttpServer server = vertx.createHttpServer()
                .requestHandler(router)
                .listen(0, "127.0.0.1")
                .await(10, TimeUnit.SECONDS);
        port = server.actualPort();
    }

    @AfterEach
    void stop() throws Exception {
        vertx.close().await(10, TimeUnit.SECONDS);
        log.close();
    }

    private JsonObject post(String path, String contentType, String body, int status) throws Exception {
        return json(
                http.send(
                        request(path)
                                .header("Content-Type", contentType)
                                .POST(BodyPublishers.ofString(body))
                                .build(),
                        BodyHandlers.ofString()),
                status);
    }

    private JsonObject post(String path, JsonObject body, int status) throws Exception {
        return post(path, "application/json", body.encode(), status);
    }

    private HttpResponse<String> get(String path) throws Exception {
        return http.send(request(path).build(), BodyHandlers.ofString());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
    }

    private static JsonObject json(HttpResponse<String> response, int status) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        return new JsonObject(response.body());
    }

    private <E> List<E> events(Class<E> type) {
        return control.readAll().stream()
                .map(ControlLog.Entry::event)
                .filter(type::isInstance)
                .map(type::cast)
                .toList();
    }

    /** A file with so many bytes in it that no packing makes smaller. */
    private static String model(int noise) {
        byte[] bytes = new byte[noise];
        new Random(1).nextBytes(bytes);
        return MODEL.formatted(Base64.getEncoder().encodeToString(bytes));
    }

    @Test
    void aModelIsPublishedOnceAndCanBeReadAgain() throws Exception {
        String file = MODEL.formatted("");
        String sha256 = Sha256.of(file.getBytes(StandardCharsets.UTF_8)).hex();
        JsonObject published = post("/v1/models?name=autumn&by=ann", "application/json", file, 201);
        assertThat(published.getString("sha256")).isEqualTo(sha256);
        assertThat(published.getInteger("trees")).isEqualTo(1);
        assertThat(post("/v1/models?name=other&by=ben", "application/json", file, 200)
                        .getString("name"))
                .isEqualTo("autumn");
        assertThat(events(ModelPublished.class)).hasSize(1);

        assertThat(get("/v1/models/" + sha256.substring(0, 9)).body()).isEqualTo(file);
        assertThat(get("/v1/models/" + sha256 + "/card").statusCode()).isEqualTo(404);
        JsonObject listed = json(get("/v1/models"), 200).getJsonArray("models").getJsonObject(0);
        assertThat(listed.getString("publishedBy")).isEqualTo("ann");
        assertThat(listed.getJsonArray("features")).isEqualTo(JsonArray.of("amount"));
        assertThat(policies.validate("""
                        id: scored
                        features:
                          - {name: amount, expression: transaction.amountMinor}
                        rules: []
                        model: {sha256: %s, features: [amount], points: 80}
                        thresholds: {review: 30, decline: 70}
                        """.formatted(sha256)).model()).isNotNull();
    }

    @Test
    void aModelComesWithItsCard() throws Exception {
        String file = MODEL.formatted("with a card");
        String card = "{\"auc\": 0.88, \"trained\": \"in autumn\"}";
        String form = "--b0\r\nContent-Disposition: form-data; name=\"card\"; filename=\"card.json\"\r\n\r\n" + card
                + "\r\n--b0\r\nContent-Disposition: form-data; name=\"model\"; filename=\"m.json\"\r\n"
                + "Content-Type: application/json\r\n\r\n" + file + "\r\n--b0--\r\n";
        String sha256 = post("/v1/models?name=autumn&by=ann", "multipart/form-data; boundary=b0", form, 201)
                .getString("sha256");
        assertThat(sha256)
                .isEqualTo(Sha256.of(file.getBytes(StandardCharsets.UTF_8)).hex());
        assertThat(get("/v1/models/" + sha256 + "/card").body()).isEqualTo(card);

        String type = "multipart/form-data; boundary=b0";
        String path = "/v1/models?name=autumn&by=ann";
        assertThat(post(path, type, form.replace("--b0--", ""), 400).getString("type"))
                .endsWith("malformed-form");
        assertThat(post(path, type, form.replace("\"model\"", "\"modle\""), 422).getString("field"))
                .isEqualTo("model");
        assertThat(post(path, type, form.replace(card, "none"), 422).getString("field"))
                .isEqualTo("card");
    }

    @Test
    void theLargestModelPassesAndALargerOneIsRefused() throws Exception {
        String file = model(7_900_000);
        String sha256 = post("/v1/models?name=large&by=ann", "application/json", file, 201)
                .getString("sha256");
        assertThat(get("/v1/models/" + sha256).body().equals(file)).isTrue();
        assertThat(post("/v1/models?name=larger&by=ann", "application/json", model(8_600_000), 413)
                        .getString("remedy"))
                .contains("fewer or shallower trees");
        assertThat(events(ModelPublished.class)).hasSize(1);
    }

    @Test
    void whatIsNoModelIsRefusedWithTheRemedy() throws Exception {
        String path = "/v1/models?name=autumn&by=ann";
        JsonObject dart = post(path, "application/json", MODEL.formatted("").replace("gbtree", "dart"), 422);
        assertThat(dart.getString("detail")).contains("dart");
        assertThat(dart.getString("remedy")).startsWith("Train with booster=gbtree");
        assertThat(post(path, "application/json", "no JSON", 422).getString("remedy"))
                .contains("model.json");
        assertThat(post("/v1/models?by=ann", "application/json", MODEL.formatted(""), 422)
                        .getString("field"))
                .isEqualTo("name");
        assertThat(post("/v1/models?name=autumn", "application/json", MODEL.formatted(""), 422)
                        .getString("field"))
                .isEqualTo("by");
        assertThat(json(get("/v1/models/ffff"), 404).getString("remedy")).contains("publish it first");
    }

    @Test
    void membersOfAListSayWhoPutThemThereAndWhy() throws Exception {
        JsonObject first = post(
                "/v1/lists/stolen",
                new JsonObject()
                        .put("add", JsonArray.of("t-1", "t-2"))
                        .put("reason", "reported")
                        .put("by", "ann"),
                200);
        assertThat(first.getString("note")).contains("no published policy uses this list");
        policies.publish(POLICY, "ann");
        JsonObject second = post(
                "/v1/lists/stolen",
                new JsonObject()
                        .put("add", JsonArray.of("t-2", "t-3"))
                        .put("remove", JsonArray.of("t-1", "t-9"))
                        .put("reason", "found")
                        .put("by", "ben"),
                200);
        assertThat(second.containsKey("note")).isFalse();
        assertThat(second.getInteger("added")).isEqualTo(1);
        assertThat(second.getInteger("removed")).isEqualTo(1);
        assertThat(second.getLong("offset")).isGreaterThan(first.getLong("offset"));
        assertThat(post(
                                "/v1/lists/stolen",
                                new JsonObject()
                                        .put("add", JsonArray.of("t-3"))
                                        .put("reason", "again")
                                        .put("by", "ben"),
                                200)
                        .getValue("offset"))
                .isNull();
        assertThat(events(ListChanged.class))
                .extracting(ListChanged::added, ListChanged::removed)
                .containsExactly(tuple(List.of("t-1", "t-2"), List.of()), tuple(List.of("t-3"), List.of("t-1")));

        JsonObject list = json(get("/v1/lists/stolen"), 200);
        assertThat(list.getInteger("members")).isEqualTo(2);
        assertThat(list.getJsonArray("page").stream()
                        .map(each -> ((JsonObject) each).getString("id") + " " + ((JsonObject) each).getString("by")
                                + " " + ((JsonObject) each).getString("reason")))
                .containsExactly("t-2 ann reported", "t-3 ben found");
        assertThat(json(get("/v1/lists/stolen?after=t-2"), 200).getJsonArray("page"))
                .hasSize(1);
        assertThat(json(get("/v1/lists"), 200)
                        .getJsonArray("lists")
                        .getJsonObject(0)
                        .getJsonObject("lastChange")
                        .getString("by"))
                .isEqualTo("ben");
    }

    @Test
    void aChangeOfAListThatCannotBeIsRefused() throws Exception {
        JsonObject empty = new JsonObject().put("reason", "none").put("by", "ann");
        assertThat(post("/v1/lists/stolen", empty, 422).getString("field")).isEqualTo("add");
        assertThat(post("/v1/lists/9", empty.copy().put("add", JsonArray.of("t")), 422)
                        .getString("field"))
                .isEqualTo("name");
        assertThat(post("/v1/lists/stolen", empty.copy().put("add", JsonArray.of(1)), 422)
                        .getString("field"))
                .isEqualTo("add");
        assertThat(post(
                                "/v1/lists/stolen",
                                empty.copy().put("add", JsonArray.of("t")).put("remove", JsonArray.of("t")),
                                422)
                        .getString("field"))
                .isEqualTo("remove");
        JsonArray many = new JsonArray();
        IntStream.rangeClosed(0, 10_000).forEach(i -> many.add("t" + i));
        assertThat(post("/v1/lists/stolen", empty.copy().put("add", many), 422).getString("remedy"))
                .contains("several requests");
        assertThat(post(
                                "/v1/lists/stolen",
                                new JsonObject().put("add", JsonArray.of("t")).put("by", "ann"),
                                422)
                        .getString("field"))
                .isEqualTo("reason");
        assertThat(json(get("/v1/lists/none"), 404).getString("type")).endsWith("list-not-found");
        assertThat(control.readAll()).isEmpty();
    }

    @Test
    void aRuleIsPutInShadowAndBroughtBackByHand() throws Exception {
        Sha256 sha256 = policies.publish(POLICY, "ann").policy().sha256();
        String rules = "/v1/policies/" + sha256.hex().substring(0, 8) + "/rules";
        JsonObject why = new JsonObject().put("reason", "too many alerts").put("by", "ann");
        JsonObject shadowed = post(rules + "/LARGE/shadow", why, 200);
        assertThat(shadowed.getBoolean("shadow")).isTrue();

        JsonArray shown = json(get(rules), 200).getJsonArray("rules");
        JsonObject large = shown.getJsonObject(0);
        assertThat(large.getBoolean("shadow")).isTrue();
        assertThat(large.getInteger("recentFired")).isEqualTo(20);
        assertThat(large.getJsonObject("lastChange").getString("reason")).isEqualTo("too many alerts");
        assertThat(large.getJsonObject("lastChange").getLong("offset")).isEqualTo(shadowed.getLong("offset"));
        assertThat(shown.getJsonObject(1).getBoolean("shadowByPolicy")).isTrue();
        assertThat(shown.getJsonObject(1).containsKey("fired")).isFalse();

        assertThat(post(rules + "/LARGE/shadow", why, 409).getString("detail")).contains("in shadow already");
        assertThat(post(rules + "/TRIAL/enforce", why, 409).getString("detail")).contains("by the policy itself");
        assertThat(post(rules + "/NONE/shadow", why, 404).getString("field")).isEqualTo("code");
        assertThat(post("/v1/policies/ffff/rules/LARGE/shadow", why, 404).getString("field"))
                .isEqualTo("sha256");
        assertThat(post(rules + "/LARGE/enforce", new JsonObject().put("by", "ann"), 422)
                        .getString("field"))
                .isEqualTo("reason");
        post(rules + "/LARGE/enforce", why.copy().put("by", "ben"), 200);
        assertThat(json(get(rules), 200).getJsonArray("rules").getJsonObject(0).getBoolean("shadow"))
                .isFalse();
        assertThat(events(RuleShadowed.class))
                .extracting(RuleShadowed::shadow, RuleShadowed::changedBy)
                .containsExactly(tuple(true, "ann"), tuple(false, "ben"));
    }

    @Test
    void theDescriptionOfTheInterfaceIsTrueToTheRoutes() {
        assertThat(OpenApi.mounted(router)).isEqualTo(OpenApi.described("steer"));
    }
}
