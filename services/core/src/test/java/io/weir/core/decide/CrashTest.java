package io.weir.core.decide;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.core.policy.Aggregate;
import io.weir.core.policy.Aggregate.Function;
import io.weir.core.policy.Entity;
import io.weir.core.policy.FeatureDefinition;
import io.weir.core.policy.FeatureDefinition.Aggregated;
import io.weir.core.policy.Policy;
import io.weir.core.policy.Rule;
import io.weir.core.window.EntityWindows;
import io.weir.events.AccountSnapshot;
import io.weir.events.EntitySnapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Snapshots and the tail of the log are as good as the whole log, wherever the sweeping engine is killed: after every single
 * snapshot that it wrote, what the topics hold is restored and compared with a replay from the beginning.
 */
class CrashTest {
    private static final int RECORDS = 110;
    private static final int[] EXACT_EVENTS = {EntityWindows.EXACT_EVENTS, EntityWindows.EXACT_EVENTS, 0, 1, 4, 12};

    @Test
    void snapshotsAndTailEqualTheFullReplayWhereverTheSweepingEngineIsKilled() {
        Seen seen = new Seen();
        for (long seed = 0; seed < 110; seed++) {
            new Run(seed, seen).run();
        }
        assertThat(seen.restores).as("restores compared").isGreaterThan(2_500);
        assertThat(seen.inSweep).as("of them in the middle of a sweep").isGreaterThan(1_800);
        assertThat(seen.completed).as("sweeps completed").isGreaterThan(300);
        assertThat(seen.crashes).as("crashes survived").isGreaterThan(300);
        assertThat(seen.takeovers).as("other machines that went on sweeping").isGreaterThan(300);
        assertThat(seen.kept).as("accounts encoded before their turn").isGreaterThan(300);
        assertThat(seen.decisions).as("decisions compared").isGreaterThan(2_500);
    }

    /** What the runs met, so that a test that has become toothless fails. */
    private static final class Seen {
        int restores;
        int inSweep;
        int completed;
        int crashes;
        int takeovers;
        int kept;
        int decisions;
    }

    private static final class Run {
        private final long seed;
        private final Seen seen;
        private final Random random;
        private final int exactEvents;
        private final List<List<RandomLog.Entry>> partitions;
        private final Effects effects;
        private final Policy policy;
        private final Selections kept;
        private final SnapshotTopics topics = new SnapshotTopics();
        private LogFollower sweeper;
        private LogFollower standby;
        private @Nullable Sweep sweep;

        Run(long seed, Seen seen) {
            this.seed = seed;
            this.seen = seen;
            random = new Random(~seed);
            exactEvents = EXACT_EVENTS[(int) (seed % EXACT_EVENTS.length)];
            RandomLog log = new RandomLog(seed, RECORDS);
            partitions = IntStream.range(0, RandomLog.PARTITIONS)
                    .mapToObj(log::partition)
                    .toList();
            policy = policy(RandomPolicy.of(seed, log));
            kept = Selections.of(List.of(policy));
            effects = new Effects(log, exactEvents, kept);
            sweeper = fresh();
            standby = fresh();
        }

        void run() {
            while (!sweeper.unfinished().isEmpty()) {
                step();
            }
            for (int i = 0; i < 40; i++) {
                step(); // nothing changes any more
            }
        }

        private void step() {
            int action = random.nextInt(100);
            if (action < 40) {
                fold(sweeper);
            } else if (action < 50) {
                fold(standby);
            } else if (action < 94) {
                sweep();
            } else if (action < 97) {
                crash();
            } else {
                takeOver();
            }
        }

        private void fold(LogFollower follower) {
            long before = sweep == null ? 0 : sweep.keptBytes();
            follower.fold(random.nextInt(RandomLog.PARTITIONS), 1 + random.nextInt(5));
            seen.kept += sweep != null && sweep.keptBytes() > before ? 1 : 0;
        }

        private void sweep() {
            Sweep running = sweep;
            if (running == null) {
                if (random.nextInt(4) == 0) {
                    sweep = sweeper.machine.sweep(sweeper.positions());
                }
            } else if (running.write(sweeper.positions(), random.nextInt(4) == 0 ? 400 : 1, topics)) {
                compareRestored();
                topics.accept(running.completed());
                sweep = null;
                seen.completed++;
                compareRestored();
            } else {
                seen.inSweep++;
                compareRestored();
            }
        }

        private void crash() {
            sweeper = LogFollower.restore(topics, sweeper.later(), exactEvents, kept, partitions, random);
            sweep = null;
            seen.crashes++;
        }

        /** The standby has marks of its own, of all that it has folded since it was made or last swept itself. */
        private void takeOver() {
            LogFollower former = sweeper;
            if (sweep != null) {
                sweep.abandon();
                sweep = null;
            }
            sweeper = standby;
            sweeper.foldTo(former.folded);
            standby = switch (random.nextInt(4)) {
                case 0 -> LogFollower.restore(topics, former.later(), exactEvents, kept, partitions, random);
                case 1 -> fresh();
                default -> former;
            };
            seen.takeovers++;
        }

        private LogFollower fresh() {
            return new LogFollower(new DecisionStateMachine(exactEvents, kept), partitions, random);
        }

        private void compareRestored() {
            seen.restores++;
            requireOrder();
            int[] to = sweeper.later();
            LogFollower restored = LogFollower.restore(topics, to, exactEvents, kept, partitions, random);
            LogFollower replayed = fresh();
            replayed.foldTo(to);
            String at = "seed " + seed + ", restore " + seen.restores;
            assertThat(restored.machine.stateHash()).as(at).isEqualTo(replayed.machine.stateHash());
            if (seen.restores % 16 == 0) {
                compareStates(restored.machine, replayed.machine, at);
                compareDecisions(restored, replayed, at);
            }
        }

        /** What an account's snapshot contains is in the snapshots of all entities that it concerns. */
        private void requireOrder() {
            for (Effects.Effect effect : effects.all) {
                long offset = effect.entry().offset();
                AccountSnapshot account = topics.accounts.get(effect.account());
                if (account != null && offset < account.position()) {
                    for (String key : effect.entities()) {
                        EntitySnapshot entity = topics.entities.get(key);
                        if (entity == null || entity.positions()[effect.entry().partition()] <= offset) {
                            throw new AssertionError("seed " + seed + ": " + account + " contains " + effect.entry()
                                    + ", but " + key + " is " + entity);
                        }
                    }
                }
            }
        }

        private void compareStates(DecisionStateMachine restored, DecisionStateMachine replayed, String at) {
            for (String key : topics.accounts.keySet()) {
                String id = key.substring(key.indexOf('/') + 1);
                assertThat(restored.state(id)).as("%s, %s", at, key).isEqualTo(replayed.state(id));
            }
            for (EntitySnapshot entity : topics.entities.values()) {
                Entity kind = Objects.requireNonNull(StateForm.kindNamed(entity.kind()));
                assertThat(restored.state(kind, entity.id()))
                        .as("%s, %s", at, entity)
                        .isEqualTo(replayed.state(kind, entity.id()));
            }
            assertThat(restored.accounts()).as(at).isEqualTo(replayed.accounts());
            assertThat(restored.entities()).as(at).isEqualTo(replayed.entities());
        }

        private void compareDecisions(LogFollower restored, LogFollower replayed, String at) {
            restored.machine.activate(policy);
            replayed.machine.activate(policy);
            List<Integer> unfinished = restored.unfinished();
            while (!unfinished.isEmpty()) {
                int partition = unfinished.get(random.nextInt(unfinished.size()));
                assertThat(restored.decide(partition)).as(at).isEqualTo(replayed.decide(partition));
                seen.decisions++;
                unfinished = restored.unfinished();
            }
            assertThat(restored.machine.stateHash()).as(at).isEqualTo(replayed.machine.stateHash());
        }
    }

    private static Policy policy(RandomPolicy random) {
        List<FeatureDefinition> features = new ArrayList<>();
        for (Entity entity : Entity.values()) {
            for (Function function : Function.values()) {
                Entity counted = function != Function.DISTINCT
                        ? null
                        : entity == Entity.ACCOUNT ? Entity.TERMINAL : Entity.ACCOUNT;
                if (function != Function.COUNT_SINCE_LAST) {
                    features.add(new Aggregated(
                            "g" + features.size(), new Aggregate(entity, function, counted, 4L * 86_400_000, 0)));
                }
            }
        }
        List<Rule> rules = List.of(new Rule("MANY", (transaction, values) -> values[0] > 1, 60, "several lately"));
        return random.with(features, rules);
    }
}
