package io.weir.server.score;

import io.micrometer.core.instrument.MeterRegistry;
import io.weir.core.decide.InShadow;
import io.weir.events.PolicyShadowed;
import io.weir.events.SchemaIds;
import io.weir.events.Topics;
import io.weir.server.http.Readiness;
import io.weir.server.log.Cluster;
import io.weir.server.log.EngineLog;
import io.weir.server.log.EngineLogException;
import io.weir.server.log.Failure;
import io.weir.server.log.KafkaEngineLog;
import io.weir.server.log.KafkaSettings;
import io.weir.server.log.LogRecord;
import io.weir.server.log.RecordSource;
import io.weir.server.log.ShadowLog;
import io.weir.server.log.StateLostException;
import io.weir.server.policy.PolicySource;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the engine that decides by the policies in shadow, on a thread of its own. While there is none it follows the control
 * topic alone and keeps no state: whoever does not use this pays nothing for it.
 */
public final class ShadowScorer implements Readiness, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ShadowScorer.class);
    private static final TopicPartition CONTROL = new TopicPartition(Topics.CONTROL.topicName(), 0);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final int NO_SNAPSHOTS_BUDGET = 1;
    /** Dead letters are told by those who decide. */
    private static final DeadLetterBreakerSettings NO_BREAKER =
            new DeadLetterBreakerSettings(false, 0.5, 1, 1, Duration.ofSeconds(1), 1);

    private final Cluster cluster;
    private final String instanceId;
    private final SchemaIds schemaIds;
    private final PolicySource compiler;
    private final EngineMetrics metrics;
    private final EngineStatus status = new EngineStatus();
    private final Restarting lives;
    private volatile @Nullable Engine engine;
    private volatile boolean idle;
    /** The last life could not restore the state at the group's positions. */
    private volatile boolean anew;

    /**
     * A scorer in shadow; {@link #start} starts it.
     *
     * @param instanceId names this engine in the group and in its transactional ids; the same after a restart, and
     *     different from every other engine's
     * @param compiler from a policy document to the policy; throws if it does not compile
     */
    public ShadowScorer(
            Cluster cluster, String instanceId, SchemaIds schemaIds, PolicySource compiler, MeterRegistry registry) {
        this.cluster = cluster;
        this.instanceId = instanceId;
        this.schemaIds = schemaIds;
        this.compiler = compiler;
        this.metrics = new EngineMetrics(registry, instanceId, "weir.shadow.");
        this.lives = new Restarting(instanceId, new Restarting.Life() {
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
        });
    }

    public void start() {
        lives.start();
    }

    @Override
    public String name() {
        return "shadow " + instanceId;
    }

    @Override
    public @Nullable String notReadyBecause() {
        return idle ? null : status.notReadyBecause();
    }

    /** Whether it waits for a policy to come into shadow. */
    public boolean isIdle() {
        return idle;
    }

    /** Finishes the batch in hand, commits it and leaves the group; bounded by 20 s. */
    @Override
    public void close() {
        lives.close();
    }

    private void runOnce() {
        try (KafkaEngineLog clients = new KafkaEngineLog(cluster, KafkaSettings.SHADOW_GROUP, instanceId)) {
            long since = awaitPolicy(clients);
            if (since == InShadow.NEVER) {
                return;
            }
            EngineLog shadowLog = new ShadowLog(clients, clients.positionsOf(KafkaSettings.SCORER_GROUP), since, anew);
            Engine next = new Engine(
                    Duty.SHADOW,
                    instanceId,
                    shadowLog,
                    schemaIds,
                    compiler,
                    Duration.ZERO,
                    NO_SNAPSHOTS_BUDGET,
                    Warming.PACE,
                    NO_BREAKER,
                    metrics,
                    status);
            engine = next;
            try {
                run(next, since);
            } finally {
                engine = null;
            }
        }
    }

    /**
     * A state can be restored at the group's positions from snapshots that are not ahead of them, or from the whole log.
     * Where neither can be had the next life begins where the deciding group is.
     */
    private void run(Engine next, long since) {
        try {
            if (!lives.isClosing()) {
                next.runWhileInShadow(since);
            }
            anew = false;
        } catch (StateLostException e) {
            anew = true;
            throw new EngineLogException(
                    "it begins where the deciding group is: " + e.getMessage()); // nothing to wait for
        } catch (RuntimeException e) {
            anew = false;
            throw e;
        }
    }

    /** Follows the control topic until a policy is in shadow; says since where, or {@link InShadow#NEVER} when closing. */
    private long awaitPolicy(EngineLog clients) {
        RecordDecoder decoder = new RecordDecoder(schemaIds);
        InShadow inShadow = new InShadow();
        RecordSource control = clients.open("control");
        control.assign(List.of(CONTROL));
        long end = control.stableEnds(List.of(CONTROL)).getOrDefault(CONTROL, 0L);
        while (!lives.isClosing()) {
            boolean caughtUp = control.position(CONTROL) >= end;
            if (caughtUp && inShadow.since() != InShadow.NEVER) {
                status.restoring(0, 0);
                idle = false;
                log.info("policies {} are in shadow since offset {}", inShadow.policies(), inShadow.since());
                return inShadow.since();
            }
            idle = caughtUp;
            control.poll(POLL).forEach(record -> fold(decoder, inShadow, record));
        }
        return InShadow.NEVER;
    }

    private static void fold(RecordDecoder decoder, InShadow inShadow, LogRecord record) {
        try {
            if (decoder.decode(record) instanceof PolicyShadowed change) {
                inShadow.fold(change, record.offset());
            }
        } catch (RecordDecoder.UndecodableException e) {
            // reported by those who decide
        }
    }
}
