package io.weir.server.score;

import io.micrometer.core.instrument.MeterRegistry;
import io.weir.core.policy.Policy;
import io.weir.events.SchemaIds;
import io.weir.server.http.Readiness;
import io.weir.server.log.Cluster;
import io.weir.server.log.EngineLog;
import io.weir.server.log.KafkaEngineLog;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs one engine on a thread of its own, and builds it anew when it ends by an error. */
public final class Scorer implements Readiness, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Scorer.class);
    private static final long FIRST_BACKOFF_MS = 100;
    private static final long LAST_BACKOFF_MS = 5_000;
    private static final long STABLE_NS = TimeUnit.MINUTES.toNanos(1);
    private static final long CLOSE_TIMEOUT_MS = 20_000;

    private final Cluster cluster;
    private final String instanceId;
    private final SchemaIds schemaIds;
    private final Function<String, Policy> compiler;
    private final Duration snapshotInterval;
    private final EngineMetrics metrics;
    private final EngineStatus status = new EngineStatus();
    private final Thread thread;
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile boolean closing;
    private volatile @Nullable Engine engine;

    /**
     * A scorer; {@link #start} starts it.
     *
     * @param instanceId names this engine in the group and in its transactional ids; the same after a restart, and
     *     different from every other engine's
     * @param compiler from a policy document to the policy; throws if it does not compile
     * @param snapshotInterval from the beginning of a sweep to that of the next; zero for no snapshots
     */
    public Scorer(
            Cluster cluster,
            String instanceId,
            SchemaIds schemaIds,
            Function<String, Policy> compiler,
            Duration snapshotInterval,
            MeterRegistry registry) {
        this.cluster = cluster;
        this.instanceId = instanceId;
        this.schemaIds = schemaIds;
        this.compiler = compiler;
        this.snapshotInterval = snapshotInterval;
        this.metrics = new EngineMetrics(registry, instanceId);
        this.thread = new Thread(this::run, instanceId);
    }

    public void start() {
        thread.start();
    }

    @Override
    public String name() {
        return "scorer " + instanceId;
    }

    @Override
    public @Nullable String notReadyBecause() {
        return status.notReadyBecause();
    }

    /** Finishes the batch in hand, commits it and leaves the group; bounded by 20 s. */
    @Override
    public void close() {
        closing = true;
        Engine running = engine;
        if (running != null) {
            running.stop();
        }
        closed.countDown();
        try {
            thread.join(CLOSE_TIMEOUT_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        long backoffMs = FIRST_BACKOFF_MS;
        while (!closing) {
            long startedNs = System.nanoTime();
            try {
                runOnce();
            } catch (RuntimeException e) {
                if (closing) {
                    log.info("engine {} ended while closing: {}", instanceId, e.getMessage());
                    return;
                }
                backoffMs = System.nanoTime() - startedNs > STABLE_NS ? FIRST_BACKOFF_MS : backoffMs;
                status.failed("it ended and is built anew: " + e.getMessage());
                log.error("engine {} ended; building it anew in {} ms", instanceId, backoffMs, e);
                waitUnlessClosing(backoffMs);
                backoffMs = Math.min(backoffMs * 2, LAST_BACKOFF_MS);
            }
        }
    }

    private void runOnce() {
        try (EngineLog engineLog = new KafkaEngineLog(cluster, instanceId)) {
            Engine next = new Engine(instanceId, engineLog, schemaIds, compiler, snapshotInterval, metrics, status);
            engine = next;
            if (!closing) {
                next.run();
            }
        } finally {
            engine = null;
        }
    }

    private void waitUnlessClosing(long ms) {
        try {
            var unused = closed.await(ms, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
