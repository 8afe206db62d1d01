package io.weir.server.score;

import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.weir.events.Decision;
import io.weir.server.health.HotKeys;
import io.weir.server.log.BatchTimes;
import io.weir.server.log.Failure;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** What an engine tells about itself. */
final class EngineMetrics {
    final Timer foldTime;
    final Timer commitTime;
    final AtomicLong lag = new AtomicLong();
    final AtomicLong accounts = new AtomicLong();
    final AtomicLong entities = new AtomicLong();
    final AtomicLong panedValues = new AtomicLong();
    final AtomicLong restoredSnapshots = new AtomicLong();
    final AtomicLong restoredRecords = new AtomicLong();
    final AtomicLong restoreMs = new AtomicLong();
    /** 1 while the state is being warmed. */
    final AtomicLong warming = new AtomicLong();

    final AtomicLong warmUpRecords = new AtomicLong();
    final AtomicLong warmUpMs = new AtomicLong();
    private final AtomicLong sweptNs = new AtomicLong();
    private volatile boolean swept;
    private final Counter snapshots;
    private final Counter snapshotBytes;
    private final Timer sweepTime;
    private final Map<Decision, Counter> decisions = new EnumMap<>(Decision.class);
    private final Counter duplicates;
    private final Counter labels;
    private final Counter deadLetters;
    private final Counter aborts;
    private final DistributionSummary batchRecords;
    private final MultiGauge breakers;
    private final MultiGauge stopped;
    private final Counter restarts;
    final BatchTimes batchTimes;
    final HotKeys hotKeys;

    /** Of an engine whose callers may be in this process, and read when their batches were folded and committed. */
    EngineMetrics(MeterRegistry registry, String engine, BatchTimes batchTimes, HotKeys hotKeys) {
        this(registry, engine, "weir.", batchTimes, hotKeys);
    }

    EngineMetrics(MeterRegistry registry, String engine) {
        this(registry, engine, "weir.");
    }

    /** Whose names begin with a prefix: what is decided in shadow is not to be added to what is decided. */
    EngineMetrics(MeterRegistry registry, String engine, String prefix) {
        this(registry, engine, prefix, new BatchTimes(), new HotKeys());
    }

    private EngineMetrics(
            MeterRegistry registry, String engine, String prefix, BatchTimes batchTimes, HotKeys hotKeys) {
        this.batchTimes = batchTimes;
        this.hotKeys = hotKeys;
        for (Decision decision : Decision.values()) {
            decisions.put(
                    decision,
                    Counter.builder(prefix + "decisions.committed")
                            .description("Committed decisions")
                            .tag("engine", engine)
                            .tag("decision", decision.name())
                            .register(registry));
        }
        duplicates =
                counter(registry, engine, prefix + "duplicates.committed", "Repeated submissions, not decided again");
        labels = counter(registry, engine, prefix + "labels.folded", "Labels folded");
        deadLetters = counter(registry, engine, prefix + "dead.letters.committed", "Records that could not be folded");
        aborts = counter(registry, engine, prefix + "transactions.aborted", "Kafka transactions that were aborted");
        restarts = counter(registry, engine, prefix + "engine.failures", "Ends of the engine by a failure");
        stopped = MultiGauge.builder(prefix + "engine.stopped")
                .description("1 if the engine does not decide until a person acts; the reason, and readiness, say why")
                .tag("engine", engine)
                .register(registry);
        runs();
        breakers = MultiGauge.builder(prefix + "partition.breaker.state")
                .description(
                        "Whether a partition is taken from: 0 closed, it is; 1 half open, a probe is; 2 open, it is paused")
                .tag("engine", engine)
                .register(registry);
        batchRecords = DistributionSummary.builder(prefix + "batch.records")
                .description("Records in one transaction")
                .tag("engine", engine)
                .register(registry);
        foldTime = timer(registry, engine, prefix + "batch.fold", "Folding and deciding one batch");
        commitTime = timer(registry, engine, prefix + "batch.commit", "Committing one batch");
        gauge(registry, engine, prefix + "scorer.lag", "Records of the engine's partitions not yet decided", lag);
        gauge(registry, engine, prefix + "state.accounts", "Accounts in the state", accounts);
        gauge(registry, engine, prefix + "state.entities", "Entities in the state, accounts apart", entities);
        gauge(registry, engine, prefix + "features.paned", "Feature values so far that took in panes", panedValues);
        gauge(registry, engine, prefix + "restore.snapshots", "Snapshots of the last restore", restoredSnapshots);
        gauge(registry, engine, prefix + "restore.records", "Records that the last restore replayed", restoredRecords);
        gauge(registry, engine, prefix + "restore.ms", "Duration of the last restore in milliseconds", restoreMs);
        gauge(registry, engine, prefix + "engine.warming", "1 while the state is warmed for new policies", warming);
        gauge(
                registry,
                engine,
                prefix + "engine.warmup.records",
                "Records of the present or last warm-up",
                warmUpRecords);
        Gauge.builder(prefix + "engine.warmup", warmUpMs, ms -> ms.get() / 1e3)
                .description("Duration of the present or last warm-up")
                .baseUnit("seconds")
                .tag("engine", engine)
                .register(registry);
        snapshots = counter(registry, engine, prefix + "snapshots.committed", "Snapshots of accounts and entities");
        snapshotBytes = Counter.builder(prefix + "snapshots.size")
                .description("Snapshots of accounts and entities")
                .baseUnit("bytes")
                .tag("engine", engine)
                .register(registry);
        sweepTime = timer(registry, engine, prefix + "sweep", "One sweep, from its beginning to its commit");
        Gauge.builder(prefix + "sweep.age", this::sweepAgeSeconds)
                .description("Time since this engine completed a sweep; not a number where it has not yet")
                .baseUnit("seconds")
                .tag("engine", engine)
                .register(registry);
    }

    /** A sweep was completed. */
    void swept(long tookNs) {
        sweepTime.record(tookNs, TimeUnit.NANOSECONDS);
        sweptNs.set(System.nanoTime());
        swept = true;
    }

    void committed(Batch batch) {
        snapshots.increment(batch.snapshots());
        snapshotBytes.increment(batch.snapshotBytes());
        if (batch.size() == 0) {
            return; // of snapshots alone
        }
        batchRecords.record(batch.size());
        batch.decisions().forEach((decision, count) -> {
            Counter counter = decisions.get(decision);
            if (counter != null) {
                counter.increment(count);
            }
        });
        duplicates.increment(batch.repeated());
        labels.increment(batch.labelled());
        deadLetters.increment(batch.refused());
    }

    /** The breakers of the partitions that are decided here. */
    void breakers(Map<Integer, State> states) {
        List<MultiGauge.Row<?>> rows = new ArrayList<>();
        states.forEach((partition, state) ->
                rows.add(MultiGauge.Row.of(Tags.of("partition", String.valueOf(partition)), number(state))));
        breakers.register(rows, true);
    }

    private static int number(State state) {
        return switch (state) {
            case OPEN, FORCED_OPEN -> 2;
            case HALF_OPEN -> 1;
            default -> 0;
        };
    }

    /** The engine ended by a failure. */
    void failed(Failure failure) {
        restarts.increment();
        if (failure.needsPerson()) {
            stopped(failure.reason(), 1);
        }
    }

    /** The engine decides, or is on its way to. */
    void runs() {
        stopped("none", 0);
    }

    private void stopped(String reason, int value) {
        stopped.register(List.of(MultiGauge.Row.of(Tags.of("reason", reason), value)), true);
    }

    void aborted() {
        aborts.increment();
    }

    private double sweepAgeSeconds() {
        return swept ? (double) (System.nanoTime() - sweptNs.get()) / 1e9 : Double.NaN;
    }

    private static Counter counter(MeterRegistry registry, String engine, String name, String description) {
        return Counter.builder(name)
                .description(description)
                .tag("engine", engine)
                .register(registry);
    }

    private static Timer timer(MeterRegistry registry, String engine, String name, String description) {
        return Timer.builder(name)
                .description(description)
                .tag("engine", engine)
                .publishPercentileHistogram()
                .register(registry);
    }

    private static void gauge(
            MeterRegistry registry, String engine, String name, String description, AtomicLong value) {
        Gauge.builder(name, value, AtomicLong::get)
                .description(description)
                .tag("engine", engine)
                .register(registry);
    }
}
