package io.weir.cli;

import io.vertx.core.json.JsonObject;
import io.weir.training.simulator.SimulatedTransaction;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What becomes known of a demo's transactions a week of event time later: those that were fraud, and those that somebody
 * looked at because of an alert. The others stay unlabelled, as most do in reality.
 */
final class DemoLabels {
    private static final long REPORTED_AFTER_MS = Duration.ofDays(7).toMillis();
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private DemoLabels() {}

    /**
     * Submits them.
     *
     * @param prefix of the transactions' ids
     * @return how many
     * @throws IOException if one was not taken; the message has the server's answer
     */
    static int submit(String url, String prefix, List<SimulatedTransaction> transactions, Set<String> alerted)
            throws IOException, InterruptedException {
        List<SimulatedTransaction> known = transactions.stream()
                .filter(transaction -> transaction.fraud() || alerted.contains(prefix + transaction.id()))
                .toList();
        if (known.isEmpty()) {
            return 0;
        }
        String lines =
                known.stream().map(transaction -> label(prefix, transaction)).collect(Collectors.joining("\n"));
        HttpRequest request = HttpRequest.newBuilder(URI.create(url + "/v1/labels:batch"))
                .timeout(PATIENCE)
                .header("Content-Type", "application/x-ndjson")
                .POST(BodyPublishers.ofString(lines))
                .build();
        try (HttpClient http = HttpClient.newHttpClient()) {
            List<String> answers =
                    http.send(request, BodyHandlers.ofString()).body().lines().toList();
            long taken = answers.stream()
                    .filter(answer -> new JsonObject(answer).containsKey("transactionId"))
                    .count();
            if (taken != known.size()) {
                throw new IOException("only %d of %d labels were taken; the last answer: %s"
                        .formatted(taken, known.size(), answers.isEmpty() ? "none" : answers.getLast()));
            }
        }
        return known.size();
    }

    private static String label(String prefix, SimulatedTransaction transaction) {
        return new JsonObject()
                .put("transactionId", prefix + transaction.id())
                .put("accountId", "customer-" + transaction.customerId())
                .put("occurredAtMs", transaction.occurredAtMs() + REPORTED_AFTER_MS)
                .put("fraud", transaction.fraud())
                .put("source", "demo")
                .encode();
    }
}
