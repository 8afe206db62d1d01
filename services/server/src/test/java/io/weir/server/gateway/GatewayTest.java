package io.weir.server.gateway;

import static io.weir.server.gateway.GatewayFixture.transaction;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonObject;
import io.weir.core.policy.Policy.OnDeadline;
import io.weir.local.LocalStack;
import io.weir.server.http.HttpEdge;
import io.weir.server.http.HttpSettings;
import io.weir.server.http.OpenApi;
import io.weir.server.http.RawHttp;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class GatewayTest {
    private static GatewayFixture fixture;

    @BeforeAll
    static void start() throws Exception {
        fixture = new GatewayFixture(LocalStack.shared(), GatewayFixture.patient());
    }

    @AfterAll
    static void stop() throws Exception {
        fixture.close();
    }

    @AfterEach
    void scorerAsUsual() {
        fixture.scorer.resume();
        fixture.scorer.hide(false);
    }

    @Test
    void aTransactionIsAnsweredWithItsCommittedDecision() throws Exception {
        JsonObject transaction = transaction().put("amountMinor", 250_000).put("country", "NL");

        HttpResponse<String> response = fixture.submit(transaction);

        JsonObject answer = json(response, 200);
        assertThat(answer.getString("transactionId")).isEqualTo(transaction.getString("transactionId"));
        assertThat(answer.getString("decision")).isEqualTo("DECLINE");
        assertThat(answer.getJsonArray("reasons").getJsonObject(0).getString("code"))
                .isEqualTo("HIGH_AMOUNT");
        assertThat(answer.getJsonObject("features")).isEqualTo(new JsonObject().put("amount", 2500.0));
        assertThat(answer.getLong("receivedAtMs")).isPositive();
        assertThat(answer.getJsonObject("position").getLong("offset")).isNotNegative();
        assertThat(answer.getBoolean("duplicate")).isFalse();
    }

    @Test
    void theSameAgainGivesTheFirstDecisionMarkedAsADuplicate() throws Exception {
        JsonObject transaction = transaction();
        JsonObject first = json(fixture.submit(transaction), 200);

        JsonObject again = json(fixture.submit(transaction), 200);

        assertThat(again.getBoolean("duplicate")).isTrue();
        assertThat(without(again, "duplicate")).isEqualTo(without(first, "duplicate"));
        assertThat(fixture.scorer.appended(transaction.getString("transactionId")))
                .isEqualTo(1);
    }

    @Test
    void theSameAgainIsFoundOnTheLogWhenTheViewsDoNotHaveIt() throws Exception {
        JsonObject transaction = transaction();
        JsonObject first = json(fixture.submit(transaction), 200);
        fixture.scorer.hide(true);
        fixture.scorer.pause();
        CompletableFuture<HttpResponse<String>> again = fixture.submitAsync(transaction);
        await().until(() -> fixture.metric("weir.gateway.in.flight") > 0);
        fixture.scorer.hide(false);
        fixture.scorer.resume();

        JsonObject answer = json(again.get(60, TimeUnit.SECONDS), 200);

        assertThat(answer.getBoolean("duplicate")).isTrue();
        assertThat(answer.getJsonObject("position")).isEqualTo(first.getJsonObject("position"));
    }

    @Test
    void anotherPayloadUnderTheSameIdIsAConflict() throws Exception {
        JsonObject transaction = transaction();
        json(fixture.submit(transaction), 200);

        assertConflict(fixture.submit(transaction.copy().put("amountMinor", 1)));
    }

    @Test
    void anotherPayloadIsFoundOnTheLogWhenTheViewsDoNotHaveIt() throws Exception {
        JsonObject transaction = transaction();
        json(fixture.submit(transaction), 200);
        fixture.scorer.hide(true);

        assertConflict(fixture.submit(transaction.copy().put("amountMinor", 1)));
    }

    @Test
    void anotherAccountUnderTheSameIdIsAConflict() throws Exception {
        JsonObject transaction = transaction();
        json(fixture.submit(transaction), 200);

        assertConflict(fixture.submit(transaction.copy().put("accountId", "someone-else")));
    }

    @Test
    void theSameInFlightIsAppendedOnce() throws Exception {
        fixture.scorer.pause();
        JsonObject transaction = transaction();
        List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            answers.add(fixture.submitAsync(transaction));
        }
        await().until(() -> fixture.metric("weir.gateway.in.flight") >= 20);
        assertConflict(fixture.submit(transaction.copy().put("amountMinor", 1)));
        assertConflict(fixture.submit(transaction.copy().put("accountId", "someone-else")));
        fixture.scorer.resume();

        int originals = 0;
        for (var answer : answers) {
            originals += json(answer.get(60, TimeUnit.SECONDS), 200).getBoolean("duplicate") ? 0 : 1;
        }
        assertThat(originals).isEqualTo(1);
        assertThat(fixture.scorer.appended(transaction.getString("transactionId")))
                .isEqualTo(1);
    }

    @Test
    void respondAsyncIsAnsweredOnceItIsOnTheLog() throws Exception {
        JsonObject transaction = transaction().put("transactionId", "a/b c-" + System.nanoTime());
        String id = transaction.getString("transactionId");

        HttpResponse<String> response = fixture.submit(transaction, "Prefer", "respond-async");

        String location = "/v1/decisions/" + id.replace("/", "%2F").replace(" ", "%20");
        assertThat(json(response, 202))
                .isEqualTo(new JsonObject()
                        .put("transactionId", id)
                        .put("status", "pending")
                        .put("location", location));
        assertThat(response.headers().firstValue("Location")).contains(location);
        assertThat(response.headers().firstValue("Preference-Applied")).contains("respond-async");
        await().until(() -> fixture.scorer.decision(id) != null);
    }

    @Test
    void aPreferenceThatIsGivenTwiceIsTheFirst() throws Exception {
        fixture.scorer.pause();
        JsonObject transaction = transaction();

        HttpResponse<String> response = fixture.submit(transaction, "Prefer", "wait=0, respond-async, wait=1");

        assertThat(json(response, 202).getString("status")).isEqualTo("pending");
        fixture.scorer.resume();
    }

    @Test
    void aSpentBudgetIsAnsweredWithThePolicysWordForThatAndTheDecisionFollows() throws Exception {
        fixture.scorer.pause();
        fixture.scorer.onDeadline(OnDeadline.REVIEW);
        JsonObject transaction = transaction();

        HttpResponse<String> response = fixture.submit(transaction, "Prefer", "wait=1");

        fixture.scorer.onDeadline(OnDeadline.PENDING);
        assertThat(json(response, 202))
                .isEqualTo(new JsonObject()
                        .put("transactionId", transaction.getString("transactionId"))
                        .put("status", "pending")
                        .put("location", "/v1/decisions/" + transaction.getString("transactionId"))
                        .put("onDeadline", "REVIEW"));
        fixture.scorer.resume();
        await().until(() -> fixture.scorer.decision(transaction.getString("transactionId")) != null);
        JsonObject later = json(fixture.submit(transaction), 200);
        assertThat(later.getBoolean("duplicate")).isTrue();
        assertThat(fixture.scorer.appended(transaction.getString("transactionId")))
                .isEqualTo(1);
    }

    @Test
    void whatIsMissingWrongOrUnknownIsNamedWithARemedy() throws Exception {
        assertProblem(fixture.post("/v1/transactions", "application/json", "{\"a\":"), 400, "malformed-json", null);
        assertProblem(submitWithout("transactionId"), 422, "missing-field", "transactionId");
        assertProblem(fixture.submit(transaction().put("amountMinor", "12")), 422, "wrong-type", "amountMinor");
        assertProblem(fixture.submit(transaction().put("currency", "QQQ")), 422, "invalid-value", "currency");
        assertProblem(fixture.submit(transaction().put("amountMinor", -5)), 422, "invalid-value", "amountMinor");
        assertProblem(fixture.submit(transaction().put("amount", 5)), 422, "unknown-field", "amount");
        assertProblem(
                fixture.submit(transaction().put("occurredAtMs", System.currentTimeMillis() + 86_400_000L)),
                422,
                "invalid-value",
                "occurredAtMs");
        assertProblem(fixture.submit(transaction().put("channel", "x".repeat(20_000))), 413, "too-large", null);
        assertProblem(
                fixture.post("/v1/transactions", "text/plain", transaction().encode()),
                415,
                "unsupported-media-type",
                "Content-Type");
        assertProblem(fixture.get("/v1/transactions"), 405, "method-not-allowed", null);
        assertThat(fixture.get("/v1/transactions").headers().firstValue("Allow"))
                .contains("POST");
        assertProblem(fixture.post("/v1/transaction", "application/json", "{}"), 404, "not-found", null);
    }

    @Test
    void aLabelIsPutOnTheLog() throws Exception {
        JsonObject label = new JsonObject()
                .put("transactionId", "tx-" + System.nanoTime())
                .put("accountId", "acc-1")
                .put("occurredAtMs", System.currentTimeMillis())
                .put("fraud", true)
                .put("source", "chargeback");

        JsonObject answer = json(fixture.post("/v1/labels", "application/json", label.encode()), 202);

        assertThat(answer.getJsonObject("position").getLong("offset")).isNotNegative();
        await().until(() -> fixture.scorer.labels().stream()
                .anyMatch(appended -> appended.transactionId().equals(label.getString("transactionId"))
                        && appended.fraud()
                        && "chargeback".equals(appended.source())));
        assertProblem(
                fixture.post(
                        "/v1/labels",
                        "application/json",
                        label.put("fraud", "yes").encode()),
                422,
                "wrong-type",
                "fraud");
    }

    @Test
    void theDescriptionIsTrueToTheRoutes() {
        var router = HttpEdge.router(
                fixture.watch.vertx(),
                HttpSettings.at("127.0.0.1", 0),
                List.of(fixture.gateway),
                List.of(fixture.gateway),
                fixture.metrics);

        assertThat(OpenApi.mounted(router)).isEqualTo(OpenApi.described("decide", "operate"));
    }

    @Test
    void aCallerWhoLeavesLeavesNothingBehind() throws Exception {
        fixture.scorer.pause();
        String body = transaction().encode();
        try (RawHttp http = new RawHttp(fixture.port())) {
            http.send("POST /v1/transactions HTTP/1.1\r\nHost: test\r\nContent-Type: application/json\r\n"
                            + "Content-Length: " + body.length() + "\r\n\r\n" + body)
                    .halfClose();
            await().until(() -> fixture.metric("weir.gateway.in.flight") > 0);
        }
        fixture.scorer.resume();

        await().until(() -> fixture.metric("weir.gateway.in.flight") == 0);
        json(fixture.submit(transaction()), 200);
    }

    @Test
    void itCountsWhatItDoes() throws Exception {
        double before = fixture.metric("weir.gateway.appended");
        json(fixture.submit(transaction()), 200);

        String metrics = fixture.get("/metrics").body();

        assertThat(fixture.metric("weir.gateway.appended")).isGreaterThan(before);
        assertThat(metrics)
                .contains("weir_gateway_requests_total{outcome=\"decided\"}")
                .contains("weir_gateway_http_to_decision_seconds_bucket")
                .contains("weir_gateway_stage_seconds_count{stage=\"append\"}")
                .contains("weir_gateway_in_flight 0.0");
        assertThat(fixture.get("/health/ready").statusCode()).isEqualTo(200);
    }

    private static HttpResponse<String> submitWithout(String field) throws Exception {
        JsonObject transaction = transaction();
        transaction.remove(field);
        return fixture.submit(transaction);
    }

    private static JsonObject without(JsonObject json, String field) {
        JsonObject copy = json.copy();
        copy.remove(field);
        return copy;
    }

    private static void assertConflict(HttpResponse<String> response) {
        assertProblem(response, 409, "conflict", "transactionId");
    }

    static void assertProblem(HttpResponse<String> response, int status, String type, String field) {
        JsonObject problem = json(response, status);
        assertThat(response.headers().firstValue("Content-Type")).contains("application/problem+json");
        assertThat(problem.getString("type")).isEqualTo("urn:weir:problem:" + type);
        assertThat(problem.getString("field")).isEqualTo(field);
        assertThat(problem.getString("remedy")).isNotBlank();
    }

    static JsonObject json(HttpResponse<String> response, int status) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        return new JsonObject(response.body());
    }
}
