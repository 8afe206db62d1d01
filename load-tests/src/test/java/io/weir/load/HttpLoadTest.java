package io.weir.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Against a server that answers with the status that it is sent. */
class HttpLoadTest {
    private final Vertx vertx = Vertx.vertx();
    private final Set<String> preferences = ConcurrentHashMap.newKeySet();
    private int port;

    @BeforeEach
    void serve() throws Exception {
        HttpServer server = vertx.createHttpServer()
                .requestHandler(request -> request.body().onSuccess(body -> {
                    preferences.add(String.valueOf(request.getHeader("Prefer")));
                    request.response()
                            .setStatusCode(Integer.parseInt(body.toString()))
                            .end();
                }))
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS);
        port = server.actualPort();
    }

    @AfterEach
    void stop() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    @Test
    void onlyWhatIsDecidedHasALatencyAndTheLeadInIsNotCounted() throws Exception {
        int[] statuses = {200, 503, 202, 200, 200, 202, 503, 500};
        try (HttpLoad load = new HttpLoad("127.0.0.1", port)) {
            LoadResult result =
                    load.run(IntStream.of(statuses).mapToObj(String::valueOf).iterator(), 500, 3, statuses.length - 3);
            assertThat(result.outcomes())
                    .containsEntry("decided", 2L)
                    .containsEntry("pending", 1L)
                    .containsEntry("refused", 2L)
                    .containsEntry("failed", 0L);
            assertThat(result.latencies().getTotalCount()).isEqualTo(2);
            assertThat(result.lateness().getTotalCount()).isEqualTo(5);
            assertThat(result.perSecond()).isEqualTo(500);
            assertThat(SustainedProcess.holds(result, 1e9)).isFalse();
        }
        assertThat(preferences).containsExactly("wait=10");
    }

    @Test
    void aServerThatIsGoneFailsWhatIsSent() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        try (HttpLoad load = new HttpLoad("127.0.0.1", port)) {
            LoadResult result =
                    load.run(IntStream.range(0, 20).mapToObj(i -> "200").iterator(), 1_000, 0, 20);
            assertThat(result.count("failed")).isEqualTo(20);
            assertThat(result.percentileMs(99)).isNaN();
        }
    }
}
