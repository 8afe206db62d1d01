package io.weir.server.views;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.weir.core.decide.Profile;
import io.weir.core.policy.Entity;
import io.weir.events.Decision;
import io.weir.events.Event;
import io.weir.events.FraudAlertRaised;
import io.weir.events.Sha256;
import io.weir.events.Topics;
import io.weir.server.http.PolicyNames;
import io.weir.server.log.TestLog;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ViewsTest {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final ViewsConfig CONFIG = new ViewsConfig(
            32 << 20, 32 << 20, 32 << 20, 10_000, 2, 100, Duration.ofMillis(50), Duration.ofSeconds(60));

    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private final AtomicInteger connections = new AtomicInteger();
    private final HttpClient http = HttpClient.newHttpClient();
    private final List<AutoCloseable> opened = new ArrayList<>();
    private Function<String, CompletionStage<Profile>> state = key -> CompletableFuture.completedFuture(null);
    private int writeIdleSeconds = 60;
    private TestLog log;
    private Vertx vertx;
    private Views views;
    private HttpServer server;

    @BeforeEach
    void emptyLog() throws Exception {
        log = TestLog.empty(3);
        vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(2));
    }

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable closeable : opened.reversed()) {
            closeable.close();
        }
        vertx.close().await(10, TimeUnit.SECONDS);
        log.close();
    }

    @Test
    void servesDecisionsAndAccountsWithTheFeatureNamesOfTheirPolicy() throws Exception {
        log.commit(SampleEvents.policy());
        log.commit(
                SampleEvents.decided("tx/1 ä", "acc-1", Decision.APPROVE, 100),
                SampleEvents.decided("tx-2", "acc-1", Decision.DECLINE, 50));
        start(CONFIG);

        JsonObject decision = getJson("/v1/decisions/tx%2F1%20%C3%A4", 200);
        assertThat(decision.getString("transactionId")).isEqualTo("tx/1 ä");
        assertThat(decision.getJsonObject("features").getMap())
                .containsEntry("amount", 12.5)
                .containsEntry("count_1d", 100.0);
        assertThat(decision.getJsonObject("policy").getString("sha256")).isEqualTo(SampleEvents.POLICY.hex());
        assertThat(views.decision("tx-2")).isEqualTo(SampleEvents.decided("tx-2", "acc-1", Decision.DECLINE, 50));
        assertThat(views.names(SampleEvents.POLICY))
                .isEqualTo(new PolicyNames(List.of("amount", "count_1d"), List.of()));
        assertThat(views.names(Sha256.of(new byte[0]))).isNull();

        JsonObject account = getJson("/v1/accounts/acc-1", 200);
        assertThat(account.getLong("lastOccurredAtMs")).isEqualTo(100);
        assertThat(account.getJsonObject("decisionCounts").getMap())
                .containsEntry("APPROVE", 1)
                .containsEntry("DECLINE", 1);
        assertThat(account.getJsonArray("recentDecisions")).hasSize(2);
        assertThat(account.getJsonObject("features").getMap()).containsEntry("count_1d", 50.0);

        assertProblem("/v1/decisions/unknown", 404, "transactionId", "ask again");
        assertProblem("/v1/accounts/unknown", 404, "accountId", "check the id");
        assertProblem("/v1/decisions/tx-2?verbose=1", 400, "verbose", "takes no parameters");
    }

    @Test
    void whatIsNotThereYetIsUnavailableAndNotUnknown() throws Exception {
        log.commit(SampleEvents.policy());
        log.commit(SampleEvents.decided("tx-1", "acc-1", Decision.APPROVE, 100));
        CountDownLatch go = new CountDownLatch(1);
        launch(CONFIG, document -> {
            try {
                go.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return List.of();
        });
        try {
            for (String path :
                    List.of("/v1/decisions/tx-2", "/v1/alerts", "/v1/accounts/acc-1", "/v1/entities/terminal/t")) {
                assertProblem(path, 503, null, "try again");
            }
        } finally {
            go.countDown();
        }
        await().atMost(SOON).until(() -> views.notReadyBecause() == null);
        assertThat(getJson("/v1/decisions/tx-1", 200).getString("accountId")).isEqualTo("acc-1");
        assertProblem("/v1/decisions/tx-2", 404, "transactionId", "ask again");
    }

    @Test
    void showsTheLiveWindowsAndLastDecisionsOfAccountsAndOtherEntities() throws Exception {
        log.commit(SampleEvents.policy());
        for (int i = 0; i < 25; i++) {
            log.commit(SampleEvents.submitted("tx-" + i, "acc-" + i % 2, "till/9", i));
            log.commit(SampleEvents.decided("tx-" + i, "acc-" + i % 2, Decision.APPROVE, i));
        }
        log.commit(SampleEvents.submitted("refused", "acc-0", "till/9", 100)); // never decided
        Map<String, Double> windows = new LinkedHashMap<>();
        windows.put("count_1d", 25.0);
        windows.put("max_1d", Double.NaN);
        Profile till = new Profile(Entity.TERMINAL, "till/9", 25, 3, 7, 24, 2, windows);
        state = key -> CompletableFuture.completedFuture(key.equals("TERMINAL till/9") ? till : null);
        start(CONFIG);

        JsonObject entity = getJson("/v1/entities/terminal/till%2F9", 200);
        assertThat(entity.getJsonObject("windows"))
                .isEqualTo(new JsonObject("{\"asOfMs\":24,\"transactions\":25,\"panedTransactions\":3,"
                        + "\"oldestOccurredAtMs\":7,\"frauds\":2,\"features\":{\"count_1d\":25.0,\"max_1d\":null}}"));
        assertThat(ids(entity.getJsonArray("recentDecisions")))
                .hasSize(19) // of its last 20 transactions one has no decision
                .startsWith("tx-24", "tx-23");
        assertThat(entity.getJsonArray("recentDecisions").getJsonObject(0).getString("accountId"))
                .isEqualTo("acc-0");
        JsonObject account = getJson("/v1/accounts/acc-1", 200);
        assertThat(account.containsKey("windows")).isTrue();
        assertThat(account.getValue("windows")).isNull();

        assertProblem("/v1/entities/terminal/unknown", 404, "entityId", "check the id");
        assertProblem("/v1/entities/account/acc-1", 400, "kind", "/v1/accounts/");
        assertProblem("/v1/entities/till/9", 400, "kind", "terminal, merchant, device, ip, counterparty");
        state = key -> CompletableFuture.failedFuture(new IllegalStateException("it restores its state"));
        HttpResponse<String> unavailable = get("/v1/entities/terminal/till%2F9");
        assertThat(unavailable.statusCode()).isEqualTo(503);
        assertThat(unavailable.headers().firstValue("Retry-After")).isPresent();
        assertThat(unavailable.body()).contains("it restores its state");
    }

    @Test
    void neverSeesADecisionOrAnAlertThatWasAborted() throws Exception {
        start(CONFIG);
        log.commit(decisionAndAlert(0));
        log.abort(decisionAndAlert(1).toArray(Event[]::new));
        log.commit(decisionAndAlert(2));
        await().atMost(SOON).until(() -> alertIds("/v1/alerts").size() == 2);

        assertThat(alertIds("/v1/alerts")).containsExactlyInAnyOrder("tx-0", "tx-2");
        assertThat(views.decision("tx-1")).isNull();
        assertThat(views.decision("tx-2")).isNotNull();
        assertThat(metrics.get("weir.views.events")
                        .tag("topic", Topics.FRAUD_ALERTS.topicName())
                        .counter()
                        .count())
                .isEqualTo(2);
        await().atMost(SOON).until(() -> metrics.get("weir.views.lag").gauge().value() == 0);
    }

    @Test
    void aRestartRebuildsTheSameViews() throws Exception {
        for (int batch = 0; batch < 10; batch++) {
            log.commit(IntStream.range(batch * 30, batch * 30 + 30)
                    .mapToObj(ViewsTest::decisionAndAlert)
                    .flatMap(List::stream)
                    .toList());
        }
        ViewsConfig small = new ViewsConfig(1 << 20, 32 << 20, 32 << 20, 100, 2, 100, Duration.ofSeconds(1), SOON);
        start(small);
        JsonObject before = getJson("/v1/alerts?limit=70", 200);
        JsonObject next = getJson("/v1/alerts?limit=70&cursor=" + before.getString("nextCursor"), 200);
        List<String> accounts = IntStream.range(0, 17)
                .mapToObj(i -> "/v1/accounts/account-" + i)
                .toList();
        List<String> bodies = new ArrayList<>();
        for (String account : accounts) {
            bodies.add(get(account).body());
        }
        views.close();
        server.close().await(10, TimeUnit.SECONDS);
        start(small);

        assertThat(getJson("/v1/alerts?limit=70", 200)).isEqualTo(before);
        assertThat(next.getJsonArray("alerts")).hasSize(30);
        assertThat(getJson("/v1/alerts?limit=70&cursor=" + before.getString("nextCursor"), 200))
                .isEqualTo(next);
        for (int i = 0; i < accounts.size(); i++) {
            assertThat(get(accounts.get(i)).body()).isEqualTo(bodies.get(i));
        }
        assertThat(metrics.get("weir.views.entries")
                        .tag("view", "alerts")
                        .gauge()
                        .value())
                .isEqualTo(100);
    }

    @Test
    void filtersAndPagesAlertsAndSaysWhatIsWrongWithAParameter() throws Exception {
        log.commit(IntStream.range(0, 60).mapToObj(SampleEvents::alert).toList());
        start(CONFIG);

        assertThat(alertIds("/v1/alerts?accountId=account-3"))
                .containsExactlyInAnyOrder("tx-3", "tx-20", "tx-37", "tx-54");
        assertThat(alertIds("/v1/alerts?decision=DECLINE&rule=R0"))
                .containsExactlyInAnyOrder("tx-0", "tx-15", "tx-30", "tx-45");
        assertThat(alertIds("/v1/alerts?minScore=58")).containsExactlyInAnyOrder("tx-58", "tx-59");
        assertThat(alertIds("/v1/alerts?fromMs=10&toMs=12")).containsExactlyInAnyOrder("tx-10", "tx-11");
        List<String> paged = new ArrayList<>();
        String cursor = "";
        while (cursor != null) {
            JsonObject page = getJson("/v1/alerts?limit=7" + (cursor.isEmpty() ? "" : "&cursor=" + cursor), 200);
            paged.addAll(ids(page.getJsonArray("alerts")));
            cursor = page.getString("nextCursor");
        }
        assertThat(paged).hasSize(60).doesNotHaveDuplicates();

        assertProblem("/v1/alerts?colour=red", 400, "colour", "accountId, cursor, decision");
        assertProblem("/v1/alerts?decision=APPROVE", 400, "decision", "REVIEW or DECLINE");
        assertProblem("/v1/alerts?minScore=high", 400, "minScore", "0.0 to 100.0");
        assertProblem("/v1/alerts?minScore=NaN", 400, "minScore", "0.0 to 100.0");
        assertProblem("/v1/alerts?fromMs=-1", 400, "fromMs", "from 0 on");
        assertProblem("/v1/alerts?fromMs=5&toMs=5", 400, "toMs", "greater than fromMs");
        assertProblem("/v1/alerts?limit=0", 400, "limit", "1 to 1000");
        assertProblem("/v1/alerts?limit=5&limit=6", 400, "limit", "once");
        assertProblem("/v1/alerts?accountId=", 400, "accountId", "leave it out");
        assertProblem("/v1/alerts?cursor=abc", 400, "cursor", "nextCursor");
        assertProblem("/v1/alerts/stream?limit=5", 400, "limit", "accountId, decision");
    }

    @Test
    void streamsNewAlertsThatPassTheFilterWithHeartbeatsBetween() throws Exception {
        log.commit(SampleEvents.alert(0));
        start(CONFIG);
        EventStream stream = stream("/v1/alerts/stream?decision=DECLINE", null);
        stream.awaitHeartbeats(2);
        log.commit(SampleEvents.alert(1), SampleEvents.alert(2), SampleEvents.alert(3));
        log.abort(SampleEvents.alert(6));
        log.commit(SampleEvents.alert(9));
        List<EventStream.Message> messages = stream.await(2);

        assertThat(messages).extracting(EventStream.Message::event).containsOnly("alert");
        assertThat(messages)
                .extracting(message -> new JsonObject(message.data()).getString("transactionId"))
                .containsExactlyInAnyOrder("tx-3", "tx-9");
        assertThat(messages).allSatisfy(message -> assertThat(message.id()).matches("\\d+-\\d+(\\.\\d+-\\d+)*"));
        assertThat(stream.contentType()).isEqualTo("text/event-stream");
        stream.awaitHeartbeats(2);
        stream.close();
        await().atMost(SOON)
                .until(() -> metrics.get("weir.views.stream.clients").gauge().value() == 0);
    }

    @Test
    void aStreamGoesOnAfterTheLastEventIdAlsoAcrossARestart() throws Exception {
        start(CONFIG);
        EventStream first = stream("/v1/alerts/stream", null);
        log.commit(alerts(0, 20));
        List<EventStream.Message> begun = first.await(20);
        first.close();
        log.commit(alerts(20, 40));
        await().atMost(SOON).until(() -> alertIds("/v1/alerts").size() == 40);

        EventStream second = stream("/v1/alerts/stream", begun.get(19).id());
        log.commit(alerts(40, 50));
        List<EventStream.Message> more = second.await(30);
        assertThat(transactionIds(List.of(begun, more))).containsExactlyInAnyOrderElementsOf(expectedIds(50));

        views.close();
        server.close().await(10, TimeUnit.SECONDS);
        second.close();
        log.commit(alerts(50, 60));
        launch(CONFIG); // the client is back before the log is read again
        EventStream third = stream("/v1/alerts/stream", more.get(29).id());
        List<EventStream.Message> rest = third.await(10);
        assertThat(transactionIds(List.of(begun, more, rest))).containsExactlyInAnyOrderElementsOf(expectedIds(60));

        await().atMost(SOON).until(() -> views.notReadyBecause() == null);
        assertThat(stream("/v1/alerts/stream", "0-999999").await(1).getFirst().event())
                .isEqualTo("gap");
        HttpResponse<String> refused = http.send(
                request("/v1/alerts/stream")
                        .header("Last-Event-ID", "yesterday")
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(new JsonObject(refused.body()).getString("field")).isEqualTo("Last-Event-ID");
    }

    @Test
    void aSlowClientIsToldAndDroppedAndTheOthersGetEverything() throws Exception {
        start(CONFIG);
        EventStream quick = stream("/v1/alerts/stream", null);
        try (SlowReader slow = new SlowReader(server.actualPort(), "/v1/alerts/stream")) {
            for (int id = 0; id < 3_000; id += 50) {
                log.commit(alerts(id, id + 50));
                quick.await(id + 50);
            }
            await().atMost(SOON)
                    .until(() -> metrics.get("weir.views.stream.dropped")
                                    .functionCounter()
                                    .count()
                            == 1);
            String received = slow.readAll();
            assertThat(received).contains("event: alert").contains("event: dropped");
            assertThat(received.substring(received.lastIndexOf("event: "))).startsWith("event: dropped");
        }
        assertThat(transactionIds(List.of(quick.await(3_000)))).containsExactlyInAnyOrderElementsOf(expectedIds(3_000));
        assertThat(metrics.get("weir.views.stream.clients").gauge().value()).isEqualTo(1);
    }

    @Test
    void aClientThatReadsNothingAtAllIsCutOffByTheWriteIdleTimeout() throws Exception {
        writeIdleSeconds = 5;
        start(CONFIG);
        try (SlowReader stuck = new SlowReader(server.actualPort(), "/v1/alerts/stream")) {
            for (int id = 0;
                    metrics.get("weir.views.stream.dropped").functionCounter().count() == 0;
                    id += 200) {
                log.commit(alerts(id, id + 200));
            }
            await().atMost(SOON).until(() -> connections.get() == 0);
            assertThat(stuck.isConnected()).isTrue(); // it was not the client that went
        }
    }

    @Test
    void refusesMoreStreamsThanItServes() throws Exception {
        start(CONFIG);
        EventStream first = stream("/v1/alerts/stream", null);
        stream("/v1/alerts/stream", null);
        HttpResponse<String> refused = get("/v1/alerts/stream");
        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(refused.headers().firstValue("Retry-After")).isPresent();
        assertThat(new JsonObject(refused.body()).getString("remedy")).contains(Topics.FRAUD_ALERTS.topicName());
        first.close();
        await().atMost(SOON)
                .until(() -> metrics.get("weir.views.stream.clients").gauge().value() == 1);
        stream("/v1/alerts/stream", null);
    }

    @Test
    void isNotReadyBeforeWhatWasOnTheLogIsFolded() throws Exception {
        log.commit(IntStream.range(0, 500)
                .mapToObj(ViewsTest::decisionAndAlert)
                .flatMap(List::stream)
                .toList());
        launch(CONFIG);
        // From the first moment it is ready on, nothing is missing.
        await().atMost(SOON).pollInterval(Duration.ofMillis(1)).until(() -> views.notReadyBecause() == null);
        assertThat(IntStream.range(0, 500).filter(i -> views.decision("tx-" + i) == null))
                .isEmpty();
        assertThat(ids(getJson("/v1/alerts?limit=1000", 200).getJsonArray("alerts")))
                .hasSize(500);
    }

    private void start(ViewsConfig config) throws Exception {
        launch(config);
        await().atMost(SOON).until(() -> views.notReadyBecause() == null);
    }

    private void launch(ViewsConfig config) throws Exception {
        launch(config, document -> Stream.of(document.split(",", -1)).toList());
    }

    private void launch(ViewsConfig config, Function<String, List<String>> featureNamesOf) throws Exception {
        metrics.clear();
        views = new Views(
                log.cluster(),
                log.schemas(),
                metrics,
                config,
                (kind, id) -> state.apply(kind + " " + id),
                document -> new PolicyNames(featureNamesOf.apply(document), List.of()),
                model -> {});
        opened.add(views);
        views.start();
        Router router = Router.router(vertx);
        views.mount(router);
        server = vertx.createHttpServer(new HttpServerOptions()
                        .setHost("127.0.0.1")
                        .setPort(0)
                        .setSendBufferSize(8 << 10)
                        .setWriteIdleTimeout(writeIdleSeconds))
                .connectionHandler(connection -> {
                    connections.incrementAndGet();
                    connection.closeHandler(closed -> connections.decrementAndGet());
                })
                .requestHandler(router)
                .listen()
                .await(10, TimeUnit.SECONDS);
    }

    private EventStream stream(String path, String lastEventId) throws Exception {
        HttpRequest.Builder request = request(path);
        if (lastEventId != null) {
            request.header("Last-Event-ID", lastEventId);
        }
        EventStream stream = EventStream.open(request.build());
        opened.add(stream);
        return stream;
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.actualPort() + path));
    }

    private HttpResponse<String> get(String path) throws Exception {
        return http.send(request(path).build(), HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
    }

    private JsonObject getJson(String path, int status) throws Exception {
        HttpResponse<String> response = get(path);
        assertThat(response.statusCode()).as("%s: %s", path, response.body()).isEqualTo(status);
        return new JsonObject(response.body());
    }

    private void assertProblem(String path, int status, String field, String remedy) throws Exception {
        HttpResponse<String> response = get(path);
        assertThat(response.statusCode()).as(path).isEqualTo(status);
        assertThat(response.headers().firstValue("Content-Type")).contains("application/problem+json");
        JsonObject problem = new JsonObject(response.body());
        assertThat(problem.getInteger("status")).isEqualTo(status);
        assertThat(problem.getString("field")).as(path).isEqualTo(field);
        assertThat(problem.getString("remedy")).as(path).contains(remedy);
    }

    private List<String> alertIds(String path) throws Exception {
        return ids(getJson(path, 200).getJsonArray("alerts"));
    }

    private static List<String> ids(JsonArray alerts) {
        return alerts.stream()
                .map(alert -> ((JsonObject) alert).getString("transactionId"))
                .toList();
    }

    private static List<String> transactionIds(List<List<EventStream.Message>> parts) {
        return parts.stream()
                .flatMap(List::stream)
                .map(message -> new JsonObject(message.data()).getString("transactionId"))
                .toList();
    }

    private static List<String> expectedIds(int count) {
        return IntStream.range(0, count).mapToObj(i -> "tx-" + i).toList();
    }

    private static List<FraudAlertRaised> alerts(int from, int to) {
        return IntStream.range(from, to).mapToObj(SampleEvents::alert).toList();
    }

    private static List<Event> decisionAndAlert(int i) {
        FraudAlertRaised alert = SampleEvents.alert(i);
        return List.of(SampleEvents.decided("tx-" + i, alert.accountId(), alert.decision(), i), alert);
    }
}
