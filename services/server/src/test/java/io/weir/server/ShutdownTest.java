package io.weir.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonObject;
import io.weir.events.Topics;
import io.weir.events.TransactionDecided;
import io.weir.events.TransactionSubmitted;
import io.weir.server.log.KafkaSettings;
import io.weir.server.log.TestLog;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTransactionsOptions;
import org.apache.kafka.clients.admin.TransactionState;
import org.junit.jupiter.api.Test;

/** An instance that is told to stop while payments come. */
class ShutdownTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int CALLERS = 16;
    private static final int BEFORE_THE_STOP = 300;

    private final HttpClient http = HttpClient.newHttpClient();
    private final AtomicInteger submitted = new AtomicInteger();
    private final ConcurrentLinkedQueue<String> decided = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<Integer> otherwise = new ConcurrentLinkedQueue<>();

    @Test
    void whatWasTakenIsDecidedAndAnsweredAndTheGroupIsLeft() throws Exception {
        try (TestLog log = TestLog.empty(4)) {
            List<Thread> callers = new ArrayList<>();
            try (Server server = Server.start(TestSettings.of(log.stack(), Role.ALL, "shutdown", 2, null))) {
                await().atMost(PATIENCE).until(() -> isReady(server));
                int port = server.port();
                for (int caller = 0; caller < CALLERS; caller++) {
                    callers.add(Thread.startVirtualThread(() -> submitUntilRefused(port)));
                }
                await().atMost(PATIENCE).until(() -> decided.size() > BEFORE_THE_STOP);
            }
            for (Thread caller : callers) {
                assertThat(caller.join(PATIENCE)).isTrue();
            }

            assertThat(otherwise).as("answers without a decision").isSubsetOf(503);
            assertThat(members(log)).as("members of the group").isZero();
            assertThat(openTransactions(log)).isZero();
            List<String> taken = log.events(Topics.TRANSACTIONS, TransactionSubmitted.class, decided.size()).stream()
                    .map(TransactionSubmitted::transactionId)
                    .toList();
            List<String> committed = log.events(Topics.DECISIONS, TransactionDecided.class, decided.size()).stream()
                    .map(TransactionDecided::transactionId)
                    .toList();
            assertThat(taken).as("on the log, and answered").containsExactlyInAnyOrderElementsOf(decided);
            assertThat(committed).as("decided before it ended").containsExactlyInAnyOrderElementsOf(decided);
        }
    }

    private void submitUntilRefused(int port) {
        while (true) {
            int number = submitted.incrementAndGet();
            String id = "shutdown-" + number;
            JsonObject transaction = new JsonObject()
                    .put("transactionId", id)
                    .put("accountId", "account-" + number % 50)
                    .put("occurredAtMs", 1_700_000_000_000L + number)
                    .put("amountMinor", 1_000)
                    .put("currency", "EUR");
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/v1/transactions"))
                    .header("Content-Type", "application/json")
                    .header("Prefer", "wait=20")
                    .POST(BodyPublishers.ofString(transaction.encode()))
                    .build();
            try {
                int status = http.send(request, BodyHandlers.ofString()).statusCode();
                if (status != 200) {
                    otherwise.add(status);
                    return;
                }
                decided.add(id);
            } catch (IOException e) {
                return; // it does not listen any more
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private boolean isReady(Server server) throws Exception {
        HttpRequest ready = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + "/health/ready"))
                .build();
        return http.send(ready, BodyHandlers.discarding()).statusCode() == 200;
    }

    private static int members(TestLog log) throws Exception {
        try (Admin admin = log.admin()) {
            return admin.describeConsumerGroups(List.of(KafkaSettings.SCORER_GROUP))
                    .describedGroups()
                    .get(KafkaSettings.SCORER_GROUP)
                    .get()
                    .members()
                    .size();
        }
    }

    private static int openTransactions(TestLog log) throws Exception {
        try (Admin admin = log.admin()) {
            return admin.listTransactions(new ListTransactionsOptions().filterStates(Set.of(TransactionState.ONGOING)))
                    .all()
                    .get()
                    .size();
        }
    }
}
