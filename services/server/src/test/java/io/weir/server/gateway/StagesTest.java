package io.weir.server.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.events.Decision;
import io.weir.events.TransactionDecided;
import io.weir.server.log.BatchTimes;
import io.weir.server.log.LogRecord;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Times in nanoseconds; the request comes at 1,000. */
class StagesTest {
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final BatchTimes batches = new BatchTimes();
    private final Stages stages = new Stages(registry, batches);

    @Test
    void theStagesFollowEachOtherAndAddUp() {
        fold(2_500, 2_600).committed(3_000);
        stages.answered(decided(2_000, false), 1_000, 3_500);
        assertStages(1_000, 500, 100, 400, 500);
    }

    @Test
    void theEngineMayBeQuickerThanTheAcknowledgement() {
        fold(1_800, 1_900).committed(2_500);
        stages.answered(decided(2_000, false), 1_000, 3_000);
        assertStages(800, 0, 100, 600, 500);
    }

    @Test
    void theAnswerMayBeOutBeforeTheCommitReturns() {
        BatchTimes.Batch batch = fold(2_500, 2_600);
        stages.answered(decided(2_000, false), 1_000, 3_000);
        assertStages(1_000, 500, 100, 400, 0);
        batch.committed(4_000);
        stages.answered(decided(2_000, false), 1_000, 3_000);
        assertStages(2_000, 1_000, 200, 800, 0);
    }

    @Test
    void ofAnotherProcessOnlyTheAppendIsKnown() {
        stages.answered(decided(2_000, false), 1_000, 3_500);
        assertThat(timer("append").totalTime(TimeUnit.NANOSECONDS)).isEqualTo(1_000);
        assertThat(timer("commit").count()).isZero();
    }

    @Test
    void aRepetitionIsNotCounted() {
        fold(2_500, 2_600);
        stages.answered(decided(2_000, true), 1_000, 3_500);
        assertThat(timer("append").count()).isZero();
    }

    private BatchTimes.Batch fold(long beganNs, long foldedNs) {
        return batches.folded(List.of(new LogRecord("topic", 2, 42, 0, null, null, Map.of())), beganNs, foldedNs);
    }

    private void assertStages(long append, long wait, long fold, long commit, long reply) {
        assertThat(List.of("append", "wait", "fold", "commit", "reply"))
                .extracting(stage -> (long) timer(stage).totalTime(TimeUnit.NANOSECONDS))
                .containsExactly(append, wait, fold, commit, reply);
    }

    private Timer timer(String stage) {
        return registry.get("weir.gateway.stage").tag("stage", stage).timer();
    }

    private static Outcome.Decided decided(long acknowledgedNs, boolean duplicate) {
        TransactionDecided decision = new TransactionDecided(
                "t",
                "a",
                0,
                0,
                1,
                "EUR",
                Decision.APPROVE,
                0,
                List.of(),
                new double[0],
                "p",
                SimpleScorer.POLICY,
                2,
                42,
                0);
        return new Outcome.Decided(decision, duplicate, acknowledgedNs);
    }
}
