package io.weir.core.decide;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.core.policy.Entity;
import io.weir.core.policy.FeatureDefinition;
import io.weir.core.policy.FeatureDefinition.Aggregated;
import io.weir.core.policy.Policy;
import io.weir.core.window.EntityWindows;
import io.weir.events.TransactionSubmitted;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A state that adopts selections from another one is as good as one that kept them from the first event on. */
class AdoptionTest {
    private static final int RECORDS = 110;
    private static final int[] EXACT_EVENTS = {EntityWindows.EXACT_EVENTS, EntityWindows.EXACT_EVENTS, 0, 1, 4, 12};

    private int adopted;
    private int kept;
    private int decisions;
    private int values;

    @Test
    void atEveryCutOfACompleteLogTheStateIsThatOfOneThatKeptThemFromTheFirstEventOn() {
        for (long seed = 0; seed < 60; seed++) {
            Run run = new Run(seed);
            for (int cut = 0; cut <= RECORDS; cut += 1 + run.random.nextInt(12)) {
                atACut(run, cut);
            }
        }
        assertThat(adopted)
                .as("adoptions in which a measure came from the other state")
                .isGreaterThan(400);
        assertThat(kept).as("in which one stayed").isGreaterThan(100);
        assertThat(decisions).as("decisions compared").isGreaterThan(10_000);
    }

    private void atACut(Run run, int cut) {
        LogFollower working = run.follower(run.had);
        working.foldTo(run.vector(cut));
        LogFollower warmed = run.follower(run.wanted);
        warmed.foldTo(working.folded);
        LogFollower ever = run.follower(run.wanted);
        ever.foldTo(working.folded);
        count(new Adoption(run.had, run.wanted));
        working.machine.adopt(warmed.machine);
        String at = "seed " + run.seed + ", cut " + cut;
        assertThat(working.machine.stateHash()).as(at).isEqualTo(ever.machine.stateHash());
        assertThat(working.machine.selections()).as(at).isEqualTo(run.wanted);
        requireSameDecisions(run, working, ever, at);
    }

    private void count(Adoption adoption) {
        boolean[] stays = {false, false};
        IntStream.range(0, adoption.measures()).forEach(measure -> stays[adoption.measure(measure) < 0 ? 0 : 1] = true);
        adopted += stays[0] ? 1 : 0;
        kept += stays[1] ? 1 : 0;
    }

    /** Also through a sweep, which must write everything, and a restart from what it wrote. */
    private void requireSameDecisions(Run run, LogFollower working, LogFollower ever, String at) {
        LogFollower restarted = restarted(run, working);
        assertThat(restarted.machine.stateHash()).as(at).isEqualTo(working.machine.stateHash());
        for (LogFollower each : List.of(working, ever, restarted)) {
            each.machine.activate(run.policy);
        }
        List<Integer> unfinished = ever.unfinished();
        while (!unfinished.isEmpty()) {
            int partition = unfinished.get(run.random.nextInt(unfinished.size()));
            Outcome outcome = ever.decide(partition);
            assertThat(working.decide(partition)).as(at).isEqualTo(outcome);
            assertThat(restarted.decide(partition)).as(at).isEqualTo(outcome);
            decisions++;
            unfinished = ever.unfinished();
        }
        assertThat(working.machine.stateHash()).as(at).isEqualTo(ever.machine.stateHash());
        assertThat(restarted.machine.stateHash()).as(at).isEqualTo(ever.machine.stateHash());
    }

    private static LogFollower restarted(Run run, LogFollower working) {
        SnapshotTopics topics = new SnapshotTopics();
        Sweep sweep = working.machine.sweep(working.positions());
        while (!sweep.write(working.positions(), 1_000, topics)) {
            // goes on
        }
        topics.accept(sweep.completed());
        return LogFollower.restore(
                topics, working.folded, run.exactEvents, run.wanted, run.partitions, new Random(run.seed));
    }

    @Test
    void ofATruncatedLogTheSelectionsHaveWhatIsLeftAndTheRestStays() {
        for (long seed = 0; seed < 300; seed++) {
            Run run = new Run(seed);
            LogFollower working = run.follower(run.had);
            working.foldTo(run.vector(run.random.nextInt(RECORDS + 1)));
            LogFollower plain = run.follower(Selections.NONE);
            plain.foldTo(working.folded);
            LogFollower warmed = run.follower(run.wanted);
            for (int partition = 0; partition < RandomLog.PARTITIONS; partition++) {
                warmed.folded[partition] = run.random.nextInt(working.folded[partition] + 1); // that much is deleted
            }
            warmed.foldTo(working.folded);
            Map<String, Map<String, Double>> expected = selected(run, warmed.machine);

            working.machine.adopt(warmed.machine);

            String at = "seed " + seed;
            requireTheRest(run, working.machine, plain.machine, at);
            requireWhatIsLeft(run, working.machine, expected, at);
            requireItGoesOn(run, working, at);
        }
        assertThat(values).as("values compared").isGreaterThan(1_000);
    }

    /** Windows over all, rows, ids: as they were without any selection. */
    private static void requireTheRest(Run run, DecisionStateMachine machine, DecisionStateMachine plain, String at) {
        for (TransactionSubmitted transaction : run.transactions) {
            for (Entity kind : Entity.values()) {
                String id = kind.idIn(transaction);
                byte[] without = id == null ? null : plain.state(kind, id);
                if (without != null) {
                    assertThat(machine.stateLike(kind, id, without)).as(at).isEqualTo(without);
                }
            }
        }
    }

    private void requireWhatIsLeft(
            Run run, DecisionStateMachine machine, Map<String, Map<String, Double>> expected, String at) {
        Map<String, Map<String, Double>> found = selected(run, machine);
        Adoption adoption = new Adoption(run.had, run.wanted);
        expected.forEach((entity, features) -> features.forEach((feature, value) -> {
            if (found.containsKey(entity) && isAdopted(run, adoption, feature)) {
                assertThat(found.get(entity).get(feature))
                        .as("%s, %s, %s", at, entity, feature)
                        .isEqualTo(value);
                values++;
            }
        }));
    }

    private static boolean isAdopted(Run run, Adoption adoption, String feature) {
        Aggregated aggregated = (Aggregated) run.policy.features().stream()
                .filter(each -> each.name().equals(feature))
                .findFirst()
                .orElseThrow();
        int measure = run.wanted.measures().indexOf(aggregated.aggregate().measure());
        return adoption.measure(measure) < 0;
    }

    /** By entity and feature, the values at the entity's newest event, where that is the same in a part of the log. */
    private static Map<String, Map<String, Double>> selected(Run run, DecisionStateMachine machine) {
        machine.activate(run.policy);
        List<String> names = run.policy.features().stream()
                .filter(feature -> feature instanceof Aggregated aggregated
                        && aggregated.aggregate().measure() != null
                        && !aggregated.aggregate().function().looksBack())
                .map(FeatureDefinition::name)
                .toList();
        Map<String, Map<String, Double>> found = new TreeMap<>();
        for (TransactionSubmitted transaction : run.transactions) {
            for (Entity kind : Entity.values()) {
                String id = kind.idIn(transaction);
                Profile profile = id == null ? null : machine.profile(kind, id);
                if (profile != null) {
                    Map<String, Double> windows = new TreeMap<>(profile.windows());
                    windows.keySet().retainAll(names);
                    found.put(kind + " " + id + " at " + profile.newestAtMs(), windows);
                }
            }
        }
        return found;
    }

    /** Labels, retries and all else find consistent rows and windows, and what is written can be read. */
    private static void requireItGoesOn(Run run, LogFollower working, String at) {
        LogFollower restarted = restarted(run, working);
        working.machine.activate(run.policy);
        restarted.machine.activate(run.policy);
        List<Integer> unfinished = working.unfinished();
        while (!unfinished.isEmpty()) {
            int partition = unfinished.get(run.random.nextInt(unfinished.size()));
            assertThat(restarted.decide(partition)).as(at).isEqualTo(working.decide(partition));
            unfinished = working.unfinished();
        }
        assertThat(working.machine.stateHash()).as(at).isEqualTo(restarted.machine.stateHash());
    }

    @Test
    void aPolicyIsGivenUpOfWhichSomeSnapshotLacksAPart() {
        for (long seed = 0; seed < 100; seed++) {
            Run run = new Run(seed);
            LogFollower working = run.follower(run.had);
            working.foldTo(run.vector(RECORDS / 2));
            SnapshotTopics topics = new SnapshotTopics();
            Sweep sweep = working.machine.sweep(working.positions());
            while (!sweep.write(working.positions(), 1_000, topics)) {
                // goes on
            }
            DecisionStateMachine loaded = topics.load(run.exactEvents, Selections.of(run.all()));
            loaded.forgetIncomplete();
            loaded.restored();
            assertThat(run.had.policies())
                    .allMatch(policy -> loaded.selections().missing(policy).isEmpty());
            LogFollower fresh = run.follower(loaded.selections());
            fresh.foldTo(working.folded);
            assertThat(loaded.stateHash()).as("seed %s", seed).isEqualTo(fresh.machine.stateHash());
        }
    }

    /** A log, and policies of which some are new. */
    private static final class Run {
        final long seed;
        final Random random;
        final int exactEvents;
        final List<List<RandomLog.Entry>> partitions;
        final List<TransactionSubmitted> transactions = new ArrayList<>();
        final Selections had;
        final Selections wanted;
        /** The new one. */
        final Policy policy;

        private final List<Integer> order = new ArrayList<>();

        Run(long seed) {
            this.seed = seed;
            random = new Random(~seed);
            exactEvents = EXACT_EVENTS[(int) (seed % EXACT_EVENTS.length)];
            RandomLog log = new RandomLog(seed, RECORDS);
            log.entries.forEach(entry -> order.add(entry.partition()));
            partitions = IntStream.range(0, RandomLog.PARTITIONS)
                    .mapToObj(log::partition)
                    .toList();
            for (RandomLog.Entry entry : log.entries) {
                if (entry.event() instanceof TransactionSubmitted transaction) {
                    transactions.add(transaction);
                }
            }
            Policy begun = new RandomPolicy(new Random(seed * 31 + 7), log.stepMs, 8 + random.nextInt(6)).policy;
            Policy other = new RandomPolicy(new Random(seed * 31 + 8), log.stepMs, 8 + random.nextInt(6)).policy;
            // the same as the first one as far as that goes, and more
            policy = new RandomPolicy(new Random(seed * 31 + 7), log.stepMs, 18).policy;
            had = Selections.of(
                    switch (random.nextInt(4)) {
                        case 0 -> List.of();
                        case 1 -> List.of(other);
                        case 2 -> List.of(begun, other);
                        default -> List.of(begun);
                    });
            wanted = Selections.of(random.nextBoolean() ? List.of(policy) : List.of(other, policy));
        }

        List<Policy> all() {
            List<Policy> all = new ArrayList<>(had.policies());
            all.addAll(wanted.policies());
            return all;
        }

        LogFollower follower(Selections selections) {
            return new LogFollower(
                    new DecisionStateMachine(exactEvents, selections), partitions, new Random(random.nextLong()));
        }

        /** How many records of each partition are among the first of the log. */
        int[] vector(int records) {
            int[] vector = new int[RandomLog.PARTITIONS];
            order.subList(0, Math.min(records, order.size())).forEach(partition -> vector[partition]++);
            return Arrays.copyOf(vector, vector.length);
        }
    }
}
