package io.weir.server.gateway;

import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.ext.web.Router;
import io.weir.events.SchemaIds;
import io.weir.server.http.DecisionLookup;
import io.weir.server.http.Readiness;
import io.weir.server.http.Routes;
import io.weir.server.log.Backoff;
import io.weir.server.log.BatchTimes;
import io.weir.server.log.Cluster;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes transactions and labels over HTTP, brings them onto the log, and answers with the committed decision.
 *
 * <p>It runs on the one event loop of its context, the same as the HTTP server's: its state needs no locks, and nothing of
 * it blocks. Whoever needs more than one core for HTTP runs more instances.
 */
public final class Gateway implements Routes, Readiness, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Gateway.class);
    private static final Backoff OPEN_AGAIN = new Backoff(Duration.ofMillis(200), Duration.ofSeconds(5));
    private static final long CLOSE_WITHIN_MS = 5_000;

    private final Context context;
    private final LogAppender appender;
    private final DecisionFeed feed;
    private final GatewayRoutes routes;
    private volatile @Nullable String notOpenBecause = "the gateway has not been started";
    private volatile boolean closed;

    /**
     * A gateway, not started.
     *
     * @param context the event loop to run on, the same as the HTTP server's
     * @param clock the current time in milliseconds since 1970-01-01T00:00:00Z
     * @param batches of the engines in this process
     */
    public Gateway(
            Context context,
            GatewaySettings settings,
            Cluster cluster,
            SchemaIds schemaIds,
            DecisionLookup lookup,
            LongSupplier clock,
            MeterRegistry registry,
            BatchTimes batches) {
        this.context = context;
        GatewayMetrics metrics = new GatewayMetrics(registry, batches);
        this.appender = new LogAppender(cluster, schemaIds, settings.acknowledgeWithinMs());
        Submissions submissions = new Submissions(context.owner(), settings, appender, lookup, metrics);
        metrics.inFlight(submissions::waiting);
        this.feed = new DecisionFeed(cluster, schemaIds, submissions::decided, submissions::repeated);
        this.routes = new GatewayRoutes(
                settings,
                submissions,
                new Labels(settings, appender, metrics),
                new Answers(lookup),
                clock,
                metrics,
                this::refusesBecause);
    }

    /**
     * Connects to the log, again and again until it succeeds or the gateway is closed.
     *
     * @return done once requests can be taken
     */
    public Future<Void> start() {
        Promise<Void> started = Promise.promise();
        context.runOnContext(now -> open(started, 1));
        return started.future();
    }

    @Override
    public void mount(Router router) {
        routes.mount(router);
    }

    @Override
    public String name() {
        return "gateway";
    }

    @Override
    public @Nullable String notReadyBecause() {
        String refuses = refusesBecause();
        return refuses != null ? refuses : feed.failingBecause();
    }

    /** Why no request can be taken, or null. Without decisions they can: what is on the log will be decided. */
    private @Nullable String refusesBecause() {
        String notOpen = notOpenBecause;
        return notOpen != null ? notOpen : appender.stalledBecause();
    }

    /** Takes no more requests, and ends batches after the lines that were read; those in flight are answered. Returns at once. */
    public void stopTaking() {
        context.runOnContext(now -> routes.stopTaking());
    }

    /**
     * Stops following decisions, lets appends in flight finish, and disconnects. To be called after the HTTP server has
     * closed, not on an event loop. Takes at most some seconds.
     */
    @Override
    public void close() {
        closed = true;
        notOpenBecause = "the gateway is closed";
        Promise<Void> done = Promise.promise();
        context.runOnContext(now -> Future.join(appender.close(CLOSE_WITHIN_MS), feed.close())
                .<Void>mapEmpty()
                .onComplete(done));
        try {
            done.future().toCompletionStage().toCompletableFuture().get(2 * CLOSE_WITHIN_MS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            log.warn("disconnecting from the log did not go well: {}", e.toString());
        }
    }

    private void open(Promise<Void> started, int attempt) {
        if (closed) {
            started.fail("the gateway is closed");
            return;
        }
        notOpenBecause = "connecting to the log";
        feed.open(context).compose(followed -> appender.open(context)).onComplete((done, failure) -> {
            if (failure == null) {
                notOpenBecause = closed ? "the gateway is closed" : null;
                started.complete();
            } else {
                notOpenBecause = "the log cannot be reached: " + failure.getMessage();
                long pauseMs = OPEN_AGAIN.ms(attempt);
                log.warn("the log cannot be reached, trying again in {} ms: {}", pauseMs, failure.toString());
                feed.close();
                context.owner().setTimer(pauseMs, again -> open(started, attempt + 1));
            }
        });
    }
}
