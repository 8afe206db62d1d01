package io.weir.core.decide;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.weir.core.policy.Entity;
import io.weir.core.window.EntityWindows;
import io.weir.core.window.StateFormatException;
import io.weir.events.AccountSnapshot;
import io.weir.events.EntitySnapshot;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The bytes of snapshots: the same for the same state, complete, and refused when they are no state. */
class SnapshotFormTest {
    private static final int RECORDS = 120;
    private static final int[] EXACT_EVENTS = {EntityWindows.EXACT_EVENTS, 0, 3, 10};

    /** A log folded and swept, as a whole. */
    private static final class Swept {
        final SnapshotTopics topics = new SnapshotTopics();
        final LogFollower follower;
        final int exactEvents;
        final Selections kept;

        Swept(long seed, Random interleaving) {
            RandomLog log = new RandomLog(seed, RECORDS);
            List<List<RandomLog.Entry>> partitions = IntStream.range(0, RandomLog.PARTITIONS)
                    .mapToObj(log::partition)
                    .toList();
            exactEvents = exactEvents(seed);
            kept = RandomPolicy.of(seed, log).selections;
            follower = new LogFollower(new DecisionStateMachine(exactEvents, kept), partitions, interleaving);
            follower.foldTo(partitions.stream().mapToInt(List::size).toArray());
            long[] positions = follower.positions();
            Sweep sweep = follower.machine.sweep(positions);
            sweep.write(positions, Integer.MAX_VALUE, topics);
            topics.accept(sweep.completed());
        }
    }

    @Test
    void equalStatesGiveEqualBytesWhateverTheInterleaving() {
        for (long seed = 0; seed < 100; seed++) {
            Swept first = new Swept(seed, new Random(seed));
            Swept second = new Swept(seed, new Random(~seed));
            assertThat(second.topics.accounts).as("seed %s", seed).isEqualTo(first.topics.accounts);
            assertThat(second.topics.entities).as("seed %s", seed).isEqualTo(first.topics.entities);
        }
    }

    @Test
    void whatIsLoadedIsWrittenAgainAsTheSameBytes() {
        for (long seed = 0; seed < 100; seed++) {
            Swept swept = new Swept(seed, new Random(seed));
            DecisionStateMachine loaded = swept.topics.load(swept.exactEvents, swept.kept);
            for (AccountSnapshot account : swept.topics.accounts.values()) {
                assertThat(loaded.state(account.accountId()))
                        .as("seed %s, %s", seed, account)
                        .isEqualTo(account.state());
                assertThat(loaded.state(Entity.ACCOUNT, account.accountId())).isEqualTo(account.state());
            }
            for (EntitySnapshot entity : swept.topics.entities.values()) {
                Entity kind = StateForm.kindNamed(entity.kind());
                assertThat(loaded.state(kind, entity.id()))
                        .as("seed %s, %s", seed, entity)
                        .isEqualTo(entity.state());
            }
            assertThat(loaded.stateHash()).as("seed %s", seed).isEqualTo(swept.follower.machine.stateHash());
        }
    }

    @Test
    void whatIsNotKeptIsSkippedAndWhatIsMissingIsGivenUp() {
        for (long seed = 0; seed < 100; seed++) {
            RandomLog log = new RandomLog(seed, RECORDS);
            Selections one = RandomPolicy.of(seed, log).selections;
            Selections both =
                    Selections.of(List.of(RandomPolicy.of(~seed, log).policy, RandomPolicy.of(seed, log).policy));
            DecisionStateMachine less = folded(log, seed, one);
            DecisionStateMachine more = folded(log, seed, both);
            SnapshotTopics ofLess = sweep(less);

            DecisionStateMachine loaded = sweep(more).load(exactEvents(seed), one);
            assertThat(loaded.stateHash()).as("seed %s", seed).isEqualTo(less.stateHash());
            for (AccountSnapshot account : ofLess.accounts.values()) {
                assertThat(more.stateLike(Entity.ACCOUNT, account.accountId(), account.state()))
                        .as("seed %s, %s", seed, account)
                        .isEqualTo(less.state(account.accountId()));
            }
            for (EntitySnapshot entity : ofLess.entities.values()) {
                Entity kind = StateForm.kindNamed(entity.kind());
                assertThat(more.stateLike(kind, entity.id(), entity.state()))
                        .as("seed %s, %s", seed, entity)
                        .isEqualTo(entity.state());
            }
            DecisionStateMachine incomplete = ofLess.load(exactEvents(seed), both);
            incomplete.forgetIncomplete();
            assertThat(incomplete.selections()).as("seed %s", seed).isEqualTo(one);
            assertThat(incomplete.stateHash()).as("seed %s", seed).isEqualTo(less.stateHash());
        }
    }

    private static DecisionStateMachine folded(RandomLog log, long seed, Selections kept) {
        DecisionStateMachine machine = new DecisionStateMachine(exactEvents(seed), kept);
        log.entries.forEach(entry -> machine.fold(entry.event(), entry.partition(), entry.offset()));
        return machine;
    }

    private static int exactEvents(long seed) {
        return EXACT_EVENTS[(int) (seed % EXACT_EVENTS.length)];
    }

    /** All of it is new to the state, so all of it is written. */
    private static SnapshotTopics sweep(DecisionStateMachine machine) {
        long[] positions = new long[RandomLog.PARTITIONS];
        Arrays.fill(positions, 10 * RECORDS);
        SnapshotTopics topics = new SnapshotTopics();
        machine.sweep(positions).write(positions, Integer.MAX_VALUE, topics);
        return topics;
    }

    @Test
    void whatIsNotKnownHasNoState() {
        DecisionStateMachine machine = new DecisionStateMachine();
        assertThat(machine.state("a1")).isNull();
        assertThat(machine.state(Entity.TERMINAL, "T1")).isNull();
    }

    /** Damage that a checksum would have found has one here that fits, so that the reader itself is tried. */
    @Test
    void damagedBytesAreRefusedOrGiveSomeStateButNothingElse() {
        long refused = 0;
        long loaded = 0;
        for (long seed = 0; seed < 120; seed++) {
            Swept swept = new Swept(seed % 50, new Random(seed));
            Random random = new Random(seed * 31);
            AccountSnapshot[] accounts = swept.topics.accounts.values().toArray(AccountSnapshot[]::new);
            EntitySnapshot[] entities = swept.topics.entities.values().toArray(EntitySnapshot[]::new);
            for (int i = 0; i < 12; i++) {
                int account = random.nextInt(accounts.length);
                int entity = random.nextInt(entities.length);
                boolean damageAccount = random.nextBoolean();
                byte[] damaged = damage(damageAccount ? accounts[account].state() : entities[entity].state(), random);
                String at = "seed " + seed + ", " + i + ": " + Arrays.toString(damaged);
                try {
                    DecisionStateMachine machine = new DecisionStateMachine(swept.exactEvents, swept.kept);
                    long before = allocatedBytes();
                    for (int e = 0; e < entities.length; e++) {
                        EntitySnapshot one = entities[e];
                        machine.load(
                                damageAccount || e != entity
                                        ? one
                                        : EntitySnapshot.of(
                                                one.kind(),
                                                one.id(),
                                                one.positions(),
                                                DecisionStateMachine.STATE_FORMAT,
                                                damaged));
                    }
                    AccountSnapshot one = accounts[account];
                    machine.load(
                            damageAccount
                                    ? AccountSnapshot.of(
                                            one.accountId(),
                                            one.partition(),
                                            one.position(),
                                            DecisionStateMachine.STATE_FORMAT,
                                            damaged)
                                    : one);
                    assertThat(allocatedBytes() - before).as(at).isLessThan(2_000_000);
                    machine.restored();
                    assertThat(machine.stateHash()).as(at).isEqualTo(machine.stateHash());
                    goOn(machine, swept);
                    loaded++;
                } catch (StateFormatException e) {
                    assertThat(e).as(at).hasMessageContaining("Snapshot[");
                    refused++;
                } catch (RuntimeException e) {
                    throw new AssertionError(at, e);
                }
            }
        }
        assertThat(refused).as("refused").isGreaterThan(700);
        assertThat(loaded).as("gave some state").isGreaterThan(50);
    }

    /** Whatever was loaded can be folded into, swept and written. */
    private static void goOn(DecisionStateMachine machine, Swept swept) {
        for (int partition = 0; partition < RandomLog.PARTITIONS; partition++) {
            for (RandomLog.Entry entry : swept.follower.records(partition)) {
                machine.fold(entry.event(), partition, entry.offset());
            }
        }
        long[] positions = swept.follower.positions();
        machine.sweep(positions).write(positions, Integer.MAX_VALUE, event -> {});
    }

    private static byte[] damage(byte[] state, Random random) {
        byte[] damaged = state.clone();
        int times = 1 + random.nextInt(3);
        for (int i = 0; i < times; i++) {
            int at = random.nextInt(damaged.length + 1);
            switch (random.nextInt(6)) {
                case 0 -> damaged = Arrays.copyOf(damaged, at);
                case 1 -> damaged = Arrays.copyOf(damaged, damaged.length + 1 + random.nextInt(20));
                case 2 -> damaged = insert(damaged, at, hugeNumber(random));
                default -> {
                    if (at < damaged.length) {
                        damaged[at] ^= (byte) (1 << random.nextInt(8));
                    }
                }
            }
        }
        return damaged;
    }

    private static byte[] hugeNumber(Random random) {
        byte[] number = new byte[1 + random.nextInt(10)];
        Arrays.fill(number, (byte) (0x80 | random.nextInt(128)));
        number[number.length - 1] = (byte) random.nextInt(128);
        return number;
    }

    private static byte[] insert(byte[] bytes, int at, byte[] inserted) {
        byte[] result = Arrays.copyOf(bytes, bytes.length + inserted.length);
        System.arraycopy(inserted, 0, result, at, inserted.length);
        System.arraycopy(bytes, at, result, at + inserted.length, bytes.length - at);
        return result;
    }

    private static long allocatedBytes() {
        return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
    }
}
