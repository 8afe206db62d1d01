package io.weir.server.webhooks;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.weir.events.EventReader;
import io.weir.events.FraudAlertRaised;
import io.weir.events.MalformedValueException;
import io.weir.events.SchemaIds;
import io.weir.events.Topics;
import io.weir.server.http.Readiness;
import io.weir.server.log.Cluster;
import io.weir.server.log.GroupFeed;
import io.weir.server.log.LogRecord;
import io.weir.server.log.RecordAppender;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** One endpoint and all that it has of its own: its place on the log, its pace, its circuit breaker. */
final class EndpointFeed implements Readiness, AutoCloseable {
    private static final Set<Topics> TOPICS = Set.of(Topics.FRAUD_ALERTS, Topics.WEBHOOK_REDRIVES);

    private final Endpoint endpoint;
    private final EventReader reader;
    private final WebhookMetrics metrics;
    private final Sender sender;
    private final Deliverer deliverer;
    private final GroupFeed feed;

    EndpointFeed(
            Vertx vertx,
            Cluster cluster,
            SchemaIds schemaIds,
            Endpoint endpoint,
            RecordAppender letters,
            String instance,
            MeterRegistry registry) {
        this.endpoint = endpoint;
        this.reader = new EventReader(schemaIds);
        this.metrics = new WebhookMetrics(registry, endpoint.id());
        this.sender = new Sender(vertx, endpoint, System::currentTimeMillis);
        Context context = vertx.getOrCreateContext();
        this.deliverer =
                new Deliverer(endpoint, context, sender, letters, instance, metrics, System::currentTimeMillis);
        this.feed = new GroupFeed(
                new GroupFeed.Source(
                        cluster,
                        endpoint.group(),
                        endpoint.group() + "-" + instance,
                        TOPICS,
                        endpoint.fromBeginning(),
                        endpoint.inFlight()),
                this::take);
        metrics.watch(deliverer.breaker(), feed, deliverer);
    }

    void start() {
        feed.start();
    }

    @Override
    public String name() {
        return "webhook " + endpoint.id();
    }

    @Override
    public @Nullable String notReadyBecause() {
        String because = feed.notReadyBecause();
        if (because != null) {
            return because;
        }
        return deliverer.breaker().getState() == CircuitBreaker.State.CLOSED
                ? null
                : "pauses, the endpoint fails: " + deliverer.lastFailure();
    }

    /** Lets what is being posted end, 10 s at most, commits, leaves the group. */
    @Override
    public void close() {
        deliverer.stop();
        feed.close();
        sender.close();
    }

    private CompletionStage<Boolean> take(LogRecord record, BooleanSupplier ours) {
        if (record.topic().equals(Topics.WEBHOOK_REDRIVES.topicName())
                && !endpoint.id().equals(record.headers().get(Webhooks.ENDPOINT_HEADER))) {
            return CompletableFuture.completedFuture(true); // another's
        }
        FraudAlertRaised alert;
        try {
            if (!(reader.read(record.value()) instanceof FraudAlertRaised raised)) {
                return deliverer.giveUp(record, "UnexpectedEvent", "this is an event, but no alert");
            }
            alert = raised;
        } catch (MalformedValueException e) {
            return deliverer.giveUp(record, "MalformedValue", String.valueOf(e.getMessage()));
        }
        if (!endpoint.wanted().accepts(alert)) {
            metrics.passedOver();
            return CompletableFuture.completedFuture(true);
        }
        return deliverer.deliver(Message.of(alert, record), ours);
    }
}
