package io.weir.server.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.json.JsonObject;
import io.weir.events.Topics;
import io.weir.local.LocalStack;
import io.weir.server.http.EventLoopWatch;
import io.weir.server.http.HttpEdge;
import io.weir.server.http.HttpSettings;
import io.weir.server.log.BatchTimes;
import io.weir.server.log.Cluster;
import io.weir.server.log.KafkaSettings;
import io.weir.server.schemas.RegistryClient;
import io.weir.server.schemas.Schemas;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.awaitility.Awaitility;

/** A gateway behind its HTTP server, on a real broker and registry, with a scorer that decides at once. */
final class GatewayFixture implements AutoCloseable {
    /** Long enough for the slowest machine: a test that expects a decision must not see a pending one. */
    static final long PATIENT_MS = 30_000;

    static {
        Awaitility.setDefaultTimeout(Duration.ofSeconds(60));
    }

    final PrometheusMeterRegistry metrics = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    final EventLoopWatch watch = new EventLoopWatch();
    final SimpleScorer scorer;
    final Gateway gateway;
    final HttpEdge edge;
    private final HttpClient client = HttpClient.newHttpClient();
    private final RegistryClient registry;
    private final Cluster cluster;
    private final Schemas schemas;

    GatewayFixture(LocalStack stack, GatewaySettings settings) throws Exception {
        cluster = Cluster.at(stack.bootstrapServers());
        registry = new RegistryClient(stack.registryUrl());
        provision(cluster);
        Schemas.provision(registry, Duration.ofSeconds(30));
        schemas = Schemas.load(registry, Duration.ofSeconds(20));
        scorer = new SimpleScorer(cluster, schemas);
        Context loop = watch.eventLoop();
        gateway = gateway(loop, settings);
        edge = HttpEdge.start(loop, HttpSettings.at("127.0.0.1", 0), List.of(gateway), List.of(gateway), metrics)
                .toCompletionStage()
                .toCompletableFuture()
                .get(20, TimeUnit.SECONDS);
        gateway.start().toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
    }

    /** Another gateway on the same log, not started. */
    Gateway gateway(Context loop, GatewaySettings settings) {
        return new Gateway(
                loop, settings, cluster, schemas, scorer, System::currentTimeMillis, metrics, new BatchTimes());
    }

    /** Bounds that a busy machine does not reach. */
    static GatewaySettings patient() {
        GatewaySettings usual = GatewaySettings.defaults();
        return new GatewaySettings(
                PATIENT_MS,
                usual.maxBudgetMs(),
                PATIENT_MS,
                PATIENT_MS,
                usual.maxInFlight(),
                usual.batchWindow(),
                usual.maxBodyBytes());
    }

    /** A transaction that is admitted, with an id of its own. */
    static JsonObject transaction() {
        return new JsonObject()
                .put("transactionId", "tx-" + UUID.randomUUID())
                .put("accountId", "acc-" + UUID.randomUUID())
                .put("occurredAtMs", System.currentTimeMillis())
                .put("amountMinor", 1250)
                .put("currency", "EUR");
    }

    HttpResponse<String> submit(JsonObject transaction, String... headers) throws Exception {
        return submitAsync(transaction, headers).get(60, TimeUnit.SECONDS);
    }

    CompletableFuture<HttpResponse<String>> submitAsync(JsonObject transaction, String... headers) {
        return postAsync("/v1/transactions", "application/json", transaction.encode(), headers);
    }

    HttpResponse<String> post(String path, String contentType, String body) throws Exception {
        return postAsync(path, contentType, body).get(60, TimeUnit.SECONDS);
    }

    CompletableFuture<HttpResponse<String>> postAsync(String path, String contentType, String body, String... headers) {
        List<String> all = new ArrayList<>(List.of("Content-Type", contentType));
        all.addAll(List.of(headers));
        return client.sendAsync(
                HttpRequest.newBuilder(uri(path))
                        .headers(all.toArray(String[]::new))
                        .POST(BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
    }

    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return client.send(HttpRequest.newBuilder(uri(path)).build(), BodyHandlers.ofString());
    }

    int port() {
        return edge.actualPort();
    }

    /** The value of a counter or gauge, over all its tags. */
    double metric(String name) {
        return metrics.find(name).meters().stream()
                .mapToDouble(meter -> meter.measure().iterator().next().getValue())
                .sum();
    }

    @Override
    public void close() {
        edge.close()
                .toCompletionStage()
                .toCompletableFuture()
                .orTimeout(20, TimeUnit.SECONDS)
                .join();
        gateway.close();
        scorer.close();
        assertThat(watch.blocked()).as("blocked event loops").isEmpty();
        watch.close();
        client.close();
        registry.close();
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + edge.actualPort() + path);
    }

    private static void provision(Cluster cluster) throws Exception {
        try (Admin admin = Admin.create(new HashMap<>(KafkaSettings.admin(cluster)))) {
            Set<String> existing = admin.listTopics().names().get();
            List<NewTopic> missing = new ArrayList<>();
            for (Topics topic : List.of(Topics.TRANSACTIONS, Topics.DECISIONS, Topics.DUPLICATES)) {
                if (!existing.contains(topic.topicName())) {
                    missing.add(
                            new NewTopic(topic.topicName(), topic.partitions(Topics.DEFAULT_PARTITIONS), (short) 1));
                }
            }
            admin.createTopics(missing).all().get();
        }
    }
}
