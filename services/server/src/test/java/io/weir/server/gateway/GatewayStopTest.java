package io.weir.server.gateway;

import static io.weir.server.gateway.GatewayFixture.transaction;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonObject;
import io.weir.local.LocalStack;
import io.weir.server.http.RawHttp;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A gateway that has been told to take no more. */
class GatewayStopTest {
    private static final String BATCH = "POST /v1/transactions:batch HTTP/1.1\r\nHost: test\r\n"
            + "Content-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n";

    @Test
    void whatIsInFlightIsAnsweredWhatComesLaterIsRefusedAndBatchesEndAfterTheLinesThatWereRead() throws Exception {
        try (GatewayFixture fixture = new GatewayFixture(LocalStack.shared(), GatewayFixture.patient());
                RawHttp batch = new RawHttp(fixture.port())) {
            fixture.scorer.pause();
            CompletableFuture<HttpResponse<String>> inFlight = fixture.submitAsync(transaction());
            JsonObject line = transaction();
            batch.send(BATCH + chunk(line.encode() + "\n"));
            assertThat(batch.read().status()).isEqualTo(200);
            await().until(() -> fixture.metric("weir.gateway.in.flight") == 2);

            fixture.gateway.stopTaking();
            GatewayTest.assertProblem(fixture.submit(transaction()), 503, "stopping", null);
            batch.send(chunk(transaction().encode() + "\n"));
            fixture.scorer.resume();

            assertThat(inFlight.get(60, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
            assertThat(new JsonObject(batch.readChunk()).getString("transactionId"))
                    .isEqualTo(line.getString("transactionId"));
            assertThat(batch.readChunk()).as("the end of the batch").isEmpty();
        }
    }

    @Test
    void batchesAreTakenUpToABoundSoThatCallersWhoReadNothingDoNotFillTheHeap() throws Exception {
        try (GatewayFixture fixture = new GatewayFixture(LocalStack.shared(), GatewayFixture.patient())) {
            List<RawHttp> batches = new ArrayList<>();
            int status = 200;
            while (status == 200) {
                RawHttp batch = new RawHttp(fixture.port());
                batches.add(batch);
                status = batch.send(BATCH).read().status();
                assertThat(batches).hasSizeLessThan(1_000);
            }
            assertThat(status).isEqualTo(503);
            for (RawHttp batch : batches) {
                batch.close();
            }
            await().until(() -> fixture.post(
                                    "/v1/transactions:batch",
                                    "application/x-ndjson",
                                    transaction().encode())
                            .statusCode()
                    == 200);
        }
    }

    private static String chunk(String text) {
        return Integer.toHexString(text.length()) + "\r\n" + text + "\r\n";
    }
}
