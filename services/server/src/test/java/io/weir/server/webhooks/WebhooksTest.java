package io.weir.server.webhooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.weir.events.Event;
import io.weir.events.Topics;
import io.weir.server.http.Readiness;
import io.weir.server.log.DeadLetterContext;
import io.weir.server.log.LogRecord;
import io.weir.server.log.OutputRecord;
import io.weir.server.log.RecordAppender;
import io.weir.server.log.TestLog;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** On a real broker, to a real HTTP server. Every endpoint has a name of its own: nobody's place on the log is another's. */
class WebhooksTest {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final Duration IMPATIENT = Duration.ofMillis(500);
    private static int names;

    private static TestLog log;
    private static Vertx vertx;

    private final List<AutoCloseable> toClose = new ArrayList<>();
    private SimpleMeterRegistry metrics = new SimpleMeterRegistry();

    @BeforeAll
    static void start() throws Exception {
        log = TestLog.empty(3);
        vertx = Vertx.vertx();
    }

    @AfterAll
    static void stop() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
        log.close();
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable open : toClose.reversed()) {
            open.close();
        }
    }

    @Test
    void tellsEachEndpointOfEveryCommittedAlertThatItWantsAndOfNoAbortedOne() throws Exception {
        TestEndpoint all = endpoint(TestEndpoint.ACCEPTS);
        TestEndpoint high = endpoint(TestEndpoint.ACCEPTS);
        Endpoint everything = Alerts.endpoint(name(), all.url());
        Endpoint some = Alerts.endpoint(name(), high.url());
        some = new Endpoint(
                some.id(),
                some.url(),
                some.secrets(),
                new Endpoint.Filter(80, Set.of()),
                some.timeout(),
                some.inFlight(),
                false,
                some.retries(),
                some.breaker());
        webhooks(everything, some);

        log.commit(alerts("first", 0, 20));
        log.abort(Alerts.alert("first", "aborted", 90, "R1"));
        log.commit(Alerts.alert("first", "last", 95, "R1"));

        await().atMost(SOON).until(() -> all.transactions().size() >= 21);
        await().atMost(SOON).until(() -> !high.posts().isEmpty());
        assertThat(all.transactions())
                .hasSize(21)
                .containsAll(ids("first", 0, 20))
                .contains("last")
                .doesNotContain("aborted");
        assertThat(high.transactions()).containsExactly("last");
        Secret secret = Secret.parse(Alerts.SECRET);
        for (TestEndpoint.Post post : all.posts()) {
            Message received = new Message(post.id(), Buffer.buffer(post.body()), record());
            assertThat(post.signature()).isEqualTo(received.signature(List.of(secret), post.timestamp()));
        }
        await().atMost(SOON)
                .until(() -> metrics.get("weir.webhook.delivered")
                                .tag("endpoint", everything.id())
                                .counter()
                                .count()
                        == 21);
        assertThat(metrics.get("weir.webhook.filtered")
                        .tag("endpoint", some.id())
                        .counter()
                        .count())
                .isEqualTo(20);
    }

    @Test
    void triesAgainWithTheSameIdAndNotBeforeTheEndpointWantsIt() throws Exception {
        TestEndpoint endpoint = endpoint((post, response) -> {
            if (post.nth() > 1) {
                response.end();
            } else if (post.transactionId().equals("patient")) {
                response.setStatusCode(503).putHeader("retry-after", "1").end();
            } else {
                response.setStatusCode(500).end();
            }
        });
        webhooks(Alerts.endpoint(name(), endpoint.url()));

        log.commit(Alerts.alert("again", "patient", 70, "R1"), Alerts.alert("again", "hasty", 70, "R1"));

        await().atMost(SOON).until(() -> endpoint.posts().size() == 4);
        List<String> order = endpoint.posts().stream()
                .map(post -> post.transactionId() + " " + post.nth())
                .toList();
        assertThat(order).containsSubsequence("hasty 2", "patient 2");
        Map<String, String> idOf = new HashMap<>();
        endpoint.posts().forEach(post -> assertThat(idOf.computeIfAbsent(post.transactionId(), id -> post.id()))
                .isEqualTo(post.id()));
    }

    @Test
    void deliversAfterARestartInMidFlightWhatWasNotAcceptedAndWithTheSameIds() throws Exception {
        TestEndpoint endpoint = endpoint((post, response) -> {
            if (!post.transactionId().endsWith("3")) {
                response.end(); // the others wait for an answer
            }
        });
        Endpoint told = Alerts.endpoint(name(), endpoint.url(), IMPATIENT);
        Webhooks before = webhooks(told);
        log.commit(alerts("flight", 0, 20));
        await().atMost(SOON).until(() -> endpoint.transactions().containsAll(List.of("flight-3", "flight-13")));
        before.close();
        toClose.remove(before);
        int seen = endpoint.posts().size();

        endpoint.answer(TestEndpoint.ACCEPTS);
        log.commit(Alerts.alert("flight", "meanwhile", 70, "R1"));
        metrics = new SimpleMeterRegistry();
        webhooks(told);

        await().atMost(SOON)
                .until(() -> after(endpoint, seen).containsAll(List.of("flight-3", "flight-13", "meanwhile")));
        assertThat(endpoint.transactions()).hasSize(21).containsAll(ids("flight", 0, 20));
        assertThat(endpoint.posts().stream().map(TestEndpoint.Post::id).distinct())
                .hasSize(21);
    }

    @Test
    void pausesWhereTheEndpointFailsAndGoesOnByItselfWithoutGivingAnythingUp() throws Exception {
        TestEndpoint endpoint =
                endpoint((post, response) -> response.setStatusCode(500).end());
        Endpoint told = Alerts.with(
                Alerts.endpoint(name(), endpoint.url()),
                new Endpoint.Retries(Duration.ofMillis(5), Duration.ofMillis(20), 8, Duration.ofDays(1)),
                new Endpoint.Breaker(50, 4, Duration.ofMillis(20), Duration.ofMillis(50)));
        Webhooks webhooks = webhooks(told);

        log.commit(alerts("pause", 0, 20));
        // Probes are far more than the attempts that an alert has.
        await().atMost(SOON).until(() -> endpoint.posts().size() > 4 * 8 + 20);
        assertThat(endpoint.transactions()).as("as many as may be in flight").hasSizeLessThanOrEqualTo(4);
        assertThat(breaker(told, "closed")).isZero();
        assertThat(notReady(webhooks)).containsExactly("pauses, the endpoint fails: HTTP 500");

        endpoint.answer(TestEndpoint.ACCEPTS);
        await().atMost(SOON).until(() -> endpoint.transactions().size() == 20);
        await().atMost(SOON).until(() -> breaker(told, "closed") == 1);
        assertThat(notReady(webhooks)).isEmpty();
        await().atMost(SOON).until(() -> counted("weir.webhook.delivered", told) == 20);
        assertThat(counted("weir.webhook.dead.letters", told)).isZero();
    }

    @Test
    void aRefusedAlertIsADeadLetterThatCanBeDrivenAgainToItsEndpointAlone() throws Exception {
        TestEndpoint endpoint = endpoint(
                (post, response) -> response.setStatusCode(post.transactionId().equals("letter-5") ? 410 : 200)
                        .end("as you like"));
        TestEndpoint other = endpoint(TestEndpoint.ACCEPTS);
        Endpoint told = Alerts.endpoint(name(), endpoint.url());
        webhooks(told, Alerts.endpoint(name(), other.url()));

        List<Event> alerts = alerts("letter", 0, 10);
        log.commit(alerts);

        ConsumerRecord<byte[], byte[]> letter = letters(told, 1).getFirst();
        DeadLetterContext context = context(letter);
        assertThat(letter.value()).isEqualTo(log.encoded(alerts.get(5)));
        assertThat(new String(letter.key(), StandardCharsets.UTF_8)).isEqualTo("letter");
        assertThat(context.topic()).isEqualTo(Topics.FRAUD_ALERTS.topicName());
        assertThat(context.stage()).isEqualTo("webhook");
        assertThat(context.error()).isEqualTo("EndpointRefused");
        assertThat(context.message()).isEqualTo("HTTP 410: as you like");
        assertThat(context.instance()).isEqualTo("test");
        await().atMost(SOON).until(() -> endpoint.transactions().size() == 10);
        await().atMost(SOON).until(() -> other.transactions().size() == 10);

        endpoint.answer(TestEndpoint.ACCEPTS);
        try (RecordAppender operator = new RecordAppender(log.cluster(), "operator")) {
            operator.append(new OutputRecord(
                            Topics.WEBHOOK_REDRIVES,
                            letter.partition(),
                            letter.key(),
                            letter.value(),
                            Map.of(Webhooks.ENDPOINT_HEADER, told.id())))
                    .toCompletableFuture()
                    .get(30, TimeUnit.SECONDS);
        }
        await().atMost(SOON).until(() -> endpoint.posts().size() == 11);
        TestEndpoint.Post again = endpoint.posts().getLast();
        assertThat(again.transactionId()).isEqualTo("letter-5");
        assertThat(again.nth()).as("by its id").isEqualTo(2);
        log.commit(Alerts.alert("letter", "after", 70, "R1"));
        await().atMost(SOON).until(() -> other.transactions().contains("after"));
        assertThat(other.posts()).hasSize(11);
    }

    @Test
    void givesUpAfterTheAttemptsThatItHasAndGoesOn() throws Exception {
        TestEndpoint endpoint = endpoint(
                (post, response) -> response.setStatusCode(post.transactionId().equals("up-0") ? 503 : 200)
                        .end());
        Endpoint plain = Alerts.endpoint(name(), endpoint.url());
        Endpoint told = Alerts.with(
                plain,
                new Endpoint.Retries(Duration.ofMillis(5), Duration.ofMillis(5), 3, Duration.ofDays(1)),
                plain.breaker());
        webhooks(told);

        log.commit(alerts("up", 0, 5));
        log.commitRaw(Topics.FRAUD_ALERTS, 1, "no alert".getBytes(StandardCharsets.UTF_8));

        List<DeadLetterContext> given =
                letters(told, 2).stream().map(WebhooksTest::context).toList();
        assertThat(given).extracting(DeadLetterContext::error).contains("EndpointUnavailable", "MalformedValue");
        assertThat(given)
                .filteredOn(letter -> letter.error().equals("EndpointUnavailable"))
                .singleElement()
                .satisfies(letter -> {
                    assertThat(letter.more()).containsEntry("webhook.attempts", "3");
                    assertThat(letter.message())
                            .startsWith("given up after 3 attempts")
                            .endsWith("HTTP 503");
                });
        await().atMost(SOON).until(() -> endpoint.transactions().size() == 5);
    }

    @Test
    void anEndpointThatHangsHoldsUpNoOther() throws Exception {
        TestEndpoint hanging = endpoint(TestEndpoint.HANGS);
        TestEndpoint quick = endpoint(TestEndpoint.ACCEPTS);
        webhooks(Alerts.endpoint(name(), hanging.url(), IMPATIENT), Alerts.endpoint(name(), quick.url()));

        log.commit(alerts("hang", 0, 200));

        await().atMost(SOON).until(() -> quick.transactions().size() == 200);
        assertThat(hanging.transactions()).as("as many as may be in flight").hasSizeLessThanOrEqualTo(4);
    }

    private Webhooks webhooks(Endpoint... endpoints) {
        Webhooks webhooks = new Webhooks(vertx, log.cluster(), log.schemas(), List.of(endpoints), "test", metrics);
        toClose.add(webhooks);
        webhooks.start();
        await().atMost(SOON).until(() -> notReady(webhooks).isEmpty()); // each has its place on the log
        return webhooks;
    }

    private TestEndpoint endpoint(
            java.util.function.BiConsumer<TestEndpoint.Post, io.vertx.core.http.HttpServerResponse> answer)
            throws Exception {
        TestEndpoint endpoint = new TestEndpoint(vertx, answer);
        toClose.add(endpoint);
        return endpoint;
    }

    private static String name() {
        return "endpoint-" + ProcessHandle.current().pid() + "-" + names++;
    }

    private static List<String> notReady(Webhooks webhooks) {
        return webhooks.readiness().stream()
                .map(Readiness::notReadyBecause)
                .filter(because -> because != null)
                .toList();
    }

    private double breaker(Endpoint endpoint, String state) {
        return metrics.get("weir.webhook.breaker.state")
                .tag("endpoint", endpoint.id())
                .tag("state", state)
                .gauge()
                .value();
    }

    private double counted(String meter, Endpoint endpoint) {
        return metrics.get(meter).tag("endpoint", endpoint.id()).counter().count();
    }

    /** The endpoint's dead letters, as soon as there are so many. */
    private static List<ConsumerRecord<byte[], byte[]>> letters(Endpoint endpoint, int count) {
        return log
                .read(
                        Topics.DEAD_LETTERS,
                        all -> all.stream()
                                        .filter(letter -> isOf(letter, endpoint))
                                        .count()
                                >= count)
                .stream()
                .filter(letter -> isOf(letter, endpoint))
                .toList();
    }

    private static boolean isOf(ConsumerRecord<byte[], byte[]> letter, Endpoint endpoint) {
        return context(letter).more().get(Webhooks.ENDPOINT_HEADER).equals(endpoint.id());
    }

    private static DeadLetterContext context(ConsumerRecord<byte[], byte[]> letter) {
        Map<String, String> headers = new HashMap<>();
        letter.headers()
                .forEach(header -> headers.put(header.key(), new String(header.value(), StandardCharsets.UTF_8)));
        return DeadLetterContext.of(headers);
    }

    private static List<String> after(TestEndpoint endpoint, int seen) {
        return endpoint.posts().stream()
                .skip(seen)
                .map(TestEndpoint.Post::transactionId)
                .toList();
    }

    private static List<Event> alerts(String account, int from, int to) {
        return IntStream.range(from, to)
                .<Event>mapToObj(i -> Alerts.alert(account, account + "-" + i, 70, "R1"))
                .toList();
    }

    private static List<String> ids(String account, int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> account + "-" + i).toList();
    }

    private static LogRecord record() {
        return new LogRecord("t", 0, 0, 0, null, null, Map.of());
    }
}
