package io.weir.server.gateway;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.weir.server.log.BatchTimes;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;

/** What the gateway counts. */
final class GatewayMetrics {
    private final MeterRegistry registry;
    private final ConcurrentMap<String, Counter> outcomes = new ConcurrentHashMap<>(); // a handful of words
    private final ConcurrentMap<String, Counter> appended = new ConcurrentHashMap<>();
    private final Counter timedOut;
    private final Timer httpToDecision;
    private final Stages stages;

    GatewayMetrics(MeterRegistry registry, BatchTimes batches) {
        this.registry = registry;
        this.stages = new Stages(registry, batches);
        this.timedOut = Counter.builder("weir.gateway.waits.timed.out")
                .description("Callers who were told that the decision is pending")
                .register(registry);
        this.httpToDecision = Timer.builder("weir.gateway.http.to.decision")
                .description("From the arrival of a request to the answer with its committed decision")
                .publishPercentileHistogram()
                .minimumExpectedValue(Duration.ofMillis(1))
                .maximumExpectedValue(Duration.ofSeconds(10))
                .register(registry);
    }

    void inFlight(IntSupplier waiting) {
        Gauge.builder("weir.gateway.in.flight", waiting, IntSupplier::getAsInt)
                .description("Callers who wait for a decision or an acknowledgement")
                .strongReference(true)
                .register(registry);
    }

    /** A submission or label was answered. */
    void answered(String outcome) {
        outcomes.computeIfAbsent(outcome, word -> Counter.builder("weir.gateway.requests")
                        .description("Submissions and labels by how they ended")
                        .tag("outcome", word)
                        .register(registry))
                .increment();
    }

    /** The log acknowledged an append. */
    void appended(String event) {
        appended.computeIfAbsent(event, word -> Counter.builder("weir.gateway.appended")
                        .description("Appends that the log acknowledged")
                        .tag("event", word)
                        .register(registry))
                .increment();
    }

    void timedOut() {
        timedOut.increment();
    }

    /** A caller who came at {@code arrivedNs} has been answered with a decision. */
    void decided(Outcome.Decided outcome, long arrivedNs) {
        long answeredNs = System.nanoTime();
        httpToDecision.record(answeredNs - arrivedNs, TimeUnit.NANOSECONDS);
        stages.answered(outcome, arrivedNs, answeredNs);
    }
}
