package io.weir.server.score;

import io.micrometer.core.instrument.MeterRegistry;
import io.weir.core.decide.Profile;
import io.weir.core.policy.Entity;
import io.weir.events.SchemaIds;
import io.weir.events.Sha256;
import io.weir.server.health.HotKeys;
import io.weir.server.http.Readiness;
import io.weir.server.log.BatchTimes;
import io.weir.server.log.Cluster;
import io.weir.server.log.EngineLog;
import io.weir.server.log.Failure;
import io.weir.server.log.KafkaEngineLog;
import io.weir.server.policy.PolicySource;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Runs one engine on a thread of its own, and builds it anew when it ends by an error. */
public final class Scorer implements Readiness, AutoCloseable {
    private final Cluster cluster;
    private final String instanceId;
    private final SchemaIds schemaIds;
    private final PolicySource compiler;
    private final Duration snapshotInterval;
    private final EngineMetrics metrics;
    private final EngineStatus status = new EngineStatus();
    private final Restarting lives;
    private volatile @Nullable Engine engine;
    private volatile boolean ignoreSnapshots;
    private volatile DeadLetterBreakerSettings breaker = DeadLetterBreakerSettings.defaults();

    /**
     * A scorer; {@link #start} starts it.
     *
     * @param instanceId names this engine in the group and in its transactional ids; the same after a restart, and
     *     different from every other engine's
     * @param compiler from a policy document to the policy; throws if it does not compile
     * @param snapshotInterval from the beginning of a sweep to that of the next; zero for no snapshots
     * @param batchTimes told of each batch
     * @param hotKeys told of each batch
     */
    public Scorer(
            Cluster cluster,
            String instanceId,
            SchemaIds schemaIds,
            PolicySource compiler,
            Duration snapshotInterval,
            MeterRegistry registry,
            BatchTimes batchTimes,
            HotKeys hotKeys) {
        this.cluster = cluster;
        this.instanceId = instanceId;
        this.schemaIds = schemaIds;
        this.compiler = compiler;
        this.snapshotInterval = snapshotInterval;
        this.metrics = new EngineMetrics(registry, instanceId, batchTimes, hotKeys);
        this.lives = new Restarting(instanceId, new EngineLives());
    }

    /** Has the engine rebuild its state from the whole log, as if there were no snapshots. To be called before {@link #start}. */
    public void ignoreSnapshots() {
        ignoreSnapshots = true;
    }

    /** When partitions are paused because of their dead letters. To be called before {@link #start}. */
    public void breaker(DeadLetterBreakerSettings settings) {
        breaker = settings;
    }

    /** Whether partitions are paused because of their dead letters: for information, the others are decided. */
    public Readiness partitions() {
        return new Readiness() {
            @Override
            public String name() {
                return "partitions of " + instanceId;
            }

            @Override
            public @Nullable String notReadyBecause() {
                return status.pausedBecause();
            }
        }.forInformation();
    }

    public void start() {
        lives.start();
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
        lives.close();
    }

    /** Done when its first engine has restored its state, or could not. */
    public CompletableFuture<Void> firstRestore() {
        return status.firstRestore();
    }

    /** What its engine knows of an account or another entity; it fails while there is none. Never blocks. */
    public CompletionStage<@Nullable Profile> profile(Entity kind, String id) {
        Engine running = engine;
        return running == null
                ? CompletableFuture.failedFuture(new IllegalStateException("the engine is not running"))
                : running.profile(kind, id);
    }

    /** Whether its engine's state has what a published policy selects; null while it does not serve. Never blocks. */
    public @Nullable Warmth warmth(Sha256 policy) {
        return status.warmth(policy);
    }

    private void runOnce() {
        try (EngineLog engineLog = new KafkaEngineLog(cluster, instanceId)) {
            Engine next = new Engine(
                    Duty.DECIDE,
                    instanceId,
                    engineLog,
                    schemaIds,
                    compiler,
                    snapshotInterval,
                    Sweeper.BUDGET_BYTES,
                    Warming.PACE,
                    breaker,
                    metrics,
                    status);
            if (ignoreSnapshots) {
                next.ignoreSnapshots();
            }
            engine = next;
            if (!lives.isClosing()) {
                next.run();
            }
        } finally {
            engine = null;
        }
    }

    private final class EngineLives implements Restarting.Life {
        @Override
        public void run() {
            runOnce();
        }

        @Override
        public void end() {
            Engine running = engine;
            if (running != null) {
                running.stop();
            }
        }

        @Override
        public void failed(Throwable cause, Failure failure) {
            status.failed(cause, failure);
            metrics.failed(failure);
        }
    }
}
