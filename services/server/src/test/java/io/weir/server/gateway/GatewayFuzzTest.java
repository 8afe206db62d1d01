package io.weir.server.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonObject;
import io.weir.local.LocalStack;
import io.weir.server.gateway.FuzzedRequest.Framing;
import io.weir.server.http.RawHttp;
import io.weir.server.http.RawHttp.Response;
import java.io.IOException;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever is sent: never a 5xx, never a stack trace, every error a problem document, and service goes on. */
class GatewayFuzzTest {
    private static final int REQUESTS = 1_500;

    private static GatewayFixture fixture;

    @BeforeAll
    static void start() throws Exception {
        fixture = new GatewayFixture(LocalStack.shared(), GatewayFixture.patient());
    }

    @AfterAll
    static void stop() throws Exception {
        fixture.close();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void whateverIsSentIsAnsweredOrRefused(long seed) throws Exception {
        Random random = new Random(seed);
        Map<Integer, Integer> statuses = new TreeMap<>();
        for (int i = 0; i < REQUESTS; i++) {
            FuzzedRequest request = FuzzedRequest.of(random);
            String name = "seed " + seed + ", request " + i + ": " + request;
            Response response = exchange(request);
            if (response == null) {
                assertThat(request.framing()).as(name).isNotEqualTo(Framing.SOUND);
                statuses.merge(0, 1, Integer::sum);
            } else {
                statuses.merge(response.status(), 1, Integer::sum);
                check(response, name);
            }
        }

        // It was a fuzzer worth its name, and it went by without a trace.
        assertThat(statuses).as("seed %d", seed).containsKeys(0, 200, 400, 404, 405, 413, 415, 422, 431);
        await().until(() -> fixture.metric("weir.gateway.in.flight") == 0);
        assertThat(fixture.submit(GatewayFixture.transaction()).statusCode()).isEqualTo(200);
    }

    private static Response exchange(FuzzedRequest request) throws IOException {
        try (RawHttp http = new RawHttp(fixture.port())) {
            http.send(request.bytes());
            if (request.framing() == Framing.CUT_OFF) {
                http.halfClose();
            }
            return http.read();
        }
    }

    private static void check(Response response, String name) {
        assertThat(response.status()).as(name).isBetween(200, 499);
        if (response.status() >= 400) {
            assertThat(response.header("Content-Type")).as(name).isEqualTo("application/problem+json");
            JsonObject problem = response.json();
            assertThat(problem.getString("type")).as(name).startsWith("urn:weir:problem:");
            assertThat(problem.getInteger("status")).as(name).isEqualTo(response.status());
            assertThat(problem.getString("remedy")).as(name).isNotBlank();
        }
        assertThat(response.body())
                .as(name)
                .doesNotContain("Exception")
                .doesNotContain(".java:")
                .doesNotContain("\tat ")
                .doesNotContain("io.weir.")
                .doesNotContain("io.vertx.");
    }
}
