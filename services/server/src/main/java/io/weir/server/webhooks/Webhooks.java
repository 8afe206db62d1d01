package io.weir.server.webhooks;

import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Vertx;
import io.weir.events.SchemaIds;
import io.weir.server.http.Readiness;
import io.weir.server.log.Cluster;
import io.weir.server.log.RecordAppender;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Pushes alerts to endpoints. Each endpoint has a consumer group of its own, so that none waits for another; instances with
 * the same endpoints share them out.
 */
public final class Webhooks implements AutoCloseable {
    /** Where in a dead letter's context it says that a webhook gave up. */
    public static final String STAGE = "webhook";

    /** The header that names the endpoint: of a dead letter, and of what is put on {@code weir.webhook-redrives} for it. */
    public static final String ENDPOINT_HEADER = "endpoint";

    private final RecordAppender letters;
    private final List<EndpointFeed> feeds;

    /**
     * Webhooks that do nothing until {@link #start}.
     *
     * @param schemaIds may block when it meets an id for the first time: it is asked on the webhooks' own threads
     * @param instance this instance's name, for dead letters and the brokers' logs
     * @param metrics gets the meters {@code weir.webhook.*}
     */
    public Webhooks(
            Vertx vertx,
            Cluster cluster,
            SchemaIds schemaIds,
            List<Endpoint> endpoints,
            String instance,
            MeterRegistry metrics) {
        this.letters = new RecordAppender(cluster, "weir-webhooks-" + instance + "-dead-letters");
        this.feeds = endpoints.stream()
                .map(endpoint -> new EndpointFeed(vertx, cluster, schemaIds, endpoint, letters, instance, metrics))
                .toList();
    }

    /** Begins to read and to post; returns at once. Once only. */
    public void start() {
        feeds.forEach(EndpointFeed::start);
    }

    /** How each endpoint is. For information: no traffic depends on them. */
    public List<Readiness> readiness() {
        return feeds.stream().map(Readiness::forInformation).toList();
    }

    /** Lets what is being posted end, commits, leaves the groups; all endpoints at once, within about 25 s. */
    @Override
    public void close() {
        try (ExecutorService closing = Executors.newVirtualThreadPerTaskExecutor()) {
            CompletableFuture.allOf(feeds.stream()
                            .map(feed -> CompletableFuture.runAsync(feed::close, closing))
                            .toArray(CompletableFuture[]::new))
                    .join();
        }
        letters.close();
    }
}
