package io.weir.core.decide;

import io.weir.core.policy.Aggregate;
import io.weir.core.policy.Aggregate.Function;
import io.weir.core.policy.BooleanExpression;
import io.weir.core.policy.Entity;
import io.weir.core.policy.FeatureDefinition;
import io.weir.core.policy.FeatureDefinition.Aggregated;
import io.weir.core.policy.FeatureDefinition.Computed;
import io.weir.core.policy.Label;
import io.weir.core.policy.Measure;
import io.weir.core.policy.NumberExpression;
import io.weir.core.policy.Policy;
import io.weir.core.policy.Rule;
import io.weir.events.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A seeded policy with aggregates of every kind, over filters and values that read the transaction and features of the
 * account, these among them that are over filters and values themselves. Some filters end in errors, some values are no
 * numbers, infinite or too large.
 */
final class RandomPolicy {
    private static final Entity[] ENTITIES = Entity.values();
    private static final Function[] FUNCTIONS = Function.values();
    private static final Label[] LABELS = Label.values();
    private static final int OF_ACCOUNT = 7;

    final Policy policy;
    /** What a state must keep for it. */
    final Selections selections;

    private final Random random;
    private final long stepMs;
    private final List<FeatureDefinition> features = new ArrayList<>();
    /** By feature of the account, all that it reads, with itself. */
    private final Map<Integer, Set<Integer>> inputs = new TreeMap<>();

    /** By feature, what it is: the same for the same seed. */
    private final List<String> definitions = new ArrayList<>();

    private final List<Measure> measures = new ArrayList<>();

    RandomPolicy(Random random, long stepMs, int size) {
        this.random = random;
        this.stepMs = stepMs;
        while (features.size() < size) {
            add(features.size() < OF_ACCOUNT || random.nextInt(4) == 0);
        }
        List<Rule> rules = List.of(
                new Rule("MANY", (transaction, values) -> values[0] > 1, 40, "several lately"),
                new Rule("LARGE", (transaction, values) -> transaction.amountMinor() > 900, 45, "large amount"));
        Sha256 sha256 = Sha256.of(definitions.toString().getBytes(StandardCharsets.UTF_8));
        policy = new Policy("random", sha256, features, rules, 30, 80);
        selections = Selections.of(List.of(policy));
    }

    static RandomPolicy of(long seed, RandomLog log) {
        return new RandomPolicy(new Random(seed * 31 + 7), log.stepMs, 16);
    }

    /** One whose features are all functions of the account's part of the log. */
    static RandomPolicy ofAccounts(long seed, RandomLog log) {
        return new RandomPolicy(new Random(seed * 31 + 7), log.stepMs, OF_ACCOUNT);
    }

    /** The policy with more features, and other rules over all of them. */
    Policy with(List<FeatureDefinition> more, List<Rule> rules) {
        List<FeatureDefinition> all = new ArrayList<>(policy.features());
        all.addAll(more);
        return new Policy("more", policy.sha256(), all, rules, 30, 80);
    }

    private void add(boolean ofAccount) {
        int index = features.size();
        String name = "f" + index;
        if (ofAccount) {
            inputs.put(index, new TreeSet<>(Set.of(index)));
            if (index > 1 && random.nextInt(3) == 0) {
                int left = input();
                int right = input();
                inputs.get(index).addAll(inputs.get(left));
                inputs.get(index).addAll(inputs.get(right));
                features.add(new Computed(name, (transaction, values) -> values[left] / values[right]));
                definitions.add(left + " / " + right);
                return;
            }
        }
        Entity entity = ofAccount ? Entity.ACCOUNT : ENTITIES[random.nextInt(ENTITIES.length)];
        Aggregate aggregate = aggregate(entity, ofAccount ? index : -1);
        features.add(new Aggregated(name, aggregate));
        definitions.add(aggregate.toString());
        if (!ofAccount && entity == Entity.ACCOUNT) {
            inputs.remove(index);
        }
    }

    private int input() {
        Integer[] known =
                inputs.keySet().stream().filter(i -> i < features.size()).toArray(Integer[]::new);
        return known[random.nextInt(known.length)];
    }

    private Aggregate aggregate(Entity entity, int index) {
        Function function = FUNCTIONS[random.nextInt(FUNCTIONS.length)];
        if (function == Function.DISTINCT) {
            Entity peer = ENTITIES[random.nextInt(ENTITIES.length)];
            return new Aggregate(entity, function, peer == entity ? other(entity) : peer, window(), delay());
        }
        Label label = function.takesLabel() && random.nextInt(2) == 0 ? LABELS[random.nextInt(LABELS.length)] : null;
        boolean measured = random.nextInt(4) > 0 || function == Function.COUNT_SINCE_LAST && label == null;
        Measure measure = measured && features.size() > 1 ? measure() : null;
        if (measure != null && index >= 0) {
            inputs.get(index).addAll(measure.inputs().keySet());
        }
        if (measure == null && label == null && function == Function.COUNT_SINCE_LAST) {
            function = Function.SINCE_LAST;
        }
        return new Aggregate(entity, function, null, window(), delay(), measure, label);
    }

    private long delay() {
        return random.nextBoolean()
                ? 0
                : Math.clamp(random.nextInt(12) * stepMs + random.nextInt(3) - 1, 0, Aggregate.MAX_DELAY_MS);
    }

    private static Entity other(Entity entity) {
        return entity == Entity.ACCOUNT ? Entity.TERMINAL : Entity.ACCOUNT;
    }

    private long window() {
        return random.nextInt(8) == 0
                ? Aggregate.MAX_WINDOW_MS
                : Math.clamp(
                        (1 + random.nextInt(30)) * stepMs + random.nextInt(3) - 1,
                        Aggregate.MIN_WINDOW_MS,
                        Aggregate.MAX_WINDOW_MS);
    }

    /** An earlier one again, or a new one. */
    private Measure measure() {
        if (!measures.isEmpty() && random.nextInt(3) == 0) {
            return measures.get(random.nextInt(measures.size()));
        }
        int left = input();
        int right = input();
        int kind = random.nextInt(12);
        int bound = random.nextInt(4);
        BooleanExpression filter = kind < 8 ? filter(kind, left, right, bound) : null;
        NumberExpression value = kind >= 4 ? value(kind, left, right) : null;
        Map<Integer, FeatureDefinition> read = new TreeMap<>();
        for (int input : new int[] {left, right}) {
            inputs.get(input).forEach(i -> read.put(i, features.get(i)));
        }
        List<String> of = read.keySet().stream().map(definitions::get).toList();
        Measure measure = new Measure(
                kind + " " + left + " " + right + " " + bound + " of " + read.keySet() + of, filter, value, read);
        measures.add(measure);
        return measure;
    }

    private static @Nullable BooleanExpression filter(int kind, int left, int right, int bound) {
        return switch (kind) {
            case 0, 4 -> (transaction, values) -> transaction.amountMinor() > bound;
            case 1, 5 -> (transaction, values) -> values[left] > bound;
            case 2, 6 -> (transaction, values) -> !(values[left] < values[right] * bound);
            default ->
                (transaction, values) -> {
                    if (transaction.amountMinor() % 3 == 0) {
                        throw new ArithmeticException("an error");
                    }
                    return true;
                };
        };
    }

    private static NumberExpression value(int kind, int left, int right) {
        return switch (kind) {
            case 4, 8 -> (transaction, values) -> values[left] - values[right];
            case 5, 9 -> (transaction, values) -> transaction.amountMinor() / values[left];
            case 6, 10 -> (transaction, values) -> (transaction.amountMinor() - 500) * 1.1;
            default ->
                (transaction, values) -> {
                    if (transaction.amountMinor() % 7 == 2) {
                        throw new ArithmeticException("an error");
                    }
                    return -0.3 * transaction.transactionId().length();
                };
        };
    }
}
