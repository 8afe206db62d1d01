package io.weir.server.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.weir.core.policy.Policy;
import io.weir.server.log.History;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Audits over HTTP, of a log in memory. */
class AuditsTest {
    private final SimulatedEngines engines = new SimulatedEngines(3, 2, SamplePolicies.of("70", "90"));
    private final Vertx vertx = Vertx.vertx();
    private final HttpClient client = HttpClient.newHttpClient();
    private volatile CountDownLatch gate = new CountDownLatch(0);
    private Audits audits;
    private int port;

    @BeforeEach
    void start() throws Exception {
        engines.run(300);
        Auditor auditor = new Auditor(this::open, () -> Snapshots.NONE, MemoryLog.IDS, (String document) -> {
            Policy policy = SamplePolicies.compile(document);
            return policy;
        });
        audits = new Audits(auditor, () -> 1_700_000_000_000L);
        Router router = Router.router(vertx);
        audits.mount(router);
        HttpServer server = vertx.createHttpServer()
                .requestHandler(router)
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS);
        port = server.actualPort();
    }

    @AfterEach
    void stop() {
        gate.countDown();
        audits.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
        client.close();
    }

    private History open() {
        try {
            gate.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return engines.log.open();
    }

    @Test
    void anAuditIsQueuedRunAndTold() throws Exception {
        HttpResponse<String> accepted = post("");
        assertThat(accepted.statusCode()).isEqualTo(202);
        String location = accepted.headers().firstValue("Location").orElseThrow();
        JsonObject done = Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> get(location), audit -> "done"
                .equals(audit.getString("status")));
        JsonObject result = done.getJsonObject("result");
        assertThat(result.getString("result")).isEqualTo("VERIFIED");
        assertThat(result.getLong("verified")).isEqualTo(engines.decided);
        assertThat(done.getJsonObject("progress").getLong("verified")).isEqualTo(engines.decided);
    }

    @Test
    void aBacktestIsQueuedRunAndTold() throws Exception {
        JsonObject begun = audits.backtest(SamplePolicies.compile("41"), null, null);
        assertThat(begun.getString("kind")).isEqualTo("backtest");
        JsonObject done = Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> get("/v1/audits/" + begun.getString("id")), job -> "done".equals(job.getString("status")));
        JsonObject result = done.getJsonObject("result");
        assertThat(result.getLong("compared")).isEqualTo(engines.decided);
        assertThat(result.getLong("flipped")).isPositive();
    }

    @Test
    void theFilterIsFollowed() throws Exception {
        HttpResponse<String> accepted = post("{\"account\":\"a1\",\"to\":\"2100-01-01T00:00:00Z\"}");
        String location = accepted.headers().firstValue("Location").orElseThrow();
        JsonObject done = Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> get(location), audit -> "done"
                .equals(audit.getString("status")));
        assertThat(done.getJsonObject("result").getLong("verified"))
                .isPositive()
                .isLessThan(engines.decided);
        assertThat(done.getJsonObject("filter").getString("account")).isEqualTo("a1");
    }

    @Test
    void whatFailsSaysWhy() throws Exception {
        String location =
                post("{\"partition\":99}").headers().firstValue("Location").orElseThrow();
        JsonObject failed = Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> get(location), audit -> "failed".equals(audit.getString("status")));
        assertThat(failed.getString("error")).contains("partition 99");
    }

    @Test
    void moreThanAFewAreRefusedUntilOneIsDone() throws Exception {
        gate = new CountDownLatch(1);
        List<String> locations = new ArrayList<>();
        HttpResponse<String> response = post("");
        while (response.statusCode() == 202) {
            locations.add(response.headers().firstValue("Location").orElseThrow());
            assertThat(locations).hasSizeLessThan(20);
            response = post("");
        }
        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.headers().firstValue("Retry-After")).isPresent();
        assertThat(response.body()).contains("urn:weir:problem:too-many-audits");
        gate.countDown();
        for (String location : locations) {
            Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> "done"
                    .equals(get(location).getString("status")));
        }
        assertThat(post("").statusCode()).isEqualTo(202);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"from\":\"yesterday\"} | 422 | from",
                "{\"from\":7} | 422 | from",
                "{\"to\":\"2020-01-01T00:00:00Z\",\"from\":\"2021-01-01T00:00:00Z\"} | 422 | to",
                "{\"partition\":-1} | 422 | partition",
                "{\"partition\":\"x\"} | 422 | partition",
                "{\"account\":\"\"} | 422 | account",
                "{\"accounts\":\"a\"} | 422 | accounts",
                "[] | 400 |",
                "{ | 400 |"
            })
    void badInputIsRefusedAndNamed(String body, int status, String field) throws Exception {
        HttpResponse<String> response = post(body);
        assertThat(response.statusCode()).isEqualTo(status);
        JsonObject problem = new JsonObject(response.body());
        assertThat(problem.getString("field")).isEqualTo(field);
        assertThat(problem.getString("remedy")).isNotEmpty();
    }

    @Test
    void anUnknownAuditIsNotFound() throws Exception {
        HttpResponse<String> response = client.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/v1/audits/none"))
                        .build(),
                BodyHandlers.ofString());
        assertThat(response.statusCode()).isEqualTo(404);
        assertThat(response.body()).contains("audit-not-found");
    }

    private HttpResponse<String> post(String body) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/v1/audits"))
                .POST(BodyPublishers.ofString(body));
        if (!body.isEmpty()) {
            request.header("Content-Type", "application/json");
        }
        return client.send(request.build(), BodyHandlers.ofString());
    }

    private JsonObject get(String path) throws Exception {
        return new JsonObject(client.send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                                .build(),
                        BodyHandlers.ofString())
                .body());
    }
}
