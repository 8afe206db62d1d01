package io.weir.core.decide;

import io.weir.core.policy.Aggregate;
import io.weir.core.policy.Entity;
import io.weir.core.policy.FeatureDefinition;
import io.weir.core.policy.FeatureDefinition.Aggregated;
import io.weir.core.policy.FeatureDefinition.Computed;
import io.weir.core.policy.Policy;
import io.weir.core.policy.Rule;
import io.weir.events.Decision;
import io.weir.events.Feature;
import io.weir.events.FraudAlertRaised;
import io.weir.events.Reason;
import io.weir.events.TransactionDecided;
import io.weir.events.TransactionSubmitted;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Features, then rules, then the score, then the decision: one policy over the state. */
final class Scoring {
    private final Policy policy;
    private final FraudState state;
    /** By feature, the windows that its aggregate is over, see {@link Selections#windowsOf}. */
    private final int[] windows;

    /**
     * A policy over a state.
     *
     * @throws IllegalStateException when the state does not keep what the policy asks for
     */
    Scoring(Policy policy, FraudState state) {
        this.policy = policy;
        this.state = state;
        List<String> missing = state.selections().missing(policy);
        if (!missing.isEmpty()) {
            throw new IllegalStateException("policy " + policy.id() + " " + policy.sha256()
                    + " cannot be scored: this state does not keep the selections of its features "
                    + String.join(", ", missing) + "; build a state that does (Selections.of) from the log");
        }
        windows = new int[policy.features().size()];
        for (int i = 0; i < windows.length; i++) {
            windows[i] = policy.features().get(i) instanceof Aggregated feature
                    ? state.selections().windowsOf(feature.aggregate())
                    : -1;
        }
    }

    Policy policy() {
        return policy;
    }

    /** The policy's aggregates over a kind of entity, by the names of their features, in the policy's order. */
    Map<String, Aggregate> aggregates(Entity kind) {
        Map<String, Aggregate> aggregates = new LinkedHashMap<>();
        for (FeatureDefinition definition : policy.features()) {
            if (definition instanceof Aggregated feature && feature.aggregate().entity() == kind) {
                aggregates.put(feature.name(), feature.aggregate());
            }
        }
        return aggregates;
    }

    Outcome.Decided decide(TransactionSubmitted transaction, long submissionHash, int partition, long offset) {
        double[] features = features(transaction, partition);
        List<Reason> reasons = hits(transaction, features);
        double score = score(reasons);
        Decision decision = policy.decisionFor(score);
        TransactionDecided decided = new TransactionDecided(
                transaction.transactionId(),
                transaction.accountId(),
                transaction.occurredAtMs(),
                transaction.receivedAtMs(),
                transaction.amountMinor(),
                transaction.currency(),
                decision,
                score,
                reasons,
                features,
                policy.id(),
                policy.sha256(),
                partition,
                offset,
                submissionHash);
        return new Outcome.Decided(decided, decision.alerts() ? alert(transaction, decided) : null);
    }

    private double[] features(TransactionSubmitted transaction, int partition) {
        double[] values = new double[policy.features().size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = switch (policy.features().get(i)) {
                case Aggregated feature -> state.aggregate(feature.aggregate(), windows[i], transaction, partition);
                case Computed feature -> compute(feature, transaction, values);
            };
        }
        return values;
    }

    /**
     * A feature whose expression ends in an error has no value. Nor has one that is not a number, and there is one NaN for
     * all: the bits of 0.0 / 0.0 differ between processors, even between interpreter and compiler.
     */
    static double compute(Computed feature, TransactionSubmitted transaction, double[] values) {
        try {
            double value = feature.expression().evaluate(transaction, values);
            return Double.isNaN(value) ? Double.NaN : value;
        } catch (ArithmeticException e) {
            return Double.NaN;
        }
    }

    private List<Reason> hits(TransactionSubmitted transaction, double[] features) {
        List<Reason> reasons = List.of();
        for (Rule rule : policy.rules()) {
            if (holds(rule, transaction, features)) {
                if (reasons.isEmpty()) {
                    reasons = new ArrayList<>(4);
                }
                reasons.add(new Reason(rule.code(), rule.reason(), rule.weight()));
            }
        }
        return reasons;
    }

    /** A condition that ends in an error does not hold. */
    private static boolean holds(Rule rule, TransactionSubmitted transaction, double[] features) {
        try {
            return rule.when().evaluate(transaction, features);
        } catch (ArithmeticException e) {
            return false;
        }
    }

    private static double score(List<Reason> reasons) {
        double score = 0;
        for (Reason reason : reasons) {
            score += reason.weight();
        }
        return Math.clamp(score, 0, Policy.MAX_SCORE);
    }

    private FraudAlertRaised alert(TransactionSubmitted transaction, TransactionDecided decided) {
        List<Feature> features = new ArrayList<>(decided.featureValues().length);
        for (int i = 0; i < decided.featureValues().length; i++) {
            features.add(new Feature(policy.features().get(i).name(), decided.featureValues()[i]));
        }
        return new FraudAlertRaised(
                transaction.transactionId(),
                transaction.accountId(),
                transaction.occurredAtMs(),
                transaction.receivedAtMs(),
                transaction.amountMinor(),
                transaction.currency(),
                transaction.terminalId(),
                transaction.merchantId(),
                decided.decision(),
                decided.score(),
                decided.reasons(),
                features,
                decided.policyId(),
                decided.policySha256(),
                decided.sourcePartition(),
                decided.sourceOffset());
    }
}
