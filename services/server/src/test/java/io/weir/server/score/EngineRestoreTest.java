package io.weir.server.score;

import static io.weir.server.score.EngineFixture.NOON_MS;
import static io.weir.server.score.EngineFixture.transaction;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.events.AccountSnapshot;
import io.weir.events.SweepCompleted;
import io.weir.events.Topics;
import io.weir.events.TransactionDecided;
import io.weir.server.log.TestLog;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Restoring from snapshots, and what happens when they cannot be used. */
class EngineRestoreTest {
    private static final Duration OFTEN = Duration.ofMillis(300);
    private static final int ACCOUNTS = 11;
    private static final int TERMINALS = 3;
    private static final int CONTROL_RECORDS = 2;

    private EngineFixture engines;
    private TestLog log;
    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();

    @BeforeEach
    void start() throws Exception {
        engines = new EngineFixture();
        log = engines.log;
    }

    @AfterEach
    void stop() {
        engines.close();
    }

    @Test
    void fromSnapshotsItDecidesAsIfItHadReplayedTheWholeLogAlsoWhereTheLogIsGone() throws Exception {
        sweptUpTo(200);
        Scorer second = engines.ready(engines.scorer("one"));
        append(200, 230);
        engines.decided(230);
        second.close();
        engines.ready(engines.scorer("one", Duration.ZERO, metrics)).close();
        assertThat(metrics.get("weir.restore.snapshots").gauge().value()).isEqualTo(ACCOUNTS + TERMINALS);
        assertThat(metrics.get("weir.restore.records").gauge().value()).isEqualTo(30.0 + CONTROL_RECORDS);

        truncate(lastSweep().positions());
        engines.ready(engines.scorer("one", Duration.ZERO, metrics));
        append(230, 260);
        append(0, 20); // repetitions, known from snapshots alone
        assertCounts(engines.decided(260), 260, 230);
        assertThat(log.read(Topics.DUPLICATES, all -> all.size() >= 20)).hasSize(20);
        engines.chains(260);
    }

    @Test
    void anEngineThatTakesPartitionsOverSweepsOn() throws Exception {
        sweptUpTo(50);
        engines.ready(engines.scorer("two", OFTEN, new SimpleMeterRegistry()));
        append(50, 100);
        assertCounts(engines.decided(100), 100, 0);
        Awaitility.await()
                .atMost(Duration.ofMinutes(1))
                .until(() -> Arrays.stream(lastSweep().positions()).sum() == 100);
    }

    static Stream<Arguments> damages() {
        UnaryOperator<AccountSnapshot> flipped = whole -> {
            byte[] state = whole.state().clone();
            state[state.length / 2] ^= 4;
            return new AccountSnapshot(
                    whole.accountId(),
                    whole.partition(),
                    whole.position(),
                    whole.formatVersion(),
                    whole.checksum(),
                    state);
        };
        UnaryOperator<AccountSnapshot> otherFormat =
                whole -> AccountSnapshot.of(whole.accountId(), whole.partition(), whole.position(), 99, whole.state());
        UnaryOperator<AccountSnapshot> nonsense = whole -> AccountSnapshot.of(
                whole.accountId(), whole.partition(), whole.position(), whole.formatVersion(), new byte[] {-1, -1, 7});
        return Stream.of(
                Arguments.of("its checksum does not fit", flipped),
                Arguments.of("its state has format version 99", otherFormat),
                Arguments.of("its state cannot be read", nonsense),
                Arguments.of("it cannot be decoded", null));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("damages")
    void aSnapshotThatCannotBeUsedIsDoneWithoutWhileTheLogIsCompleteAndRefusedByNameWhenItIsNot(
            String why, UnaryOperator<AccountSnapshot> damage) throws Exception {
        sweptUpTo(60);
        ConsumerRecord<byte[], byte[]> record = lastOf("a3");
        byte[] value =
                damage == null ? new byte[] {1, 2, 3} : log.encoded(damage.apply((AccountSnapshot) log.event(record)));
        log.appendRaw(Topics.ACCOUNT_PROFILES, record.partition(), "a3", value);
        ConsumerRecord<byte[], byte[]> damaged = lastOf("a3");

        Scorer rebuilt = engines.ready(engines.scorer("one", Duration.ZERO, metrics));
        assertThat(metrics.get("weir.restore.snapshots").gauge().value()).isZero();
        append(60, 90);
        assertCounts(engines.decided(90), 90, 60);
        rebuilt.close();

        truncate(lastSweep().positions());
        Scorer refusing = engines.scorer("one", Duration.ZERO, metrics);
        engines.refusal(
                refusing,
                why,
                "key a3",
                Topics.ACCOUNT_PROFILES.topicName() + "/" + damaged.partition() + " offset " + damaged.offset(),
                "begins at offset",
                "Remedy",
                "tombstone");

        log.appendRaw(Topics.ACCOUNT_PROFILES, null, "a3", null); // the remedy; the engine tries again by itself
        engines.ready(refusing);
        append(90, 101);
        List<TransactionDecided> decided = engines.decided(101);
        assertThat(decided).hasSize(101);
        assertThat(decided.stream()
                        .filter(decision -> number(decision) >= 90 && number(decision) % ACCOUNTS == 4)
                        .findFirst()
                        .orElseThrow()
                        .featureValues()[0])
                .describedAs("another account is as it was")
                .isEqualTo(92 / ACCOUNTS + 1.0);
    }

    /** Has an engine decide so many transactions, write snapshots of all of them, and end. */
    private void sweptUpTo(int count) throws Exception {
        Scorer first = engines.ready(engines.scorer("one", OFTEN, new SimpleMeterRegistry()));
        append(0, count);
        engines.decided(count);
        Awaitility.await()
                .atMost(Duration.ofMinutes(1))
                .until(() -> Arrays.stream(lastSweep().positions()).sum() == count);
        first.close();
    }

    private SweepCompleted lastSweep() {
        List<SweepCompleted> sweeps = log.read(Topics.ENTITY_PROFILES, all -> true).stream()
                .map(log::event)
                .filter(SweepCompleted.class::isInstance)
                .map(SweepCompleted.class::cast)
                .toList();
        return sweeps.isEmpty() ? new SweepCompleted(new long[EngineFixture.PARTITIONS], 0, 0) : sweeps.getLast();
    }

    private ConsumerRecord<byte[], byte[]> lastOf(String account) {
        return log.read(Topics.ACCOUNT_PROFILES, all -> true).stream()
                .filter(record -> account.equals(new String(record.key())))
                .reduce((earlier, later) -> later)
                .orElseThrow();
    }

    private void truncate(long[] positions) throws Exception {
        Map<TopicPartition, RecordsToDelete> deleted = new HashMap<>();
        for (int partition = 0; partition < positions.length; partition++) {
            deleted.put(
                    new TopicPartition(Topics.TRANSACTIONS.topicName(), partition),
                    RecordsToDelete.beforeOffset(positions[partition]));
        }
        try (Admin admin = log.admin()) {
            admin.deleteRecords(deleted).all().get();
        }
    }

    private void append(int from, int to) throws Exception {
        for (int i = from; i < to; i++) {
            log.append(
                    Topics.TRANSACTIONS,
                    transaction("t" + i, "a" + i % ACCOUNTS, "terminal" + i % TERMINALS, NOON_MS + i, 1_000));
        }
    }

    /**
     * Checks what was counted.
     *
     * @param restored whoever decided a transaction with this number or a later one had seen all before it; a terminal's
     *     other transactions lie in other partitions, and may have come later
     */
    private static void assertCounts(List<TransactionDecided> decided, int count, int restored) {
        assertThat(decided)
                .hasSize(count)
                .extracting(TransactionDecided::transactionId)
                .doesNotHaveDuplicates();
        for (TransactionDecided decision : decided) {
            int number = number(decision);
            assertThat(decision.featureValues()[0])
                    .describedAs(decision.toString())
                    .isEqualTo(number / ACCOUNTS + 1.0);
            assertThat(decision.featureValues()[1])
                    .describedAs(decision.toString())
                    .isLessThanOrEqualTo(number / TERMINALS + 1.0)
                    .isGreaterThanOrEqualTo(number < restored ? 1.0 : restored / TERMINALS + 1.0);
        }
    }

    private static int number(TransactionDecided decision) {
        return Integer.parseInt(decision.transactionId().substring(1));
    }
}
