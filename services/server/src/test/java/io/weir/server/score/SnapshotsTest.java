package io.weir.server.score;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.core.decide.DecisionStateMachine;
import io.weir.core.decide.Sweep;
import io.weir.core.policy.Entity;
import io.weir.events.AccountSnapshot;
import io.weir.events.EntitySnapshot;
import io.weir.events.Event;
import io.weir.events.EventWriter;
import io.weir.events.Sha256;
import io.weir.events.SweepCompleted;
import io.weir.events.Topics;
import io.weir.events.TransactionSubmitted;
import io.weir.server.log.CommittedPosition;
import io.weir.server.log.SnapshotReader;
import io.weir.server.log.memory.Calls;
import io.weir.server.log.memory.MemoryLog;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Which snapshots are used, which are not and why, and what is not written. On a log in memory. */
class SnapshotsTest {
    private static final int PARTITIONS = 2;
    private static final long NOW = 1_750_000_000_000L;
    private static final int ALL = Integer.MAX_VALUE;
    private final MemoryLog log = new MemoryLog(PARTITIONS, new Random(1), 0);
    private final DecisionStateMachine machine = new DecisionStateMachine();
    /** Of what has been folded. */
    private final long[] positions = new long[PARTITIONS];

    private static TransactionSubmitted payment(String id, String account, String suffix) {
        return new TransactionSubmitted(
                id,
                account,
                NOW,
                NOW,
                1_000,
                "EUR",
                "terminal" + suffix,
                "merchant" + suffix,
                null,
                "counterparty" + suffix,
                "device" + suffix,
                "ip" + suffix,
                null,
                null);
    }

    private void fold(int partition, TransactionSubmitted event) {
        machine.fold(event, partition, positions[partition]++);
    }

    /** Two accounts with a transaction each at the same entities, swept onto the log. */
    private void swept() {
        fold(0, payment("one", "a", "-1"));
        fold(1, payment("two", "b", "-1"));
        Sweep sweep = machine.sweep(positions);
        assertThat(sweep.write(positions, ALL, this::append)).isTrue();
        append(sweep.completed());
    }

    private void append(Event snapshot) {
        if (snapshot instanceof AccountSnapshot account) {
            log.append(Topics.ACCOUNT_PROFILES, account.partition(), snapshot);
        } else {
            log.append(Topics.ENTITY_PROFILES, 0, snapshot);
        }
    }

    private RestoreStart load(long[] beginnings, long[] ends, Map<Integer, CommittedPosition> committed)
            throws Snapshots.UnusableException {
        try (SnapshotReader reader = new SnapshotReader(log.engine("reader", "reader", Calls.UNDISTURBED))) {
            while (!reader.readOn(Duration.ZERO)) {
                // everything is there
            }
            return new Snapshots(new DecisionStateMachine(), new RecordDecoder(MemoryLog.IDS), PARTITIONS)
                    .load(reader, beginnings, ends, committed);
        }
    }

    private RestoreStart load() throws Snapshots.UnusableException {
        return load(new long[PARTITIONS], positions, Map.of());
    }

    private void refused(String... parts) {
        assertThatExceptionOfType(Snapshots.UnusableException.class)
                .isThrownBy(this::load)
                .satisfies(refusal -> assertThat(refusal.getMessage() + " Remedy: " + refusal.remedy())
                        .contains(parts));
    }

    private EntitySnapshot terminal() {
        List<EntitySnapshot> terminals = new ArrayList<>();
        fold(0, payment("three", "a", "-1"));
        machine.sweep(positions).write(positions, ALL, snapshot -> {
            if (snapshot instanceof EntitySnapshot entity && entity.key().equals("terminal:terminal-1")) {
                terminals.add(entity);
            }
        });
        return terminals.getFirst();
    }

    @Test
    void whatASweepWroteIsUsed() throws Exception {
        swept();

        RestoreStart start = load();

        assertThat(start.accounts()).isEqualTo(2);
        assertThat(start.entities()).isEqualTo(Entity.values().length - 1);
        assertThat(start.from()).isEqualTo(positions);
    }

    @Test
    void withoutACompleteSweepNoneIsUsed() throws Exception {
        fold(0, payment("one", "a", "-1"));
        machine.sweep(positions).write(positions, ALL, this::append);

        assertThat(load().snapshots()).isZero();
    }

    @Test
    void aDamagedEntityIsNamed() {
        swept();
        EntitySnapshot whole = terminal();
        byte[] state = whole.state().clone();
        state[state.length / 2] ^= 4;
        append(new EntitySnapshot(
                whole.kind(), whole.id(), whole.positions(), whole.formatVersion(), whole.checksum(), state));

        refused(
                "the snapshot with key terminal:terminal-1 at weir.entity-profiles/0 offset ",
                "its checksum does not fit",
                "restore the topic from a backup",
                "weir topics --apply");
    }

    @Test
    void anEntityOfAnotherFormatIsNamed() {
        swept();
        EntitySnapshot whole = terminal();
        append(EntitySnapshot.of(whole.kind(), whole.id(), whole.positions(), 999, whole.state()));

        refused("key terminal:terminal-1", "format version 999", "run the version that wrote it");
    }

    @Test
    void anEntityOfALogWithOtherPartitionsIsNamed() {
        swept();
        EntitySnapshot whole = terminal();
        append(EntitySnapshot.of(whole.kind(), whole.id(), new long[] {1, 1, 1}, whole.formatVersion(), whole.state()));

        refused("key terminal:terminal-1", "positions of 3 partitions, and there are 2");
    }

    @Test
    void anEntityThatIsSomethingElseIsNamed() {
        swept();
        log.append(
                Topics.ENTITY_PROFILES,
                new MemoryLog.Input(
                        0, "a".getBytes(UTF_8), new EventWriter(MemoryLog.IDS).write(payment("x", "a", ""))));

        refused("the snapshot with key a at weir.entity-profiles/0", "TransactionSubmitted");
    }

    @Test
    void aSweepOfALogWithOtherPartitionsIsNamed() {
        swept();
        append(new SweepCompleted(new long[] {1}, 0, 0));

        refused("the snapshot with key sweep", "positions of 1 partitions, and there are 2");
    }

    @Test
    void aSweepThatIsNoEventIsNamed() {
        swept();
        log.append(Topics.ENTITY_PROFILES, new MemoryLog.Input(0, "sweep".getBytes(UTF_8), new byte[] {1, 2}));

        refused("the snapshot with key sweep", "cannot be decoded");
    }

    @Test
    void anAccountOfAPartitionThatIsNotThereIsNamed() {
        swept();
        AccountSnapshot foreign = AccountSnapshot.of("c", 7, 1, DecisionStateMachine.STATE_FORMAT, new byte[] {0});
        log.append(Topics.ACCOUNT_PROFILES, log.input(0, foreign));

        refused("the snapshot with key c at weir.account-profiles/0", "partition 7, and there are 2");
    }

    @Test
    void snapshotsOfMoreThanTheLogHasAreRefused() {
        swept();

        assertThatExceptionOfType(Snapshots.UnusableException.class)
                .isThrownBy(() -> load(new long[PARTITIONS], new long[] {0, 1}, Map.of()))
                .withMessageContaining("partition 0 of weir.transactions up to offset 1, but it ends at 0");
    }

    @Test
    void snapshotsOfMoreThanTheGroupHasDecidedAreRefusedWithTheCommandThatHelps() {
        swept();

        assertThatExceptionOfType(Snapshots.UnusableException.class)
                .isThrownBy(() -> load(
                        new long[PARTITIONS],
                        positions,
                        Map.of(
                                1,
                                new CommittedPosition(0, Sha256.of(new byte[0]).hex()))))
                .withMessageContaining("the group has decided only up to 0")
                .satisfies(refusal -> assertThat(refusal.remedy()).contains("--reset-offsets --to-offset 1"));
    }

    @Test
    void eventsThatRetentionDeletedBeforeASnapshotHadThemAreNotWaitedFor() throws Exception {
        swept();

        RestoreStart start = load(new long[] {5, 0}, new long[] {9, 1}, Map.of());

        assertThat(start.from()).containsExactly(5, 1);
    }

    @Test
    void aSnapshotThatFitsInNoRecordEndsTheSweepsAndNothingElse() {
        for (int i = 0; i < 16_384; i++) {
            fold(0, payment("t" + i, "hot", "-" + "x".repeat(100) + i));
        }
        AtomicLong nowNs = new AtomicLong();
        Sweeper sweeper = new Sweeper(
                machine,
                Duration.ofSeconds(1),
                ALL,
                new EngineMetrics(new SimpleMeterRegistry(), "engine"),
                nowNs::get,
                new long[PARTITIONS]);

        nowNs.addAndGet(Duration.ofSeconds(2).toNanos());
        sweeper.follow(true, positions::clone);
        assertThat(sweeper.underWay()).isTrue();
        Batch batch = new Batch(Duty.DECIDE, "engine", new ChainHeads(), new BatchBuffers(MemoryLog.IDS));
        sweeper.write(batch, positions);

        assertThat(sweeper.underWay()).isFalse();
        assertThat(batch.records())
                .noneMatch(record -> record.topic() == Topics.ACCOUNT_PROFILES)
                .noneMatch(record -> Arrays.equals(record.key(), SweepCompleted.KEY.getBytes(UTF_8)));

        fold(0, payment("more", "other", "-1"));
        nowNs.addAndGet(Duration.ofSeconds(2).toNanos());
        sweeper.follow(true, positions::clone);
        assertThat(sweeper.underWay()).isFalse();
    }
}
