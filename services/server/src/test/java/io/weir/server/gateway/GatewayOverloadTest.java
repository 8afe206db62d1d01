package io.weir.server.gateway;

import static io.weir.server.gateway.GatewayFixture.transaction;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.weir.local.LocalStack;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class GatewayOverloadTest {

    @Test
    void moreThanTheBoundInFlightIsRefusedAndPassesByItself() throws Exception {
        try (GatewayFixture fixture =
                new GatewayFixture(LocalStack.shared(), GatewayFixture.patient().withMaxInFlight(10))) {
            fixture.scorer.pause();
            List<CompletableFuture<HttpResponse<String>>> admitted = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                admitted.add(fixture.submitAsync(transaction()));
            }
            await().until(() -> fixture.metric("weir.gateway.in.flight") == 10);

            for (int i = 0; i < 20; i++) {
                HttpResponse<String> refused = fixture.submit(transaction());
                GatewayTest.assertProblem(refused, 503, "overloaded", null);
                assertThat(refused.headers().firstValue("Retry-After")).contains("1");
            }
            fixture.scorer.resume();

            for (var answer : admitted) {
                assertThat(answer.get(60, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
            }
            assertThat(fixture.submit(transaction()).statusCode()).isEqualTo(200);
        }
    }
}
