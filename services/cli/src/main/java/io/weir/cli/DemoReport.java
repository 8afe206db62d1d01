package io.weir.cli;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.weir.events.Decision;
import io.weir.events.FraudAlertRaised;
import io.weir.events.Reason;
import io.weir.load.Latencies;
import io.weir.server.http.EventJson;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The result of a demo.
 *
 * @param submitted transactions given to the load
 * @param acknowledged of them, answered with 200 or 202
 * @param givenUp of them, never acknowledged
 * @param refusals refused or failed tries by kind; they were tried again
 * @param decisions committed decisions on them, counted with duplicates
 * @param decided different transactions with a committed decision
 * @param lost acknowledged without a committed decision
 * @param alerts committed alerts
 * @param pending answered with 202, decided later
 * @param labels sent afterwards, for what was fraud and what was alerted on
 */
record DemoReport(
        int submitted,
        double rate,
        Duration took,
        int acknowledged,
        int givenUp,
        Map<String, Long> refusals,
        int decisions,
        int decided,
        int lost,
        int alerts,
        Map<Decision, Integer> byKind,
        long pending,
        int labels,
        Latencies warmUp,
        Latencies latencies,
        List<FraudAlertRaised> worst) {

    static DemoReport of(int submitted, double rate, Duration took, DemoLoad load, Books books, int labels) {
        Map<Decision, Integer> byKind = new TreeMap<>();
        for (Decision kind : Decision.values()) {
            byKind.put(kind, books.decisions(kind));
        }
        Map<String, Long> refusals = new TreeMap<>();
        load.refusals().forEach((kind, times) -> refusals.put(kind, times.sum()));
        return new DemoReport(
                submitted,
                rate,
                took,
                load.acknowledged().size(),
                load.givenUp(),
                refusals,
                books.decisions(),
                books.transactionsDecided(),
                books.undecided(load.acknowledged()).size(),
                books.alerts(),
                byKind,
                load.pending(),
                labels,
                load.warmUpLatencies(),
                load.latencies(),
                books.worst());
    }

    int duplicates() {
        return decisions - decided;
    }

    int alerting() {
        return byKind.getOrDefault(Decision.REVIEW, 0) + byKind.getOrDefault(Decision.DECLINE, 0);
    }

    /** Everything submitted was acknowledged, and has exactly one decision, and an alert exactly if it needs one. */
    boolean balanced() {
        return submitted == acknowledged
                && submitted == decided
                && duplicates() == 0
                && lost == 0
                && alerts == alerting();
    }

    String text() {
        return alertsText() + "\n" + table() + "\n" + (balanced() ? "The books balance." : "THE BOOKS DO NOT BALANCE.");
    }

    JsonObject json() {
        JsonArray alertsJson = new JsonArray();
        worst.forEach(alert -> alertsJson.add(EventJson.alert(alert)));
        JsonObject kinds = new JsonObject();
        byKind.forEach((kind, times) -> kinds.put(kind.name(), times));
        return new JsonObject()
                .put("balanced", balanced())
                .put("submitted", submitted)
                .put("ratePerSecond", rate)
                .put("tookMs", took.toMillis())
                .put("acknowledged", acknowledged)
                .put("givenUp", givenUp)
                .put("refusedTries", new JsonObject(Map.copyOf(refusals)))
                .put("committedDecisions", decisions)
                .put("duplicates", duplicates())
                .put("lost", lost)
                .put("decisions", kinds)
                .put("alerts", alerts)
                .put("answeredPending", pending)
                .put("labels", labels)
                .put("warmUpLatencyMs", json(warmUp))
                .put("latencyMs", json(latencies))
                .put("sampleAlerts", alertsJson);
    }

    private String alertsText() {
        String head = "\nSome of the alerts, the highest score first:\n";
        return head
                + worst.stream()
                        .map(alert -> "  %-7s score %3.0f  %s of %s, %,.2f %s at %s%n%s"
                                .formatted(
                                        alert.decision(),
                                        alert.score(),
                                        alert.transactionId(),
                                        alert.accountId(),
                                        alert.amountMinor() / 100.0,
                                        alert.currency(),
                                        alert.terminalId(),
                                        reasons(alert)))
                        .collect(Collectors.joining());
    }

    private static String reasons(FraudAlertRaised alert) {
        return alert.reasons().stream()
                .map((Reason reason) ->
                        "            %+4.0f  %s: %s%n".formatted(reason.weight(), reason.code(), reason.text()))
                .collect(Collectors.joining());
    }

    private String table() {
        StringBuilder table = new StringBuilder();
        row(table, "submitted", "%,d in %.1f s".formatted(submitted, took.toMillis() / 1000.0));
        row(table, "acknowledged", "%,d".formatted(acknowledged));
        row(table, "committed decisions", "%,d".formatted(decisions));
        row(table, "duplicates", "%,d".formatted(duplicates()));
        row(table, "lost", "%,d".formatted(lost));
        byKind.forEach(
                (kind, times) -> row(table, "  " + kind.name().toLowerCase(Locale.ROOT), "%,d".formatted(times)));
        row(table, "alerts", "%,d (= review + decline: %s)".formatted(alerts, alerts == alerting() ? "yes" : "NO"));
        row(table, "answered 202, decided later", "%,d".formatted(pending));
        row(table, "labelled afterwards", "%,d (what was fraud, what was alerted on)".formatted(labels));
        refusals.forEach((kind, times) -> row(table, "tries ended by " + kind, "%,d".formatted(times)));
        row(table, "HTTP to committed decision, ms", "p50      p95      p99    p99.9      max");
        row(table, "  warm-up (%,d)".formatted(warmUp.count()), percentiles(warmUp));
        row(table, "  at %,.0f/s (%,d)".formatted(rate, latencies.count()), percentiles(latencies));
        return table.toString();
    }

    private static void row(StringBuilder table, String name, String value) {
        table.append("  %-32s %s%n".formatted(name, value));
    }

    private static String percentiles(Latencies latencies) {
        return "%-8.1f %-8.1f %-8.1f %-8.1f %.1f"
                .formatted(
                        latencies.percentileMs(50),
                        latencies.percentileMs(95),
                        latencies.percentileMs(99),
                        latencies.percentileMs(99.9),
                        latencies.maxMs());
    }

    private static JsonObject json(Latencies latencies) {
        return new JsonObject()
                .put("count", latencies.count())
                .put("p50", latencies.percentileMs(50))
                .put("p95", latencies.percentileMs(95))
                .put("p99", latencies.percentileMs(99))
                .put("p999", latencies.percentileMs(99.9))
                .put("max", latencies.maxMs());
    }
}
