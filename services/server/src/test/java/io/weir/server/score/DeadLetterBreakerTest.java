package io.weir.server.score;

import static io.weir.server.score.EngineFixture.NOON_MS;
import static io.weir.server.score.EngineFixture.transaction;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.events.Topics;
import io.weir.events.TransactionDecided;
import io.weir.server.log.HomePartition;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A partition full of garbage, on the real broker. */
class DeadLetterBreakerTest {
    private static final int GARBAGE = 40;
    /** Opens after ten records, then takes five at a time: 40 dead letters take six probes. */
    private static final DeadLetterBreakerSettings SETTINGS =
            new DeadLetterBreakerSettings(true, 0.2, 20, 10, Duration.ofMillis(100), 5);

    private EngineFixture engines;
    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();

    @BeforeEach
    void start() throws Exception {
        engines = new EngineFixture();
    }

    @AfterEach
    void stop() {
        engines.close();
    }

    @Test
    void itsPartitionIsPausedOthersGoOnAndInTheEndEverythingIsDecidedOnce() throws Exception {
        Set<String> sent = new HashSet<>();
        for (int i = 0; i < GARBAGE; i++) {
            engines.log.appendRaw(Topics.TRANSACTIONS, 0, "garbage", new byte[] {(byte) i});
        }
        for (int i = 0; i < 100; i++) { // behind it, and in the other partitions
            engines.log.append(Topics.TRANSACTIONS, transaction("t" + i, "a" + i, NOON_MS + i, 1_000));
            sent.add("t" + i);
        }
        DeadLetterBreakerSettings forGood = new DeadLetterBreakerSettings(true, 0.2, 20, 10, Duration.ofHours(1), 5);
        Scorer scorer = engines.scorer("one", forGood, metrics);
        Awaitility.await()
                .atMost(Duration.ofMinutes(1))
                .until(() -> scorer.partitions().notReadyBecause() != null);
        assertThat(scorer.partitions().notReadyBecause())
                .contains("partitions [0] are paused", "weir dead-letters list");
        assertThat(scorer.partitions().holdsTrafficBack()).isFalse();
        engines.ready(scorer);
        assertThat(breakerState(0)).isEqualTo(2);
        Set<String> elsewhere = new HashSet<>();
        Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> breakerState(1) == 0);
        int inOthers = (int) sent.stream().filter(id -> partitionOf(id) != 0).count();
        engines.decided(inOthers).forEach(decided -> {
            assertThat(decided.sourcePartition()).isNotZero();
            elsewhere.add(decided.transactionId());
        });
        assertThat(elsewhere).hasSize(inOthers);
        assertThat(engines.log.read(Topics.DEAD_LETTERS, all -> all.size() >= 10))
                .hasSize(10);
        scorer.close();

        Scorer next = engines.scorer("one", SETTINGS, metrics);
        List<TransactionDecided> decided = engines.decided(sent.size());
        assertThat(decided).extracting(TransactionDecided::transactionId).containsExactlyInAnyOrderElementsOf(sent);
        assertThat(engines.log.read(Topics.DEAD_LETTERS, all -> all.size() >= GARBAGE))
                .hasSize(GARBAGE);
        Awaitility.await()
                .atMost(Duration.ofMinutes(1))
                .until(() -> next.partitions().notReadyBecause() == null);
        assertThat(breakerState(0)).isZero();
        engines.chains(sent.size());
    }

    private double breakerState(int partition) {
        var gauge = metrics.find("weir.partition.breaker.state")
                .tag("partition", String.valueOf(partition))
                .gauge();
        return gauge == null ? -1 : gauge.value();
    }

    private static int partitionOf(String transaction) {
        byte[] key = ("a" + transaction.substring(1)).getBytes(java.nio.charset.StandardCharsets.UTF_8);
        return HomePartition.of(key, EngineFixture.PARTITIONS);
    }
}
