package io.weir.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.weir.server.http.RawHttp.Response;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HttpEdgeTest {
    private static final String END = " HTTP/1.1\r\nHost: test\r\n\r\n";

    private final EventLoopWatch watch = new EventLoopWatch();
    private final Promise<Void> slow = Promise.promise();
    private final CompletableFuture<Void> slowIsRunning = new CompletableFuture<>();
    private final NamedCheck check = new NamedCheck();
    private HttpEdge edge;
    private HttpEdge impatient;

    @BeforeEach
    void start() throws Exception {
        edge = start(HttpSettings.at("127.0.0.1", 0));
        impatient = start(HttpSettings.at("127.0.0.1", 0).withTimeouts(60_000, 300));
    }

    @AfterEach
    void stop() throws Exception {
        slow.tryComplete();
        edge.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
        impatient.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
        assertThat(watch.blocked()).isEmpty();
        watch.close();
    }

    @Test
    void anUnknownPathIsNotFound() throws IOException {
        Response response = exchange("GET /v1/nothing" + END);

        assertProblem(response, 404, "not-found");
        assertThat(response.json().getString("detail")).contains("/v1/nothing");
    }

    @Test
    void anUnknownMethodIsNotAllowedAndTheOthersAreNamed() throws IOException {
        Response response = exchange("DELETE /echo" + END);

        assertProblem(response, 405, "method-not-allowed");
        assertThat(response.header("Allow")).isEqualTo("POST, PUT");
        assertThat(exchange("PATCH /things/17" + END).header("Allow")).isEqualTo("GET");
        assertThat(exchange("GET /echo:batch" + END).header("Allow")).isEqualTo("POST");
        assertProblem(exchange("FROBNICATE /echo" + END), 405, "method-not-allowed");
    }

    @Test
    void anotherContentTypeIsUnsupported() throws IOException {
        assertProblem(exchange(post("/echo", "text/plain", "hi")), 415, "unsupported-media-type");
        assertProblem(exchange(post("/echo", null, "hi")), 415, "unsupported-media-type");
        assertProblem(exchange(post("/echo", "application/json; charset=latin1", "hi")), 415, "unsupported-media-type");
        assertProblem(
                exchange(post("/echo", "application/json\r\nContent-Encoding: gzip", "hi")),
                415,
                "unsupported-media-type");
        assertThat(exchange(post("/echo", "application/json; charset=UTF-8", "hi"))
                        .body())
                .isEqualTo("hi");
    }

    @Test
    void anOversizeBodyIsRefusedAndTheConnectionGoesOn() throws IOException {
        try (RawHttp http = new RawHttp(edge.actualPort())) {
            http.send(post("/echo", "application/json", "x".repeat(200_000)));
            assertProblem(http.read(), 413, "too-large");

            http.send(post("/echo", "application/json", "again"));
            assertThat(http.read().body()).isEqualTo("again");
        }
    }

    @Test
    void anOversizeBodyInChunksIsRefused() throws IOException {
        String chunk = "4000\r\n" + "x".repeat(0x4000) + "\r\n";
        Response response = exchange("POST /echo HTTP/1.1\r\nHost: test\r\nContent-Type: application/json\r\n"
                + "Transfer-Encoding: chunked\r\n\r\n" + chunk.repeat(20) + "0\r\n\r\n");

        assertProblem(response, 413, "too-large");
    }

    @Test
    void aSlowBodyTimesOut() throws IOException {
        try (RawHttp http = new RawHttp(impatient.actualPort())) {
            http.send(
                    "POST /echo HTTP/1.1\r\nHost: test\r\nContent-Type: application/json\r\nContent-Length: 10\r\n\r\nab");

            assertProblem(http.read(), 408, "too-slow");
            assertThat(http.isClosedByServer()).isTrue();
        }
    }

    @Test
    void aBodyThatGoesOnAfterItsRefusalIsCutOff() throws IOException {
        try (RawHttp http = new RawHttp(impatient.actualPort())) {
            http.send("POST /echo HTTP/1.1\r\nHost: test\r\nContent-Type: text/plain\r\nContent-Length: 10\r\n\r\nab");

            assertProblem(http.read(), 415, "unsupported-media-type");
            assertThat(http.isClosedByServer()).isTrue();
        }
    }

    @Test
    void aFloodOfHeadersIsRefused() throws IOException {
        String headers = "X-Flood: 0123456789\r\n".repeat(1_000);
        Response response = exchange("GET /health/live HTTP/1.1\r\nHost: test\r\n" + headers + "\r\n");

        assertProblem(response, 431, "headers-too-large");
    }

    @Test
    void anEndlessRequestLineIsRefused() throws IOException {
        assertProblem(exchange("GET /" + "x".repeat(5_000) + END), 414, "uri-too-long");
    }

    @Test
    void whatIsNotHttpIsABadRequest() throws IOException {
        assertProblem(exchange("GET /health/live HTTP/1.1\r\nHost test\r\n\r\n"), 400, "bad-request");
        assertProblem(exchange("GET /health/live HTTP/1.1\r\n\r\n"), 400, "bad-request");
        assertProblem(exchange("GET /things/%zz" + END), 400, "bad-request");
    }

    @Test
    void anExceptionIsAnInternalErrorWithoutItsStack() throws IOException {
        Response response = exchange("GET /fails" + END);

        assertProblem(response, 500, "internal-error");
        assertThat(response.body()).doesNotContain("secret", "Exception", "at io.");
    }

    @Test
    void aProblemThrownInARouteIsTheAnswer() throws IOException {
        Response response = exchange("GET /refuses" + END);

        assertProblem(response, 503, "busy");
        assertThat(response.header("Retry-After")).isEqualTo("1");
    }

    @Test
    void healthNamesEveryCheck() throws IOException {
        assertThat(exchange("GET /health/live" + END).status()).isEqualTo(200);
        Response ready = exchange("GET /health/ready" + END);
        check.reason = "still restoring";
        Response notReady = exchange("GET /health/ready" + END);

        assertThat(ready.status()).isEqualTo(200);
        assertThat(ready.json().getJsonObject("checks")).isEqualTo(new JsonObject().put("scorer", "ready"));
        assertThat(notReady.status()).isEqualTo(503);
        assertThat(notReady.json().getJsonObject("checks").getString("scorer")).isEqualTo("still restoring");
    }

    @Test
    void answersAreCountedByRouteAndStatus() throws IOException {
        exchange("GET /things/1" + END);
        exchange("GET /things/2" + END);
        exchange("GET /nothing" + END);

        String metrics = exchange("GET /metrics" + END).body();

        assertThat(metrics)
                .contains("weir_http_answers_total{route=\"/things/{id}\",status=\"200\"} 2.0")
                .contains("weir_http_answers_total{route=\"none\",status=\"404\"} 1.0");
    }

    @Test
    void aHalfClosedConnectionHarmsNobody() throws IOException {
        for (int i = 0; i < 20; i++) {
            try (RawHttp http = new RawHttp(edge.actualPort())) {
                http.send("POST /echo HTTP/1.1\r\nHost: test\r\nContent-Type: application/json\r\n"
                                + "Content-Length: 10\r\n\r\nab")
                        .halfClose();
                assertThat(http.isClosedByServer()).isTrue();
            }
        }
        assertThat(exchange("GET /health/live" + END).status()).isEqualTo(200);
    }

    @Test
    void connectionsAreBounded() throws Exception {
        HttpSettings usual = HttpSettings.at("127.0.0.1", 0);
        HttpEdge small = start(new HttpSettings("127.0.0.1", 0, 2, usual.idleTimeoutMs(), 300, 300));
        try (RawHttp second = new RawHttp(small.actualPort())) {
            second.send("GET /health/live" + END).read();
            try (RawHttp first = new RawHttp(small.actualPort());
                    RawHttp third = new RawHttp(small.actualPort())) {
                first.send("GET /health/live" + END).read();
                assertThat(third.send("GET /health/live" + END).read()).isNull();
            }
            await().until(() -> {
                try (RawHttp again = new RawHttp(small.actualPort())) {
                    return again.send("GET /health/live" + END).read() != null;
                }
            });
        } finally {
            small.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
        }
    }

    @Test
    void anIdleConnectionIsClosed() throws Exception {
        HttpEdge hasty = start(HttpSettings.at("127.0.0.1", 0).withTimeouts(200, 300));
        try (RawHttp http = new RawHttp(hasty.actualPort())) {
            http.send("GET /health");
            assertThat(http.isClosedByServer()).isTrue();
        } finally {
            hasty.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
        }
    }

    @Test
    void closingLetsWhatIsInFlightFinishAndTakesNothingNew() throws Exception {
        try (RawHttp http = new RawHttp(edge.actualPort())) {
            http.send("GET /slow" + END);
            slowIsRunning.get(20, TimeUnit.SECONDS);
            var closed = edge.close().toCompletionStage().toCompletableFuture();
            await().until(() -> refusesConnections(edge.actualPort()));

            slow.complete();

            assertThat(http.read().body()).isEqualTo("done at last");
            closed.get(20, TimeUnit.SECONDS);
        }
    }

    private static boolean refusesConnections(int port) {
        try (RawHttp http = new RawHttp(port)) {
            return http.send("GET /health/live" + END).read() == null;
        } catch (IOException e) {
            return true;
        }
    }

    private HttpEdge start(HttpSettings settings) throws Exception {
        return HttpEdge.start(
                        watch.eventLoop(),
                        settings,
                        List.of(this::routes),
                        List.of(check),
                        new PrometheusMeterRegistry(PrometheusConfig.DEFAULT))
                .toCompletionStage()
                .toCompletableFuture()
                .get(20, TimeUnit.SECONDS);
    }

    private void routes(Router router) {
        router.post("/echo").handler(context -> {
            RequestBody.requireContentType(context, List.of("application/json"));
            RequestBody.read(context, 1_000)
                    .onSuccess(body -> context.response().end(body))
                    .onFailure(context::fail);
        });
        router.put("/echo").handler(context -> context.response().end());
        router.routeWithRegex(io.vertx.core.http.HttpMethod.POST, "/echo:batch")
                .setName("/echo:batch")
                .handler(context -> context.response().end());
        router.get("/things/:id").handler(context -> context.response().end(context.pathParam("id")));
        router.get("/fails").handler(context -> {
            throw new IllegalStateException("a secret");
        });
        router.get("/refuses").handler(context -> {
            throw new ProblemException(new Problem(503, "busy", "Busy", "too much", null, "wait"));
        });
        router.get("/slow").handler(context -> {
            slowIsRunning.complete(null);
            slow.future().onSuccess(go -> context.response().end("done at last"));
        });
    }

    private Response exchange(String request) throws IOException {
        try (RawHttp http = new RawHttp(edge.actualPort())) {
            return http.send(request).read();
        }
    }

    private static String post(String path, String contentType, String body) {
        return "POST " + path + " HTTP/1.1\r\nHost: test\r\n"
                + (contentType == null ? "" : "Content-Type: " + contentType + "\r\n")
                + "Content-Length: " + body.length() + "\r\n\r\n" + body;
    }

    private static void assertProblem(Response response, int status, String type) {
        assertThat(response).isNotNull();
        assertThat(response.status()).isEqualTo(status);
        assertThat(response.header("Content-Type")).isEqualTo("application/problem+json");
        assertThat(response.json().getString("type")).isEqualTo("urn:weir:problem:" + type);
        assertThat(response.json().getInteger("status")).isEqualTo(status);
        assertThat(response.json().getString("remedy")).isNotBlank();
    }

    private static final class NamedCheck implements Readiness {
        private volatile String reason;

        @Override
        public String name() {
            return "scorer";
        }

        @Override
        public String notReadyBecause() {
            return reason;
        }
    }
}
