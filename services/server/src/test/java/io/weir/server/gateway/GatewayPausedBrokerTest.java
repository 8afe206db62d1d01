package io.weir.server.gateway;

import static io.weir.server.gateway.GatewayFixture.transaction;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonObject;
import io.weir.local.LocalStack;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The broker hangs: its connections stay open, and nothing is answered. That no event loop is blocked the fixture checks. */
class GatewayPausedBrokerTest {
    private static final int BOUND = 20;

    private boolean paused;

    @AfterEach
    void goOn() {
        resume();
    }

    @Test
    void inFlightStopsAtTheBoundFurtherRequestsAreRefusedAndWhatWasTakenIsDecidedOnce() throws Exception {
        try (GatewayFixture fixture =
                new GatewayFixture(LocalStack.shared(), GatewayFixture.patient().withMaxInFlight(BOUND))) {
            await().until(() -> fixture.submit(transaction()).statusCode() == 200);
            pause();
            List<JsonObject> taken = new ArrayList<>();
            List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
            for (int i = 0; i < BOUND; i++) {
                taken.add(transaction());
                answers.add(fixture.submitAsync(taken.getLast()));
            }
            await().until(() -> fixture.metric("weir.gateway.in.flight") == BOUND);
            for (int i = 0; i < 2 * BOUND; i++) {
                HttpResponse<String> refused = fixture.submit(transaction());
                assertThat(refused.statusCode()).isEqualTo(503);
                assertThat(refused.headers().firstValue("Retry-After")).contains("1");
            }
            assertThat(fixture.metric("weir.gateway.in.flight")).isLessThanOrEqualTo(BOUND);
            resume();

            for (int i = 0; i < BOUND; i++) {
                JsonObject transaction = taken.get(i);
                // A machine so slow that the append was given up meanwhile says so, and the id makes a retry safe.
                assertThat(answers.get(i).get(60, TimeUnit.SECONDS).statusCode())
                        .isIn(200, 503);
                await().until(() -> fixture.submit(transaction).statusCode() == 200);
            }
            await().until(() -> fixture.metric("weir.gateway.in.flight") == 0);
        }
    }

    @Test
    void aLogThatDoesNotAcknowledgeInTimeIsToldToEveryCallerUntilItDoes() throws Exception {
        try (GatewayFixture fixture = new GatewayFixture(LocalStack.shared(), GatewaySettings.defaults())) {
            await().until(() -> fixture.submit(transaction()).statusCode() == 200);
            pause();
            JsonObject inDoubt = transaction();
            GatewayTest.assertProblem(fixture.submit(inDoubt), 503, "log-unavailable", null);
            GatewayTest.assertProblem(fixture.submit(transaction()), 503, "log-unavailable", null);
            assertThat(fixture.get("/health/ready").statusCode()).isEqualTo(503);
            assertThat(fixture.get("/health/live").statusCode()).isEqualTo(200);
            resume();

            await().until(() -> fixture.submit(inDoubt).statusCode() == 200);
            await().until(() -> fixture.get("/health/ready").statusCode() == 200);
        }
    }

    private void pause() {
        LocalStack.shared().broker().pause();
        paused = true;
    }

    private void resume() {
        if (paused) {
            LocalStack.shared().broker().resume();
            paused = false;
        }
    }
}
