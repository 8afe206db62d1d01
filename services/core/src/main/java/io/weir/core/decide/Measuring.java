package io.weir.core.decide;

import io.weir.core.policy.Aggregate;
import io.weir.core.policy.Entity;
import io.weir.core.policy.FeatureDefinition;
import io.weir.core.policy.FeatureDefinition.Aggregated;
import io.weir.core.policy.FeatureDefinition.Computed;
import io.weir.core.policy.FeatureDefinition.Listed;
import io.weir.core.policy.Measure;
import io.weir.core.policy.Policy;
import io.weir.events.TransactionSubmitted;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Evaluates all kept measures for a transaction that its account has just taken in: the features that they read, once
 * each, then the measures, in an order in which each finds what it builds on. The account's windows of a measure take the
 * transaction in at once, so that a feature over them, which a later measure may read, includes it, as it does in the
 * decision.
 */
final class Measuring {
    private final List<Plan> plans = new ArrayList<>();
    /** By measure, what it gave for the last transaction. */
    private final long[] results;

    private final boolean[] hasValue;

    /** Steps over the features of one policy, at their indexes in its order. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Plan(double[] features, Step[] steps) {}

    private sealed interface Step {}

    private record Aggregating(int index, Aggregate aggregate, int windows) implements Step {}

    private record Computing(int index, Computed feature) implements Step {}

    /**
     * A measure is evaluated.
     *
     * @param windows the account's windows of it, or -1 if none are kept
     */
    private record Measured(int number, Measure measure, int windows) implements Step {}

    Measuring(Selections selections) {
        results = new long[selections.measures().size()];
        hasValue = new boolean[results.length];
        for (int measure = 0; measure < results.length; measure++) {
            hasValue[measure] = selections.measures().get(measure).hasValue();
        }
        boolean[] planned = new boolean[results.length];
        for (Policy policy : selections.policies()) {
            new Planner(selections, policy, planned).plan(plans);
        }
    }

    /** What a measure gave for the last transaction, or {@link Measure#NOT_TAKEN}. */
    long result(int measure) {
        return results[measure];
    }

    /** What all measures gave for the last transaction. The array is this one's own. */
    long[] results() {
        return results;
    }

    /** Takes results over from elsewhere, as if the transaction had been measured here. */
    void setResults(long[] measured) {
        System.arraycopy(measured, 0, results, 0, results.length);
    }

    /**
     * Evaluates all of them. The account has all of the transaction, but for its own selections, which take it in on the way.
     *
     * @param row of the transaction, or less than 0
     */
    void measure(TransactionSubmitted transaction, AccountWindows account, int row) {
        measure(transaction, account);
        for (int measure = 0; row >= 0 && measure < results.length; measure++) {
            if (results[measure] != Measure.NOT_TAKEN) {
                account.setTaken(row, measure, hasValue[measure] ? results[measure] : 0);
            }
        }
    }

    private void measure(TransactionSubmitted transaction, AccountWindows account) {
        for (int i = 0; i < plans.size(); i++) {
            Plan plan = plans.get(i);
            for (Step step : plan.steps) {
                take(step, plan.features, transaction, account);
            }
        }
    }

    private void take(Step step, double[] features, TransactionSubmitted transaction, AccountWindows account) {
        long timeMs = transaction.occurredAtMs();
        switch (step) {
            case Aggregating of ->
                features[of.index] = account.value(of.aggregate, of.windows, timeMs, takes(account, of.windows));
            case Computing of -> features[of.index] = Scoring.compute(of.feature, transaction, features);
            case Measured of -> {
                long result = of.measure.of(transaction, features);
                results[of.number] = result;
                if (of.windows >= 0 && result != Measure.NOT_TAKEN) {
                    account.select(of.windows, timeMs, result);
                }
            }
        }
    }

    /** Whether windows of an entity have the last transaction; those over all do. */
    boolean takes(SelectingWindows entity, int windows) {
        return windows < 0 || results[entity.kept(windows).measure()] != Measure.NOT_TAKEN;
    }

    /** Puts the steps for one policy's measures in order, leaving out those that an earlier policy has brought. */
    private static final class Planner {
        private final Selections selections;
        private final Policy policy;
        private final boolean[] planned;
        private final boolean[] known;
        private final List<Step> steps = new ArrayList<>();

        Planner(Selections selections, Policy policy, boolean[] planned) {
            this.selections = selections;
            this.policy = policy;
            this.planned = planned;
            this.known = new boolean[policy.features().size()];
        }

        void plan(List<Plan> plans) {
            for (FeatureDefinition feature : policy.features()) {
                if (feature instanceof Aggregated aggregated
                        && aggregated.aggregate().measure() != null) {
                    plan(aggregated.aggregate().measure());
                }
            }
            if (!steps.isEmpty()) {
                double[] features = new double[known.length];
                Arrays.fill(features, Double.NaN);
                plans.add(new Plan(features, steps.toArray(Step[]::new)));
            }
        }

        private void plan(Measure measure) {
            int number = selections.measures().indexOf(measure);
            if (planned[number]) {
                return;
            }
            planned[number] = true;
            for (Map.Entry<Integer, FeatureDefinition> input : measure.inputs().entrySet()) {
                plan(input.getKey(), input.getValue());
            }
            List<Selections.Kept> ofAccount = selections.windows(Entity.ACCOUNT);
            int windows = ofAccount.size() - 1;
            while (windows >= 0 && ofAccount.get(windows).measure() != number) {
                windows--;
            }
            steps.add(new Measured(number, measure, windows));
        }

        private void plan(int index, FeatureDefinition feature) {
            if (known[index]) {
                return;
            }
            known[index] = true;
            switch (feature) {
                case Aggregated aggregated -> {
                    Aggregate aggregate = aggregated.aggregate();
                    if (aggregate.measure() != null) {
                        plan(aggregate.measure());
                    }
                    steps.add(new Aggregating(index, aggregate, selections.windowsOf(aggregate)));
                }
                case Computed computed -> steps.add(new Computing(index, computed));
                case Listed listed -> throw new IllegalStateException(listed.name() + " is no input of a measure");
            }
        }
    }
}
