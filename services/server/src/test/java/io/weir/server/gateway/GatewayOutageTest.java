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
import org.junit.jupiter.api.Test;

class GatewayOutageTest {

    @Test
    void withoutTheBrokerItRefusesAndWithTheBrokerItRecoversByItself() throws Exception {
        LocalStack stack = LocalStack.shared();
        try (GatewayFixture fixture = new GatewayFixture(stack, GatewaySettings.defaults())) {
            await().until(() -> fixture.submit(transaction()).statusCode() == 200);

            stack.broker().kill();
            List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
            JsonObject inDoubt = transaction();
            answers.add(fixture.submitAsync(inDoubt));
            for (int i = 0; i < 200; i++) {
                answers.add(fixture.submitAsync(transaction()));
            }
            for (var answer : answers) {
                HttpResponse<String> refused = answer.get(60, TimeUnit.SECONDS);
                GatewayTest.assertProblem(refused, 503, "log-unavailable", null);
                assertThat(refused.headers().firstValue("Retry-After")).contains("1");
            }
            assertThat(fixture.get("/health/live").statusCode()).isEqualTo(200);
            Gateway late = fixture.gateway(fixture.watch.eventLoop(), GatewaySettings.defaults());
            CompletableFuture<Void> lateIsReady =
                    late.start().toCompletionStage().toCompletableFuture();
            await().until(() -> late.notReadyBecause().contains("cannot be reached"));

            stack.broker().start();

            await().until(() -> fixture.submit(transaction()).statusCode() == 200);
            await().until(() -> fixture.submit(inDoubt).statusCode() == 200);
            assertThat(fixture.get("/health/ready").statusCode()).isEqualTo(200);
            lateIsReady.get(60, TimeUnit.SECONDS);
            assertThat(late.notReadyBecause()).isNull();
            late.close();
        }
    }
}
