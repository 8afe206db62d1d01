package io.weir.server.gateway;

import static io.weir.server.gateway.GatewayFixture.transaction;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonObject;
import io.weir.local.LocalStack;
import io.weir.server.http.RawHttp;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class GatewayBatchTest {
    private static final String NDJSON = "application/x-ndjson";
    private static final int WINDOW = 16;

    private static GatewayFixture fixture;

    @BeforeAll
    static void start() throws Exception {
        GatewaySettings patient = GatewayFixture.patient();
        fixture = new GatewayFixture(
                LocalStack.shared(),
                new GatewaySettings(
                        patient.budgetMs(),
                        patient.maxBudgetMs(),
                        patient.batchBudgetMs(),
                        patient.acknowledgeWithinMs(),
                        patient.maxInFlight(),
                        WINDOW,
                        1_000));
    }

    @AfterAll
    static void stop() throws Exception {
        fixture.close();
    }

    @AfterEach
    void scorerAsUsual() {
        fixture.scorer.resume();
    }

    @Test
    void everyLineIsAnsweredInTheOrderOfTheInput() throws Exception {
        List<JsonObject> transactions = new ArrayList<>();
        StringBuilder body = new StringBuilder();
        for (int i = 0; i < 1_000; i++) {
            JsonObject transaction = transaction().put("amountMinor", i % 2 == 0 ? 1 : 200_000);
            transactions.add(transaction);
            body.append(transaction.encode()).append(i % 3 == 0 ? "\r\n" : "\n");
        }

        List<JsonObject> answers = batch(body.toString());

        assertThat(answers).hasSameSizeAs(transactions);
        for (int i = 0; i < answers.size(); i++) {
            assertThat(answers.get(i).getString("transactionId"))
                    .isEqualTo(transactions.get(i).getString("transactionId"));
            assertThat(answers.get(i).getString("decision")).isEqualTo(i % 2 == 0 ? "APPROVE" : "DECLINE");
        }
    }

    @Test
    void aBadLineDoesNotEndTheStream() throws Exception {
        JsonObject twice = transaction();
        String body = String.join(
                "\n",
                transaction().encode(),
                "{\"transactionId\":",
                "",
                "   ",
                transaction().put("currency", "QQQ").encode(),
                transaction().put("channel", "x".repeat(2_000)).encode(),
                "\u00ff\u00fe",
                twice.encode(),
                twice.encode(),
                twice.copy().put("amountMinor", 1).encode(),
                transaction().encode()); // without a line break at the end

        List<JsonObject> answers = batch(body);

        assertThat(answers).hasSize(9);
        assertThat(answers.get(0).getString("decision")).isEqualTo("APPROVE");
        assertProblem(answers.get(1), "malformed-json", 2);
        assertProblem(answers.get(2), "invalid-value", 5);
        assertProblem(answers.get(3), "too-large", 6);
        assertProblem(answers.get(4), "malformed-json", 7);
        assertThat(answers.get(5).getBoolean("duplicate")).isFalse();
        assertThat(answers.get(6).getBoolean("duplicate")).isTrue();
        assertProblem(answers.get(7), "conflict", 10);
        assertThat(answers.get(8).getString("decision")).isEqualTo("APPROVE");
    }

    @Test
    void aBatchNeedNotWaitForItsDecisions() throws Exception {
        fixture.scorer.pause();
        List<String> lines =
                Stream.generate(() -> transaction().encode()).limit(3 * WINDOW).toList();

        HttpResponse<String> response = fixture.postAsync(
                        "/v1/transactions:batch", NDJSON, String.join("\n", lines), "Prefer", "respond-async")
                .get(60, TimeUnit.SECONDS);

        assertThat(response.headers().firstValue("Preference-Applied")).contains("respond-async");
        assertThat(response.body().lines().map(JsonObject::new))
                .hasSameSizeAs(lines)
                .allSatisfy(answer -> assertThat(answer.getString("status")).isEqualTo("pending"));
    }

    @Test
    void anEmptyBatchHasAnEmptyAnswer() throws Exception {
        assertThat(batch("")).isEmpty();
        assertThat(batch("\n\n")).isEmpty();
    }

    @Test
    void answersComeWhileTheInputIsStillBeingSent() throws Exception {
        try (RawHttp http = new RawHttp(fixture.port())) {
            http.send("POST /v1/transactions%3Abatch HTTP/1.1\r\nHost: test\r\nContent-Type: " + NDJSON
                    + "\r\nTransfer-Encoding: chunked\r\n\r\n");
            assertThat(http.read().status()).isEqualTo(200);
            for (int i = 0; i < 3; i++) {
                JsonObject transaction = transaction();
                http.send(chunk(transaction.encode() + "\n"));
                assertThat(http.readChunk()).contains(transaction.getString("transactionId"));
            }
            http.send("0\r\n\r\n");
            assertThat(http.readChunk()).isEmpty();
        }
    }

    @Test
    void noMoreIsReadThanTheWindowHolds() throws Exception {
        fixture.scorer.pause();
        int lines = 40 * WINDOW;
        try (RawHttp http = new RawHttp(fixture.port())) {
            http.send("POST /v1/transactions:batch HTTP/1.1\r\nHost: test\r\nContent-Type: " + NDJSON
                    + "\r\nTransfer-Encoding: chunked\r\n\r\n");
            for (int i = 0; i < lines; i++) {
                http.send(chunk(transaction().encode() + "\n"));
            }
            http.send("0\r\n\r\n");
            await().until(() -> fixture.metric("weir.gateway.in.flight") == WINDOW);
            double appended = fixture.metric("weir.gateway.appended");
            // A live interactive request passes by; by the time it is on the log, a greedy batch would have read on.
            fixture.submit(transaction(), "Prefer", "respond-async");
            assertThat(fixture.metric("weir.gateway.in.flight")).isEqualTo(WINDOW);
            assertThat(fixture.metric("weir.gateway.appended")).isLessThanOrEqualTo(appended + 1 + WINDOW);
            fixture.scorer.resume();

            assertThat(http.read().status()).isEqualTo(200);
            int answered = 0;
            for (String chunk; !(chunk = http.readChunk()).isEmpty(); ) {
                answered += (int) chunk.lines().count();
            }
            assertThat(answered).isEqualTo(lines);
        }
    }

    @Test
    void aCallerWhoDoesNotReadIsNotReadEither() throws Exception {
        double before = fixture.metric("weir.gateway.appended");
        int lines = 60_000;
        byte[] problemLine = chunk("{\n".repeat(500)).getBytes(StandardCharsets.ISO_8859_1);
        try (RawHttp http = new RawHttp(fixture.port())) {
            http.send("POST /v1/transactions:batch HTTP/1.1\r\nHost: test\r\nContent-Type: " + NDJSON
                    + "\r\nTransfer-Encoding: chunked\r\n\r\n");
            Thread sender = Thread.startVirtualThread(() -> {
                for (int i = 0; i < lines / 500; i++) {
                    http.sendQuietly(problemLine);
                }
                http.sendQuietly("0\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
            });
            // Others are served meanwhile.
            assertThat(fixture.submit(transaction()).statusCode()).isEqualTo(200);

            assertThat(http.read().status()).isEqualTo(200);
            int answered = 0;
            for (String chunk; !(chunk = http.readChunk()).isEmpty(); ) {
                answered += (int) chunk.lines().count();
            }
            sender.join();
            assertThat(answered).isEqualTo(lines);
        }
        assertThat(fixture.metric("weir.gateway.appended")).isEqualTo(before + 1);
    }

    @Test
    void aBatchThatBreaksOffLeavesNothingBehind() throws Exception {
        fixture.scorer.pause();
        try (RawHttp http = new RawHttp(fixture.port())) {
            http.send("POST /v1/transactions:batch HTTP/1.1\r\nHost: test\r\nContent-Type: " + NDJSON
                    + "\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + chunk(transaction().encode() + "\n{\"trans"));
            await().until(() -> fixture.metric("weir.gateway.in.flight") == 1);
        }
        fixture.scorer.resume();

        await().until(() -> fixture.metric("weir.gateway.in.flight") == 0);
    }

    @Test
    void anotherContentTypeIsUnsupported() throws Exception {
        HttpResponse<String> response = fixture.post(
                "/v1/transactions:batch", "application/json", transaction().encode());

        GatewayTest.assertProblem(response, 415, "unsupported-media-type", "Content-Type");
    }

    @Test
    void labelsComeInBatchesToo() throws Exception {
        String label = "{\"transactionId\":\"%s\",\"accountId\":\"a\",\"occurredAtMs\":%d,\"fraud\":true}\n";
        long now = System.currentTimeMillis();

        HttpResponse<String> response = fixture.post(
                "/v1/labels:batch", NDJSON, label.formatted("one", now) + "nonsense\n" + label.formatted("two", now));

        List<JsonObject> answers = response.body().lines().map(JsonObject::new).toList();
        assertThat(answers.get(0).getString("transactionId")).isEqualTo("one");
        assertProblem(answers.get(1), "malformed-json", 2);
        assertThat(answers.get(2).getJsonObject("position").getLong("offset")).isNotNegative();
    }

    private static List<JsonObject> batch(String body) throws Exception {
        HttpResponse<String> response = fixture.post("/v1/transactions:batch", NDJSON, body);
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type")).contains(NDJSON);
        return response.body().lines().map(JsonObject::new).toList();
    }

    private static void assertProblem(JsonObject answer, String type, int line) {
        assertThat(answer.getString("type")).isEqualTo("urn:weir:problem:" + type);
        assertThat(answer.getInteger("line")).isEqualTo(line);
        assertThat(answer.getString("remedy")).isNotBlank();
    }

    private static String chunk(String content) {
        return Integer.toHexString(content.length()) + "\r\n" + content + "\r\n";
    }
}
