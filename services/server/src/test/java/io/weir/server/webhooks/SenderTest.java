package io.weir.server.webhooks;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.JksOptions;
import io.weir.server.log.LogRecord;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SenderTest {
    private static final long NOW_MS = 1_700_000_000_000L; // Tue, 14 Nov 2023 22:13:20 GMT
    private static final Message MESSAGE =
            new Message("id", Buffer.buffer("{}"), new LogRecord("t", 0, 0, 0, null, null, Map.of()));
    private static Vertx vertx;

    @BeforeAll
    static void start() {
        vertx = Vertx.vertx();
    }

    @AfterAll
    static void stop() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 202, 204})
    void everyGoodAnswerIsAnAcceptance(int status) throws Exception {
        assertThat(post(answering(status, "ok"))).isInstanceOf(Answer.Accepted.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 401, 404, 410, 413})
    void aClientErrorIsARefusal(int status) throws Exception {
        assertThat(post(answering(status, "no\nsuch\u0000alert")))
                .isEqualTo(new Answer.Refused("HTTP " + status + ": no such alert"));
    }

    @ParameterizedTest
    @ValueSource(ints = {408, 425, 429, 500, 502, 503, 504})
    void whatPassesIsWorthAnotherAttempt(int status) throws Exception {
        assertThat(post(answering(status, ""))).isEqualTo(new Answer.Failed("status", "HTTP " + status, Duration.ZERO));
    }

    @Test
    void aRedirectIsNotFollowed() throws Exception {
        BiConsumer<TestEndpoint.Post, HttpServerResponse> moved = (post, response) ->
                response.setStatusCode(307).putHeader("location", "/elsewhere").end();
        try (TestEndpoint endpoint = new TestEndpoint(vertx, moved)) {
            assertThat(post(endpoint.url())).isEqualTo(new Answer.Failed("status", "HTTP 307", Duration.ZERO));
            assertThat(endpoint.posts()).hasSize(1);
        }
    }

    @Test
    void theEndpointMayAskToBeLeftAloneInSecondsOrUntilADate() throws Exception {
        assertThat(retryAfter("120")).isEqualTo(Duration.ofMinutes(2));
        assertThat(retryAfter("Tue, 14 Nov 2023 22:14:20 GMT")).isEqualTo(Duration.ofMinutes(1));
        assertThat(retryAfter("Tue, 14 Nov 2023 22:13:10 GMT")).isEqualTo(Duration.ZERO);
        assertThat(retryAfter("soon")).isEqualTo(Duration.ZERO);
    }

    @Test
    void anEndpointThatSaysNothingIsGivenUpInTime() throws Exception {
        try (TestEndpoint endpoint = new TestEndpoint(vertx, TestEndpoint.HANGS)) {
            assertThat(post(Alerts.endpoint("e", endpoint.url(), Duration.ofMillis(200))))
                    .isEqualTo(new Answer.Failed("timeout", "no answer within 200 ms", Duration.ZERO));
        }
    }

    @Test
    void anAnswerWithoutEndIsNotReadToItsEnd() throws Exception {
        BiConsumer<TestEndpoint.Post, HttpServerResponse> endless = (post, response) -> {
            response.setChunked(true).setStatusCode(400);
            long timer = vertx.setPeriodic(1, tick -> response.write("x".repeat(16 << 10)));
            response.closeHandler(closed -> vertx.cancelTimer(timer));
        };
        assertThat(post(endless)).isInstanceOfSatisfying(Answer.Refused.class, refused -> assertThat(refused.why())
                .hasSize("HTTP 400: ".length() + 200));
    }

    @Test
    void nobodyThereIsWorthAnotherAttempt() throws Exception {
        TestEndpoint gone = new TestEndpoint(vertx, TestEndpoint.ACCEPTS);
        gone.close();
        assertThat(post(gone.url())).isInstanceOfSatisfying(Answer.Failed.class, failed -> assertThat(failed.kind())
                .isEqualTo("connection"));
    }

    @Test
    void aCertificateThatNobodyVouchesForIsNotTrusted(@TempDir Path directory) throws Exception {
        Path keys = directory.resolve("keys.jks");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-keyalg",
                        "EC",
                        "-alias",
                        "k",
                        "-dname",
                        "CN=localhost",
                        "-validity",
                        "1",
                        "-storepass",
                        "changeit",
                        "-keystore",
                        keys.toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("keytool.log").toFile())
                .start();
        assertThat(keytool.waitFor()).isZero();
        var server = vertx.createHttpServer(new HttpServerOptions()
                        .setSsl(true)
                        .setKeyCertOptions(
                                new JksOptions().setPath(keys.toString()).setPassword("changeit")))
                .requestHandler(request -> request.response().end())
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .get(30, TimeUnit.SECONDS);
        try {
            assertThat(post("https://localhost:" + server.actualPort() + "/"))
                    .isInstanceOfSatisfying(Answer.Failed.class, failed -> {
                        assertThat(failed.kind()).isEqualTo("connection");
                        assertThat(failed.why()).contains("certification path");
                    });
        } finally {
            server.close().toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
        }
    }

    private static Duration retryAfter(String header) throws Exception {
        Answer answer = post((post, response) ->
                response.setStatusCode(503).putHeader("retry-after", header).end());
        return ((Answer.Failed) answer).retryAfter();
    }

    private static BiConsumer<TestEndpoint.Post, HttpServerResponse> answering(int status, String body) {
        return (post, response) -> {
            response.setStatusCode(status);
            if (body.isEmpty()) {
                response.end();
            } else {
                response.end(body);
            }
        };
    }

    private static Answer post(BiConsumer<TestEndpoint.Post, HttpServerResponse> answer) throws Exception {
        try (TestEndpoint endpoint = new TestEndpoint(vertx, answer)) {
            return post(endpoint.url());
        }
    }

    private static Answer post(String url) throws Exception {
        return post(Alerts.endpoint("e", url));
    }

    private static Answer post(Endpoint endpoint) throws Exception {
        Sender sender = new Sender(vertx, endpoint, () -> NOW_MS);
        CompletableFuture<Answer> answer = new CompletableFuture<>();
        vertx.getOrCreateContext().runOnContext(turn -> sender.post(MESSAGE).onSuccess(answer::complete));
        try {
            return answer.get(60, TimeUnit.SECONDS);
        } finally {
            sender.close();
        }
    }
}
