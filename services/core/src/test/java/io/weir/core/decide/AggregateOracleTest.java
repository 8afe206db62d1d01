package io.weir.core.decide;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.core.policy.Aggregate;
import io.weir.core.policy.Aggregate.Function;
import io.weir.core.policy.Entity;
import io.weir.core.policy.FeatureDefinition;
import io.weir.core.policy.FeatureDefinition.Aggregated;
import io.weir.core.policy.Policy;
import io.weir.core.window.EntityWindows;
import io.weir.events.Sha256;
import io.weir.events.TransactionLabelled;
import io.weir.events.TransactionSubmitted;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every aggregate over every entity equals, bit for bit, what a walk over the plain list of events gives. */
class AggregateOracleTest {
    private static final int RECORDS = 90;

    /** For each way to keep events. */
    private static final int SEEDS = Integer.getInteger("weir.oracle.seeds", 50);

    @Test
    void everyAggregateEqualsTheWalkOverAllEvents() {
        long compared = 0;
        for (long seed = 0; seed < 400; seed++) {
            compared += compare(seed, EntityWindows.EXACT_EVENTS).compared;
        }
        assertThat(compared).as("values compared").isGreaterThan(800_000);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 5, 20})
    void alsoWhereAnEntityHasMoreEventsThanAreKeptOneByOne(int exactEvents) {
        long compared = 0;
        long paned = 0;
        for (long seed = 0; seed < SEEDS; seed++) {
            Compared one = compare(seed, exactEvents);
            compared += one.compared;
            paned += one.paned;
        }
        assertThat(compared).as("values compared").isGreaterThan(SEEDS * 2_000L);
        assertThat(paned).as("of them not exact").isBetween(compared / 50, compared - compared / 50);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 5, 20, EntityWindows.EXACT_EVENTS})
    void alsoOverWhatFiltersValuesAndLabelsOfARandomPolicySelect(int exactEvents) {
        long compared = 0;
        for (long seed = 0; seed < SEEDS; seed++) {
            RandomLog log = new RandomLog(seed, RECORDS);
            compared += compare(seed, exactEvents, log, RandomPolicy.of(seed, log).policy).compared;
        }
        assertThat(compared).as("values compared").isGreaterThan(SEEDS * 500L);
    }

    private record Compared(long compared, long paned) {}

    private static Compared compare(long seed, int exactEvents) {
        RandomLog log = new RandomLog(seed, RECORDS);
        return compare(seed, exactEvents, log, policyOf(aggregates(new Random(~seed), log.stepMs)));
    }

    private static Compared compare(long seed, int exactEvents, RandomLog log, Policy policy) {
        DecisionStateMachine core = new DecisionStateMachine(exactEvents, Selections.of(List.of(policy)));
        core.activate(policy);
        PlainHistory history = new PlainHistory(exactEvents, policy);
        long compared = 0;
        long paned = 0;
        for (RandomLog.Entry entry : log.entries) {
            String at = "C " + exactEvents + ", seed " + seed + ", " + entry;
            Outcome outcome = core.decide(entry.event(), entry.partition(), entry.offset());
            if (entry.event() instanceof TransactionLabelled label) {
                assertThat(outcome instanceof Outcome.Labelled).as(at).isEqualTo(history.label(label));
            } else if (entry.event() instanceof TransactionSubmitted transaction) {
                double[] values = submitted(history, transaction, entry.offset(), outcome, at);
                for (int i = 0; i < values.length; i++) {
                    if (!(policy.features().get(i) instanceof Aggregated feature)) {
                        continue;
                    }
                    Aggregate aggregate = feature.aggregate();
                    compared++;
                    double expected = history.value(aggregate);
                    // raw against canonical: there is one NaN only, or the bytes would differ between machines
                    if (Double.doubleToRawLongBits(values[i]) != Double.doubleToLongBits(expected)) {
                        throw new AssertionError(at + ": " + feature.name() + ", " + aggregate + " is " + values[i]
                                + ", should be " + expected);
                    }
                    paned += history.isPaned(aggregate) ? 1 : 0;
                }
            }
            assertThat(core.panedValues()).as(at).isEqualTo(paned);
        }
        return new Compared(compared, paned);
    }

    /** Holds the outcome against the oracle's verdict; returns the feature values, none if it was not decided. */
    private static double[] submitted(
            PlainHistory history, TransactionSubmitted transaction, long offset, Outcome outcome, String at) {
        if (!PlainHistory.admissible(transaction)) {
            assertThat(outcome).as(at).isInstanceOf(Outcome.Refused.class);
            return new double[0];
        }
        var original = history.original(transaction);
        PlainHistory.Verdict verdict = history.submit(transaction, offset);
        if (verdict == PlainHistory.Verdict.NEW) {
            assertThat(outcome).as(at).isInstanceOf(Outcome.Decided.class);
            return ((Outcome.Decided) outcome).decision().featureValues();
        }
        assertThat(outcome).as(at).isInstanceOf(Outcome.Repeated.class);
        var duplicate = ((Outcome.Repeated) outcome).duplicate();
        assertThat(duplicate.conflicting()).as(at).isEqualTo(verdict == PlainHistory.Verdict.CONFLICTING);
        assertThat(duplicate.originalOffset()).as(at).isEqualTo(original.orElseThrow().offset);
        return new double[0];
    }

    private static Policy policyOf(List<Aggregate> aggregates) {
        List<FeatureDefinition> features = new ArrayList<>();
        for (Aggregate aggregate : aggregates) {
            features.add(new Aggregated("f" + features.size(), aggregate));
        }
        return new Policy("oracle", Sha256.of(new byte[0]), features, List.of(), 50, 80);
    }

    /** All functions of all entities, each with windows whose ends fall on, just before and just after event times. */
    private static List<Aggregate> aggregates(Random random, long stepMs) {
        List<Aggregate> aggregates = new ArrayList<>();
        for (Entity entity : Entity.values()) {
            for (Function function : Function.values()) {
                if (function == Function.DISTINCT) {
                    List<Entity> peers = new ArrayList<>(List.of(Entity.values()));
                    peers.remove(entity);
                    Collections.shuffle(peers, random); // in turn every pair of kinds
                    aggregates.add(aggregate(entity, function, peers.get(0), random, stepMs));
                    aggregates.add(aggregate(entity, function, peers.get(1), random, stepMs));
                } else if (function != Function.COUNT_SINCE_LAST) { // which needs a filter or a label
                    aggregates.add(aggregate(entity, function, null, random, stepMs));
                }
            }
        }
        return aggregates;
    }

    private static Aggregate aggregate(
            Entity entity, Function function, @Nullable Entity distinct, Random random, long stepMs) {
        long window = random.nextInt(8) == 0
                ? Aggregate.MAX_WINDOW_MS
                : Math.clamp(
                        (1 + random.nextInt(30)) * stepMs + random.nextInt(3) - 1,
                        Aggregate.MIN_WINDOW_MS,
                        Aggregate.MAX_WINDOW_MS);
        long delay = random.nextBoolean()
                ? 0
                : Math.clamp(random.nextInt(12) * stepMs + random.nextInt(3) - 1, 0, Aggregate.MAX_DELAY_MS);
        return new Aggregate(entity, function, distinct, window, delay);
    }
}
