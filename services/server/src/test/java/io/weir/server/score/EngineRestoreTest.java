package io.weir.server.score;

import static io.weir.server.score.EngineFixture.NOON_MS;
import static io.weir.server.score.EngineFixture.transaction;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.events.AccountSnapshot;
import io.weir.events.FraudAlertRaised;
import io.weir.events.Reason;
import io.weir.events.SweepCompleted;
import io.weir.events.Topics;
import io.weir.events.TransactionDecided;
import io.weir.server.log.TestLog;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

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

    /** They are written while the batch before is made and committed in the background: neither may see the other. */
    @Test
    void snapshotsAmongTheDecisionsOnABacklogLeaveBothWhole() throws Exception {
        int count = 40_000;
        int accounts = 3_001;
        log.commit(IntStream.range(0, count)
                .mapToObj(i -> transaction("t" + i, "a" + i % accounts, "terminal" + i % 1_999, NOON_MS + i, 90_000))
                .toList());
        Scorer first = engines.ready(engines.scorer("one", Duration.ofMillis(1), metrics));
        assertThat(engines.decided(count)).hasSize(count).allSatisfy(decision -> assertThat(decision.featureValues()[0])
                .isEqualTo(number(decision) / accounts + 1.0));
        engines.chains(count);
        assertThat(log.events(Topics.FRAUD_ALERTS, FraudAlertRaised.class, count))
                .hasSize(count)
                .allSatisfy(alert -> assertThat(alert.reasons()).isEqualTo(List.of(new Reason("LARGE", "large", 90))));
        first.close();
        assertThat(log.read(Topics.ACCOUNT_PROFILES, all -> true).stream().map(log::event))
                .hasSizeGreaterThan(accounts)
                .allMatch(AccountSnapshot.class::isInstance);
    }

    /** By what the refusal says, what is done to a snapshot; null for bytes that are none. */
    private static Map<String, @Nullable UnaryOperator<AccountSnapshot>> damages() {
        Map<String, @Nullable UnaryOperator<AccountSnapshot>> damages = new LinkedHashMap<>();
        damages.put("its checksum does not fit", whole -> {
            byte[] state = whole.state().clone();
            state[state.length / 2] ^= 4;
            return new AccountSnapshot(
                    whole.accountId(),
                    whole.partition(),
                    whole.position(),
                    whole.formatVersion(),
                    whole.checksum(),
                    state);
        });
        damages.put(
                "its state has format version 99",
                whole -> AccountSnapshot.of(whole.accountId(), whole.partition(), whole.position(), 99, whole.state()));
        damages.put(
                "its state cannot be read",
                whole -> AccountSnapshot.of(
                        whole.accountId(), whole.partition(), whole.position(), whole.formatVersion(), new byte[] {
                            -1, -1, 7
                        }));
        damages.put("it cannot be decoded", null);
        return damages;
    }

    @Test
    void aSnapshotThatCannotBeUsedIsDoneWithoutWhileTheLogIsCompleteAndRefusedByNameWhenItIsNot() throws Exception {
        sweptUpTo(60);
        AccountSnapshot whole = (AccountSnapshot) log.event(lastOf("a3"));
        int decided = 60;
        for (UnaryOperator<AccountSnapshot> damage : damages().values()) {
            damage(whole, damage);
            Scorer rebuilt = engines.ready(engines.scorer("one", Duration.ZERO, metrics));
            assertThat(metrics.get("weir.restore.snapshots").gauge().value()).isZero();
            append(decided, decided + 10);
            assertCounts(engines.decided(decided + 10), decided + 10, decided);
            decided += 10;
            rebuilt.close();
        }

        truncate(lastSweep().positions());
        for (Map.Entry<String, @Nullable UnaryOperator<AccountSnapshot>> damage :
                damages().entrySet()) {
            ConsumerRecord<byte[], byte[]> damaged = damage(whole, damage.getValue());
            Scorer refusing = engines.scorer("one", Duration.ZERO, metrics);
            engines.refusal(
                    refusing,
                    damage.getKey(),
                    "key a3",
                    Topics.ACCOUNT_PROFILES.topicName() + "/" + damaged.partition() + " offset " + damaged.offset(),
                    "begins at offset",
                    "Remedy",
                    "tombstone");
            refusing.close();
        }

        Scorer refusing = engines.scorer("one", Duration.ZERO, metrics);
        log.appendRaw(Topics.ACCOUNT_PROFILES, null, "a3", null); // the remedy; the engine tries again by itself
        engines.ready(refusing);
        append(100, 111);
        assertThat(engines.decided(111).stream()
                        .filter(decision -> number(decision) >= 100 && number(decision) % ACCOUNTS == 4)
                        .findFirst()
                        .orElseThrow()
                        .featureValues()[0])
                .describedAs("another account is as it was")
                .isEqualTo(103 / ACCOUNTS + 1.0);
    }

    /** Appends a snapshot of the account, damaged. */
    private ConsumerRecord<byte[], byte[]> damage(
            AccountSnapshot whole, @Nullable UnaryOperator<AccountSnapshot> damage) throws Exception {
        byte[] value = damage == null ? new byte[] {1, 2, 3} : log.encoded(damage.apply(whole));
        log.appendRaw(Topics.ACCOUNT_PROFILES, whole.partition(), "a3", value);
        return lastOf("a3");
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
