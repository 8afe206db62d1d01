package io.weir.server.score;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.server.log.memory.Calls;
import io.weir.server.log.memory.MemoryLog;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** More engines than partitions: the one too many is ready, in time, to take over. On a log in memory, in its time. */
class SpareEngineTest {
    private final MemoryLog log = new MemoryLog(1, new Random(1), 0);

    private Engine engine(String instanceId, EngineStatus status) {
        Engine engine = new Engine(
                Duty.DECIDE,
                instanceId,
                log.engine(instanceId, instanceId, Calls.UNDISTURBED),
                MemoryLog.IDS,
                SimulatedTraffic::compile,
                Duration.ZERO,
                Sweeper.BUDGET_BYTES,
                Warming.PACE,
                DeadLetterBreakerSettings.defaults(),
                new EngineMetrics(new SimpleMeterRegistry(), instanceId),
                status);
        engine.begin();
        return engine;
    }

    @Test
    void itCountsAsReadyOnceTheGroupHasHadTenSecondsToGiveItAPartition() {
        new SimulatedTraffic(log, new Random(1), false).startDeciding();
        EngineStatus first = new EngineStatus();
        Engine owner = engine("owner", first);
        while (first.notReadyBecause() != null) {
            owner.step();
        }
        EngineStatus second = new EngineStatus();
        Engine spare = engine("spare", second);
        boolean settled = false;
        for (int i = 0; i < 1_000 && !settled; i++) {
            if (i % 20 == 19) {
                log.rebalance(); // it is for chance to decide which of the two gets the partition
            }
            spare.step();
            owner.step();
            String why = second.notReadyBecause();
            settled = why != null
                    && why.startsWith("the group has given it no partition yet")
                    && first.notReadyBecause() == null;
        }
        assertThat(settled)
                .as("the first has it, the second waits for its share")
                .isTrue();

        log.pass(Duration.ofSeconds(11).toNanos());
        spare.step();

        assertThat(second.notReadyBecause()).isNull();
    }
}
