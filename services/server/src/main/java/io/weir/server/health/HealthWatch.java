package io.weir.server.health;

import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.weir.server.http.Problem;
import io.weir.server.http.Routes;
import io.weir.server.log.Cluster;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the cluster every few seconds, on a thread of its own and never twice at once; publishes what it finds as metrics
 * and at {@code /health/cluster}. Nothing else waits for it or depends on it.
 */
public final class HealthWatch implements Routes, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(HealthWatch.class);
    private static final int MAX_HOT_KEYS = 5;

    private final HealthSettings settings;
    private final ClusterProbe probe;
    private final HealthHistory history;
    private final HealthMetrics metrics;
    private final HotKeys hotKeys;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("weir-health").factory());
    private volatile @Nullable ClusterHealth last;
    private Level logged = Level.OK;

    /** A watch; {@link #start} starts it. */
    public HealthWatch(Cluster cluster, HealthSettings settings, HotKeys hotKeys, MeterRegistry registry) {
        this.settings = settings;
        this.probe = new ClusterProbe(cluster);
        this.history = new HealthHistory(probe, settings.thresholds());
        this.metrics = new HealthMetrics(registry, settings.thresholds());
        this.hotKeys = hotKeys;
    }

    public void start() {
        long everyMs = settings.interval().toMillis();
        var unused = thread.scheduleWithFixedDelay(this::look, 0, everyMs, TimeUnit.MILLISECONDS);
    }

    @Override
    public void mount(Router router) {
        router.route("/health/cluster")
                .method(HttpMethod.GET)
                .method(HttpMethod.HEAD)
                .handler(this::answer);
    }

    /** Ends; a look under way is given up. */
    @Override
    public void close() {
        thread.shutdownNow();
        probe.close();
    }

    private void look() {
        try {
            metrics.looks.record(this::lookOnce);
        } catch (RuntimeException e) {
            if (thread.isShutdown()) {
                return;
            }
            log.warn("looking at the cluster's health failed; the next try is in {}", settings.interval(), e);
        }
    }

    private void lookOnce() {
        ClusterHealth health = history.look();
        if (thread.isShutdown()) {
            return; // what was given up looks like an outage
        }
        last = health;
        metrics.publish(health, hotKeys.top(settings.thresholds().hotKeyShare(), MAX_HOT_KEYS));
        if (health.level() != logged) {
            logged = health.level();
            log.info("the cluster's health is {}: {}", logged, health.findings());
        }
    }

    private void answer(RoutingContext context) {
        ClusterHealth health = last;
        if (health == null) {
            new Problem(
                            503,
                            "health-unknown",
                            "Health not known yet",
                            "the first look at the cluster has not ended",
                            null,
                            "ask again in a few seconds")
                    .send(context);
            return;
        }
        context.response()
                .putHeader("Content-Type", "application/json")
                .putHeader("Cache-Control", "no-store")
                .end(HealthJson.of(health)
                        .put("hotKeys", HealthJson.hotKeys(hotKeys.top(0, MAX_HOT_KEYS)))
                        .toBuffer());
    }
}
