package io.weir.server.gateway;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.weir.events.TransactionDecided;
import io.weir.server.log.BatchTimes;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Where the time between a request and its answer goes, in five stages that follow each other and add up to it:
 *
 * <ol>
 *   <li><b>append</b>: until the log has acknowledged the transaction, or its folding begins, whichever is first;
 *   <li><b>wait</b>: until the engine begins to fold the batch that it is in;
 *   <li><b>fold</b>: until the batch is folded and decided;
 *   <li><b>commit</b>: until the batch's commit returns, or the answer is out, whichever is first;
 *   <li><b>reply</b>: until the answer has been handed to the connection.
 * </ol>
 *
 * <p>All but the first are known where the engine runs in the same process: clocks of two processes do not add up.
 */
final class Stages {
    private final BatchTimes batches;
    private final Timer append;
    private final Timer wait;
    private final Timer fold;
    private final Timer commit;
    private final Timer reply;

    Stages(MeterRegistry registry, BatchTimes batches) {
        this.batches = batches;
        append = timer(registry, "append");
        wait = timer(registry, "wait");
        fold = timer(registry, "fold");
        commit = timer(registry, "commit");
        reply = timer(registry, "reply");
    }

    /** A caller has been answered. Of repetitions nothing is recorded: they were decided before. */
    void answered(Outcome.Decided outcome, long arrivedNs, long answeredNs) {
        if (outcome.duplicate()) {
            return;
        }
        TransactionDecided decision = outcome.decision();
        BatchTimes.Batch batch = batches.of(decision.sourcePartition(), decision.sourceOffset());
        if (batch == null) {
            record(append, arrivedNs, outcome.acknowledgedNs());
            return;
        }
        long beganNs = batch.beganNs();
        long appendedNs = beganNs - outcome.acknowledgedNs() < 0 ? beganNs : outcome.acknowledgedNs();
        Long committedNs = batch.committedNs();
        long doneNs = committedNs == null || answeredNs - committedNs < 0 ? answeredNs : committedNs;
        record(append, arrivedNs, appendedNs);
        record(wait, appendedNs, beganNs);
        record(fold, beganNs, batch.foldedNs());
        record(commit, batch.foldedNs(), doneNs);
        record(reply, doneNs, answeredNs);
    }

    private static void record(Timer stage, long fromNs, long toNs) {
        stage.record(toNs - fromNs, TimeUnit.NANOSECONDS);
    }

    private static Timer timer(MeterRegistry registry, String stage) {
        return Timer.builder("weir.gateway.stage")
                .description(
                        "Where the time from a request to its answer goes: append to the log, wait for the engine, fold"
                                + " and commit of the batch, reply; all but append only where engine and gateway share a process")
                .tag("stage", stage)
                .publishPercentileHistogram()
                .minimumExpectedValue(Duration.ofNanos(10_000))
                .maximumExpectedValue(Duration.ofSeconds(10))
                .register(registry);
    }
}
