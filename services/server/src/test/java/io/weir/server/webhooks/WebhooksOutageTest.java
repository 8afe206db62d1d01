package io.weir.server.webhooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerResponse;
import io.weir.events.Event;
import io.weir.events.Topics;
import io.weir.server.log.TestLog;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Brokers that give no answer in the middle of deliveries, and alerts that are too old to be tried again. */
class WebhooksOutageTest {
    private static final Duration SOON = Duration.ofMinutes(1);
    private static final int ALERTS = 20;

    private final List<AutoCloseable> toClose = new ArrayList<>();
    private TestLog log;
    private Vertx vertx;

    @BeforeEach
    void start() throws Exception {
        log = TestLog.empty(2);
        vertx = Vertx.vertx();
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable open : toClose.reversed()) {
            open.close();
        }
        vertx.close().toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
        log.close();
    }

    @Test
    void whatTheEndpointTakesWhileTheBrokersAreSilentIsNotLostAndItsIdsStayTheSame() throws Exception {
        Queue<HttpServerResponse> held = new ConcurrentLinkedQueue<>();
        TestEndpoint endpoint = new TestEndpoint(vertx, (post, response) -> held.add(response));
        toClose.add(endpoint);
        webhooks(Alerts.endpoint("silent-" + ProcessHandle.current().pid(), endpoint.url()));
        log.commit(IntStream.range(0, ALERTS)
                .<Event>mapToObj(i -> Alerts.alert("a", "t" + i, 70, "R1"))
                .toList());
        await().atMost(SOON).until(() -> !held.isEmpty());

        log.stack().broker().pause();
        try {
            endpoint.answer(TestEndpoint.ACCEPTS);
            held.forEach(HttpServerResponse::end);
            // What was polled before goes on; nothing of it can be committed.
            await().atMost(SOON).until(() -> endpoint.transactions().size() == ALERTS);
        } finally {
            log.stack().broker().resume();
        }
        log.commit(Alerts.alert("a", "afterwards", 70, "R1"));

        await().atMost(SOON).until(() -> endpoint.transactions().contains("afterwards"));
        assertThat(endpoint.transactions()).hasSize(ALERTS + 1);
        assertThat(endpoint.posts().stream().map(TestEndpoint.Post::id).distinct())
                .as("one id for each alert")
                .hasSize(ALERTS + 1);
    }

    @Test
    void anAlertThatIsTooOldIsGivenUpAfterAnAttemptThatFails() throws Exception {
        TestEndpoint endpoint = new TestEndpoint(
                vertx, (post, response) -> response.setStatusCode(503).end());
        toClose.add(endpoint);
        Endpoint plain = Alerts.endpoint("old-" + ProcessHandle.current().pid(), endpoint.url());
        webhooks(Alerts.with(
                plain,
                new Endpoint.Retries(
                        Duration.ofMillis(5), Duration.ofMillis(5), Integer.MAX_VALUE, Duration.ofMillis(1)),
                plain.breaker()));
        log.commit(Alerts.alert("a", "old", 70, "R1"));

        ConsumerRecord<byte[], byte[]> letter =
                log.read(Topics.DEAD_LETTERS, all -> !all.isEmpty()).getFirst();
        assertThat(header(letter, "error")).isEqualTo("EndpointUnavailable");
        assertThat(header(letter, "message"))
                .contains("given up after", "s after the alert")
                .endsWith("HTTP 503");
        assertThat(header(letter, "source.topic")).isEqualTo(Topics.FRAUD_ALERTS.topicName());
    }

    private void webhooks(Endpoint endpoint) {
        Webhooks webhooks =
                new Webhooks(vertx, log.cluster(), log.schemas(), List.of(endpoint), "test", new SimpleMeterRegistry());
        toClose.add(webhooks);
        webhooks.start();
        await().atMost(SOON)
                .until(() -> webhooks.readiness().stream().allMatch(part -> part.notReadyBecause() == null));
    }

    private static String header(ConsumerRecord<byte[], byte[]> letter, String name) {
        return new String(letter.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
    }
}
