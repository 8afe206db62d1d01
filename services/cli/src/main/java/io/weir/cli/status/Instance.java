package io.weir.cli.status;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.weir.cli.status.Meters.Breaker;
import io.weir.server.health.Finding;
import io.weir.server.health.Level;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one instance says about itself.
 *
 * @param unreachable why it cannot be asked; null if it answered
 * @param readiness its answer at {@code /health/ready}
 * @param hotKeys of its engines; empty if it does not watch the cluster
 * @param deadLettersPerSecond that its engines wrote between two looks; not a number after the first
 */
record Instance(
        String url,
        @Nullable String unreachable,
        JsonObject readiness,
        Meters meters,
        JsonArray hotKeys,
        double deadLettersPerSecond,
        long askedNs) {
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final String DEAD_LETTERS = "weir_dead_letters_committed_total";

    /** Asks it; {@code before} is what it said the last time. */
    static Instance ask(HttpClient http, String url, @Nullable Instance before) throws InterruptedException {
        try {
            JsonObject ready = new JsonObject(get(http, url + "/health/ready").body());
            Meters meters = Meters.parse(get(http, url + "/metrics").body());
            HttpResponse<String> cluster = get(http, url + "/health/cluster");
            JsonArray hot = cluster.statusCode() == 200
                    ? new JsonObject(cluster.body()).getJsonArray("hotKeys", new JsonArray())
                    : new JsonArray();
            long now = System.nanoTime();
            double rate = before == null || before.unreachable != null
                    ? Double.NaN
                    : (meters.sum(DEAD_LETTERS) - before.meters.sum(DEAD_LETTERS)) * 1e9 / (now - before.askedNs);
            return new Instance(url, null, ready, meters, hot, rate, now);
        } catch (IOException | RuntimeException e) {
            String why = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
            return new Instance(
                    url, why, new JsonObject(), new Meters(List.of()), new JsonArray(), Double.NaN, System.nanoTime());
        }
    }

    private static HttpResponse<String> get(HttpClient http, String url) throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(URI.create(url)).timeout(PATIENCE).build(), BodyHandlers.ofString());
    }

    /** What is not as it should be. */
    List<Finding> findings() {
        List<Finding> findings = new ArrayList<>();
        if (unreachable != null) {
            findings.add(new Finding(Level.CRITICAL, url + " does not answer: " + unreachable));
            return findings;
        }
        if (!"ready".equals(readiness.getString("status"))) {
            findings.add(new Finding(Level.WARNING, url + " is not ready"));
        }
        for (Breaker breaker : openBreakers()) {
            findings.add(new Finding(
                    Level.WARNING, "%s{%s} is %s".formatted(breaker.meter(), breaker.labels(), breaker.state())));
        }
        return findings;
    }

    /** Those that are not closed. */
    List<Breaker> openBreakers() {
        return meters.breakers().stream().filter(breaker -> !breaker.closed()).toList();
    }

    JsonObject toJson() {
        JsonArray breakers = new JsonArray();
        meters.breakers()
                .forEach(breaker -> breakers.add(new JsonObject()
                        .put("meter", breaker.meter())
                        .put("labels", breaker.labels())
                        .put("state", breaker.state())));
        return new JsonObject()
                .put("url", url)
                .put("unreachable", unreachable)
                .put("readiness", readiness)
                .put("breakers", breakers)
                .put("deadLetters", meters.sum(DEAD_LETTERS))
                .put("deadLettersPerSecond", Double.isNaN(deadLettersPerSecond) ? null : deadLettersPerSecond)
                .put("hotKeys", hotKeys);
    }
}
