package io.weir.core.decide;

import io.weir.core.policy.Aggregate;
import io.weir.core.policy.Entity;
import io.weir.core.policy.FeatureDefinition;
import io.weir.core.policy.FeatureDefinition.Aggregated;
import io.weir.core.policy.FeatureDefinition.Computed;
import io.weir.core.policy.FeatureDefinition.Listed;
import io.weir.core.policy.Policy;
import io.weir.core.policy.PolicyList;
import io.weir.core.policy.Rule;
import io.weir.events.Decision;
import io.weir.events.Feature;
import io.weir.events.FraudAlertRaised;
import io.weir.events.ModelScore;
import io.weir.events.Reason;
import io.weir.events.TransactionDecided;
import io.weir.events.TransactionSubmitted;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Features, then lists and rules, then the model, then the score and the decision: one policy over the state. What needs the
 * state is apart from what does not, so that another thread may do the latter.
 */
final class Scoring {
    private final Policy policy;
    private final AggregateValues aggregates;
    private final FeatureDefinition[] features;
    /** By feature, the windows that its aggregate is over, see {@link Selections#windowsOf}. */
    private final int[] windows;

    private final @Nullable ModelScoring model;
    /** Where what is measured is handed out, one decision after another; null if each has its own. */
    private final @Nullable Measured lent;

    private final StringBuilder text = new StringBuilder();
    private final Hits hits = new Hits();
    /** By rule, whether it is in shadow, as of the steering and position below. */
    private boolean[] inShadow = new boolean[0];

    private @Nullable Steering steering;
    private long position;
    private int changes;

    /** Where the values of aggregates come from. */
    @FunctionalInterface
    interface AggregateValues {
        /**
         * The value of a feature for the transaction that was folded last.
         *
         * @param feature index in the policy's order
         * @param windows those that the aggregate is over, see {@link Selections#windowsOf}
         */
        double of(int feature, Aggregate aggregate, int windows, TransactionSubmitted transaction);
    }

    /** A policy over a state, see {@link #Scoring(Policy, Selections, AggregateValues, boolean)}. */
    Scoring(Policy policy, FraudState state, boolean lending) {
        this(
                policy,
                state.selections(),
                (feature, aggregate, windows, transaction) -> state.aggregate(aggregate, windows, transaction),
                lending);
    }

    /**
     * A policy over values.
     *
     * @param selections what they can be had of
     * @param lending whether the arrays in a decision are this one's own, which the next decision overwrites
     * @throws IllegalStateException when the state does not keep what the policy asks for
     */
    Scoring(Policy policy, Selections selections, AggregateValues aggregates, boolean lending) {
        this.policy = policy;
        this.aggregates = aggregates;
        List<String> missing = selections.missing(policy);
        if (!missing.isEmpty()) {
            throw new IllegalStateException("policy " + policy.id() + " " + policy.sha256()
                    + " cannot be scored: this state does not keep the selections of its features "
                    + String.join(", ", missing) + "; build a state that does (Selections.of) from the log");
        }
        model = policy.model() == null ? null : new ModelScoring(policy.model(), lending);
        features = policy.features().toArray(FeatureDefinition[]::new);
        lent = lending ? new Measured(features.length) : null;
        windows = new int[features.length];
        for (int i = 0; i < windows.length; i++) {
            windows[i] = features[i] instanceof Aggregated feature ? selections.windowsOf(feature.aggregate()) : -1;
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

    /**
     * Measures and decides.
     *
     * @param by lists and rules in shadow
     * @param controlPosition as of which they count
     */
    Outcome.Decided decide(
            TransactionSubmitted transaction,
            long submissionHash,
            int partition,
            long offset,
            Steering by,
            long controlPosition) {
        return decide(measure(transaction, submissionHash, partition, offset, by, controlPosition, room(null)));
    }

    /** Where the features of a transaction go: into {@code rows}, or where decisions are made at once. */
    Measured room(@Nullable FeatureRows rows) {
        if (rows != null) {
            return rows.next(features.length);
        }
        return lent == null ? new Measured(features.length) : lent;
    }

    /**
     * Takes from the state what the decision needs of it.
     *
     * @param by lists and rules in shadow
     * @param controlPosition as of which they count
     * @param into where it goes, see {@link #room}; returned
     */
    Measured measure(
            TransactionSubmitted transaction,
            long submissionHash,
            int partition,
            long offset,
            Steering by,
            long controlPosition,
            Measured into) {
        steer(by, controlPosition);
        fill(into.features(), transaction);
        into.set(this, transaction, submissionHash, partition, offset, inShadow);
        return into;
    }

    /** Decides; this needs nothing of the state. */
    Outcome.Decided decide(Measured measured) {
        TransactionSubmitted transaction = measured.transaction();
        double[] values = measured.features();
        findHits(transaction, values, measured.inShadow());
        double points = model == null ? 0 : model.points(values);
        double score = score(hits.reasons, points);
        Decision decision = policy.decisionFor(score, hits.demanded);
        ModelScore said = model == null ? null : model.score(points, decision.alerts());
        List<Reason> reasons = hits.reasons;
        if (model != null && said != null) {
            List<Reason> seen = model.reasons(said, transaction, values);
            reasons = reasons.isEmpty() ? seen : seen.isEmpty() ? reasons : joined(reasons, seen);
        }
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
                values,
                policy.id(),
                policy.sha256(),
                measured.partition(),
                measured.offset(),
                measured.submissionHash(),
                said,
                hits.inShadow);
        return new Outcome.Decided(decided, decision.alerts() ? alert(transaction, decided) : null);
    }

    private void fill(double[] values, TransactionSubmitted transaction) {
        for (int i = 0; i < values.length; i++) {
            values[i] = switch (features[i]) {
                case Aggregated feature -> aggregates.of(i, feature.aggregate(), windows[i], transaction);
                case Computed feature -> compute(feature, transaction, values);
                case Listed feature -> isListed(feature, transaction) ? 1 : 0;
            };
        }
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

    private void steer(Steering by, long controlPosition) {
        if (by != steering || controlPosition != position || by.changes() != changes) {
            steering = by;
            position = controlPosition;
            changes = by.changes();
            inShadow = by.inShadow(policy, controlPosition);
        }
    }

    private boolean isListed(Listed feature, TransactionSubmitted transaction) {
        return steering != null
                && steering.isListed(feature.name(), feature.entity().idIn(transaction), position);
    }

    /** Lists and rules that hold: of one transaction after another. */
    private static final class Hits {
        private List<Reason> reasons = List.of();
        private Set<Decision> demanded = Set.of();
        /** Codes of the rules in shadow that hold. */
        private List<String> inShadow = List.of();
    }

    private void findHits(TransactionSubmitted transaction, double[] features, boolean[] inShadow) {
        List<Reason> reasons = List.of();
        Set<Decision> demanded = Set.of();
        List<String> shadows = List.of();
        for (PolicyList list : policy.lists()) {
            if (features[list.feature()] != 0) {
                reasons = with(reasons, new Reason(list.name(), list.reason().fill(transaction, features, text), 0));
                demanded = with(demanded, list.kind().decision());
            }
        }
        List<Rule> rules = policy.rules();
        for (int i = 0; i < rules.size(); i++) {
            Rule rule = rules.get(i);
            if (!holds(rule, transaction, features)) {
                continue;
            }
            if (inShadow[i]) {
                shadows = with(shadows, rule.code());
                continue;
            }
            String why = rule.reason().fill(transaction, features, text);
            reasons = with(reasons, new Reason(rule.code(), why, rule.weight()));
            if (rule.demands() != null) {
                demanded = with(demanded, rule.demands());
            }
        }
        hits.reasons = reasons;
        hits.demanded = demanded;
        hits.inShadow = shadows;
    }

    /** Most transactions hit nothing, and cost no list. */
    private static <T> List<T> with(List<T> list, T next) {
        List<T> grown = list.isEmpty() ? new ArrayList<>(4) : list;
        grown.add(next);
        return grown;
    }

    private static Set<Decision> with(Set<Decision> demanded, Decision next) {
        Set<Decision> grown = demanded.isEmpty() ? EnumSet.noneOf(Decision.class) : demanded;
        grown.add(next);
        return grown;
    }

    private static List<Reason> joined(List<Reason> first, List<Reason> second) {
        List<Reason> all = new ArrayList<>(first.size() + second.size());
        all.addAll(first);
        all.addAll(second);
        return all;
    }

    /** A condition that ends in an error does not hold. */
    private static boolean holds(Rule rule, TransactionSubmitted transaction, double[] features) {
        try {
            return rule.when().evaluate(transaction, features);
        } catch (ArithmeticException e) {
            return false;
        }
    }

    private static double score(List<Reason> reasons, double modelPoints) {
        double score = modelPoints;
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
                decided.sourceOffset(),
                decided.model(),
                contributions(decided.model()));
    }

    /** With their names, the largest first. */
    private List<Feature> contributions(@Nullable ModelScore said) {
        if (said == null || policy.model() == null) {
            return List.of();
        }
        List<Feature> contributions = new ArrayList<>(said.contributions().length);
        for (int i = 0; i < said.contributions().length; i++) {
            String name = policy.features().get(policy.model().inputs().get(i)).name();
            contributions.add(new Feature(name, said.contributions()[i]));
        }
        contributions.sort(Comparator.comparingDouble(Feature::value).reversed());
        return contributions;
    }
}
