package io.weir.core.decide;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.core.policy.Aggregate;
import io.weir.core.policy.Aggregate.Function;
import io.weir.core.policy.Entity;
import io.weir.core.policy.FeatureDefinition;
import io.weir.core.policy.FeatureDefinition.Aggregated;
import io.weir.core.policy.Label;
import io.weir.core.policy.Measure;
import io.weir.core.policy.Policy;
import io.weir.core.policy.Rule;
import io.weir.core.window.EntityWindows;
import io.weir.events.EventType;
import io.weir.events.EventWriter;
import io.weir.events.SchemaIds;
import io.weir.events.Sha256;
import io.weir.events.TransactionLabelled;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Law 4: state is a function of the set of folded events. The order within a partition is given; between partitions it is
 * chance, and must leave no trace.
 */
class InterleavingTest {
    private static final int LOGS = 250;
    private static final int RECORDS = 90;

    @Test
    void anyInterleavingOfThePartitionsGivesTheSameState() {
        for (long seed = 0; seed < LOGS; seed++) {
            RandomLog log = new RandomLog(seed, RECORDS);
            Random random = new Random(~seed);
            int exactEvents = exactEvents(seed);
            Selections kept = RandomPolicy.of(seed, log).selections;
            long expected = folded(log.entries, exactEvents, kept).stateHash();
            for (int i = 0; i < 5; i++) {
                assertThat(folded(interleaving(log, random), exactEvents, kept).stateHash())
                        .as("seed %s", seed)
                        .isEqualTo(expected);
            }
            List<RandomLog.Entry> byPartition = new ArrayList<>();
            for (int partition = RandomLog.PARTITIONS - 1; partition >= 0; partition--) {
                byPartition.addAll(log.partition(partition));
            }
            assertThat(folded(byPartition, exactEvents, kept).stateHash())
                    .as("seed %s, a partition at a time", seed)
                    .isEqualTo(expected);
        }
    }

    @Test
    void foldAndDecideLeadToTheSameStateAndDecisionsFromEveryCutOn() {
        for (long seed = 0; seed < 25; seed++) {
            RandomLog log = new RandomLog(seed, RECORDS);
            Random random = new Random(~seed);
            Policy policy = everything(seed, log);
            long expected = folded(log.entries, exactEvents(seed), Selections.of(List.of(policy)))
                    .stateHash();
            List<String> decided = decisions(new Engine(policy, List.of(), exactEvents(seed)), log.entries);
            for (int cut = 0; cut <= RECORDS; cut++) {
                Engine restored =
                        new Engine(policy, interleavingOf(log.entries.subList(0, cut), random), exactEvents(seed));
                List<String> rest = decisions(restored, log.entries.subList(cut, RECORDS));

                assertThat(rest).as("seed %s, cut %s", seed, cut).isEqualTo(decided.subList(cut, RECORDS));
                assertThat(restored.core.stateHash())
                        .as("seed %s, cut %s", seed, cut)
                        .isEqualTo(expected);
            }
        }
    }

    @Test
    void theSamePositionVectorGivesTheSameBytesWhateverTheInterleavingUpToIt() {
        for (long seed = 0; seed < LOGS; seed++) {
            RandomLog log = new RandomLog(seed, RECORDS);
            Random random = new Random(~seed);
            List<List<RandomLog.Entry>> upTo = new ArrayList<>();
            List<RandomLog.Entry> next = new ArrayList<>();
            for (int partition = 0; partition < RandomLog.PARTITIONS; partition++) {
                List<RandomLog.Entry> records = log.partition(partition);
                int position = random.nextInt(records.size() + 1);
                upTo.add(records.subList(0, position));
                next.addAll(records.subList(position, Math.min(records.size(), position + 1)));
            }
            Policy policy = everything(seed, log);
            for (RandomLog.Entry one : next) {
                List<String> first =
                        decisions(new Engine(policy, interleaving(upTo, random), exactEvents(seed)), List.of(one));
                List<String> second =
                        decisions(new Engine(policy, interleaving(upTo, random), exactEvents(seed)), List.of(one));
                assertThat(second).as("seed %s, %s", seed, one).isEqualTo(first);
            }
        }
    }

    @Test
    void decisionsOverAccountWindowsDoNotDependOnTheInterleaving() {
        for (long seed = 0; seed < LOGS; seed++) {
            RandomLog log = new RandomLog(seed, RECORDS);
            Policy policy = policy(List.of(Entity.ACCOUNT), RandomPolicy.ofAccounts(seed, log));
            Map<String, String> expected = byPosition(policy, log.entries, exactEvents(seed));
            for (int i = 0; i < 5; i++) {
                List<RandomLog.Entry> order = interleaving(log, new Random(seed * 31 + i));
                assertThat(byPosition(policy, order, exactEvents(seed)))
                        .as("seed %s", seed)
                        .isEqualTo(expected);
            }
        }
    }

    /** Labels lie in the partition of their account, so what a filter and a value read of them is the partition's own. */
    @Test
    void whatFiltersReadOfTheAccountsLabelsDoesNotDependOnTheInterleaving() {
        Aggregate frauds = new Aggregate(Entity.ACCOUNT, Function.FRAUD_COUNT, null, Aggregate.MAX_WINDOW_MS, 0);
        Aggregate genuine =
                new Aggregate(Entity.ACCOUNT, Function.COUNT, null, Aggregate.MAX_WINDOW_MS, 0, null, Label.GENUINE);
        Map<Integer, FeatureDefinition> read =
                Map.of(0, new Aggregated("frauds", frauds), 1, new Aggregated("genuine", genuine));
        Measure measure = new Measure(
                "labels",
                (transaction, values) -> values[0] > 0 || values[1] > 0,
                (transaction, values) -> values[0] - 0.5 * values[1],
                read);
        long window = Aggregate.MAX_WINDOW_MS;
        Policy policy = new Policy(
                "labels",
                Sha256.of(new byte[0]),
                List.of(
                        new Aggregated("frauds", frauds),
                        new Aggregated("genuine", genuine),
                        new Aggregated(
                                "own", new Aggregate(Entity.ACCOUNT, Function.SUM, null, window, 0, measure, null)),
                        new Aggregated(
                                "there", new Aggregate(Entity.TERMINAL, Function.SUM, null, window, 0, measure, null))),
                List.of(),
                40,
                80);
        Selections kept = Selections.of(List.of(policy));
        int taken = 0;
        for (long seed = 0; seed < LOGS; seed++) {
            RandomLog log = new RandomLog(seed, RECORDS);
            DecisionStateMachine core = new DecisionStateMachine(exactEvents(seed), kept);
            core.activate(policy);
            for (RandomLog.Entry entry : log.entries) {
                boolean decided =
                        core.decide(entry.event(), entry.partition(), entry.offset()) instanceof Outcome.Decided;
                taken += decided && core.lastResult(measure) != Measure.NOT_TAKEN ? 1 : 0;
            }
            for (int i = 0; i < 5; i++) {
                assertThat(folded(interleaving(log, new Random(seed * 31 + i)), exactEvents(seed), kept)
                                .stateHash())
                        .as("seed %s", seed)
                        .isEqualTo(core.stateHash());
            }
            for (RandomLog.Entry entry : log.entries) {
                if (entry.event() instanceof TransactionLabelled) {
                    long before = core.stateHash();
                    core.fold(entry.event(), entry.partition() + RandomLog.PARTITIONS, 0);
                    assertThat(core.stateHash())
                            .as("seed %s: a label in another partition is none of the account's", seed)
                            .isEqualTo(before);
                }
            }
        }
        assertThat(taken).as("transactions taken because of labels").isGreaterThan(1_000);
    }

    @Test
    void theHashTellsStatesApart() {
        RandomLog log = new RandomLog(7, RECORDS);
        List<Long> hashes = new ArrayList<>();
        Policy policy = everything(7, log);
        DecisionStateMachine core = new DecisionStateMachine(Selections.of(List.of(policy)));
        core.activate(policy);
        for (RandomLog.Entry entry : log.entries) {
            long before = core.stateHash();
            Outcome outcome = core.decide(entry.event(), entry.partition(), entry.offset());
            if (outcome instanceof Outcome.Decided) {
                assertThat(core.stateHash()).as(entry.toString()).isNotEqualTo(before);
                hashes.add(core.stateHash());
            } else if (!(outcome instanceof Outcome.Labelled)) {
                assertThat(core.stateHash()).as(entry.toString()).isEqualTo(before);
            }
        }
        assertThat(hashes).doesNotHaveDuplicates().hasSizeGreaterThan(30);
    }

    private static final class Engine {
        final DecisionStateMachine core;

        Engine(Policy policy, List<RandomLog.Entry> history, int exactEvents) {
            core = folded(history, exactEvents, Selections.of(List.of(policy)));
            core.activate(policy);
        }
    }

    /** Half of the logs with as many exact events as there are, the others with so few that panes are needed. */
    private static int exactEvents(long seed) {
        return seed % 2 == 0 ? EntityWindows.EXACT_EVENTS : (int) (seed % 14);
    }

    private static DecisionStateMachine folded(List<RandomLog.Entry> entries, int exactEvents, Selections kept) {
        DecisionStateMachine core = new DecisionStateMachine(exactEvents, kept);
        entries.forEach(entry -> core.fold(entry.event(), entry.partition(), entry.offset()));
        return core;
    }

    private static List<String> decisions(Engine engine, List<RandomLog.Entry> entries) {
        return entries.stream()
                .map(entry -> bytes(engine.core.decide(entry.event(), entry.partition(), entry.offset())))
                .toList();
    }

    private static Map<String, String> byPosition(Policy policy, List<RandomLog.Entry> entries, int exactEvents) {
        Engine engine = new Engine(policy, List.of(), exactEvents);
        Map<String, String> decisions = new TreeMap<>();
        for (RandomLog.Entry entry : entries) {
            decisions.put(
                    entry.partition() + "/" + entry.offset(),
                    bytes(engine.core.decide(entry.event(), entry.partition(), entry.offset())));
        }
        return decisions;
    }

    /** What would be written to the log, in hexadecimal; or the outcome itself where nothing is. */
    private static String bytes(Outcome outcome) {
        EventWriter writer = new EventWriter(new FixedIds());
        HexFormat hex = HexFormat.of();
        return switch (outcome) {
            case Outcome.Decided decided ->
                hex.formatHex(writer.write(decided.decision()))
                        + (decided.alert() == null ? "" : " " + hex.formatHex(writer.write(decided.alert())));
            case Outcome.Repeated repeated -> hex.formatHex(writer.write(repeated.duplicate()));
            default -> outcome.toString();
        };
    }

    private static List<RandomLog.Entry> interleaving(RandomLog log, Random random) {
        return interleavingOf(log.entries, random);
    }

    private static List<RandomLog.Entry> interleavingOf(List<RandomLog.Entry> entries, Random random) {
        List<List<RandomLog.Entry>> partitions = new ArrayList<>();
        for (int partition = 0; partition < RandomLog.PARTITIONS; partition++) {
            int wanted = partition;
            partitions.add(entries.stream()
                    .filter(entry -> entry.partition() == wanted)
                    .toList());
        }
        return interleaving(partitions, random);
    }

    /** In runs, as polls give them, of which a partition's share is now and then large. */
    private static List<RandomLog.Entry> interleaving(List<List<RandomLog.Entry>> partitions, Random random) {
        int[] taken = new int[partitions.size()];
        int left = partitions.stream().mapToInt(List::size).sum();
        List<RandomLog.Entry> order = new ArrayList<>(left);
        while (order.size() < left) {
            int partition = random.nextInt(partitions.size());
            int run = random.nextInt(8) == 0 ? 50 : 1 + random.nextInt(3);
            List<RandomLog.Entry> records = partitions.get(partition);
            while (run-- > 0 && taken[partition] < records.size()) {
                order.add(records.get(taken[partition]++));
            }
        }
        return order;
    }

    private static Policy everything(long seed, RandomLog log) {
        return policy(Arrays.asList(Entity.values()), RandomPolicy.of(seed, log));
    }

    /** A random policy's features, and every function of the entities over a short, a middling and the longest window. */
    private static Policy policy(List<Entity> entities, RandomPolicy random) {
        List<FeatureDefinition> features = new ArrayList<>();
        for (Entity entity : entities) {
            for (Function function : Function.values()) {
                if (function == Function.COUNT_SINCE_LAST) {
                    continue; // the random policies have it
                }
                for (long windowMs : new long[] {2_000, 3L * 86_400_000, Aggregate.MAX_WINDOW_MS}) {
                    Entity counted = function != Function.DISTINCT
                            ? null
                            : entity == Entity.ACCOUNT ? Entity.TERMINAL : Entity.ACCOUNT;
                    features.add(new Aggregated(
                            "g" + features.size(), new Aggregate(entity, function, counted, windowMs, windowMs / 3)));
                }
            }
        }
        List<Rule> rules = List.of(
                new Rule("MANY", (transaction, values) -> values[0] > 0, 40, "several lately"),
                new Rule("LARGE", (transaction, values) -> transaction.amountMinor() > 900, 45, "large amount"));
        return random.with(features, rules);
    }

    private static final class FixedIds implements SchemaIds {
        @Override
        public int idOf(EventType<?> type) {
            return 1 + EventType.all().indexOf(type);
        }

        @Override
        public @Nullable Schema schemaOf(int id) {
            return EventType.all().get(id - 1).schema();
        }
    }
}
