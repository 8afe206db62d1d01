package io.weir.server.score;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.weir.core.decide.Outcome;
import io.weir.events.Decision;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** What an engine tells about itself. */
final class EngineMetrics {
    final Timer foldTime;
    final Timer commitTime;
    final AtomicLong lag = new AtomicLong();
    final AtomicLong accounts = new AtomicLong();
    final AtomicLong entities = new AtomicLong();
    private final Map<Decision, Counter> decisions = new EnumMap<>(Decision.class);
    private final Counter duplicates;
    private final Counter labels;
    private final Counter deadLetters;
    private final Counter aborts;
    private final DistributionSummary batchRecords;

    EngineMetrics(MeterRegistry registry, String engine) {
        for (Decision decision : Decision.values()) {
            decisions.put(
                    decision,
                    Counter.builder("weir.decisions.committed")
                            .description("Committed decisions")
                            .tag("engine", engine)
                            .tag("decision", decision.name())
                            .register(registry));
        }
        duplicates = counter(registry, engine, "weir.duplicates.committed", "Repeated submissions, not decided again");
        labels = counter(registry, engine, "weir.labels.folded", "Labels folded");
        deadLetters = counter(registry, engine, "weir.dead.letters.committed", "Records that could not be folded");
        aborts = counter(registry, engine, "weir.transactions.aborted", "Kafka transactions that were aborted");
        batchRecords = DistributionSummary.builder("weir.batch.records")
                .description("Records in one transaction")
                .tag("engine", engine)
                .register(registry);
        foldTime = timer(registry, engine, "weir.batch.fold", "Folding and deciding one batch");
        commitTime = timer(registry, engine, "weir.batch.commit", "Committing one batch");
        gauge(registry, engine, "weir.scorer.lag", "Records of the engine's partitions not yet decided", lag);
        gauge(registry, engine, "weir.state.accounts", "Accounts in the state", accounts);
        gauge(registry, engine, "weir.state.entities", "Entities in the state, accounts apart", entities);
    }

    void committed(Batch batch) {
        batchRecords.record(batch.size());
        batch.decisions().forEach((decision, count) -> {
            Counter counter = decisions.get(decision);
            if (counter != null) {
                counter.increment(count);
            }
        });
        duplicates.increment(batch.count(Outcome.Repeated.class));
        labels.increment(batch.count(Outcome.Labelled.class));
        deadLetters.increment(batch.count(Outcome.Refused.class));
    }

    void aborted() {
        aborts.increment();
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
