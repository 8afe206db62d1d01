package io.weir.core.policy;

import io.weir.events.Decision;
import io.weir.events.Sha256;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A policy, compiled. Immutable.
 *
 * @param id its id
 * @param sha256 identity of the document that it was compiled from
 * @param features in the order in which they are computed and recorded
 * @param lists that it uses
 * @param rules in the order in which they are evaluated and recorded
 * @param model whose points are added to the score; null for none
 * @param reviewAt score from which a transaction is reviewed, in points
 * @param declineAt score from which it is declined, in points; not below {@code reviewAt}
 * @param onDeadline what callers are told when a decision cannot be had in time
 */
public record Policy(
        String id,
        Sha256 sha256,
        List<FeatureDefinition> features,
        List<PolicyList> lists,
        List<Rule> rules,
        @Nullable Model model,
        double reviewAt,
        double declineAt,
        OnDeadline onDeadline) {

    /** The highest score, in points; the lowest is 0. */
    public static final double MAX_SCORE = 100;

    /** What a caller is told when a decision cannot be had in time; the decision on the log follows and is not changed by it. */
    public enum OnDeadline {
        /** Nothing yet. */
        PENDING,
        APPROVE,
        REVIEW,
        DECLINE
    }

    /** One with features and rules alone. */
    public Policy(
            String id,
            Sha256 sha256,
            List<FeatureDefinition> features,
            List<Rule> rules,
            double reviewAt,
            double declineAt) {
        this(id, sha256, features, List.of(), rules, null, reviewAt, declineAt, OnDeadline.PENDING);
    }

    public Policy {
        lists = List.copyOf(lists);
        features = List.copyOf(features);
        rules = List.copyOf(rules);
        if (!(reviewAt > 0 && reviewAt <= declineAt && declineAt <= MAX_SCORE)) {
            throw new IllegalArgumentException("thresholds must satisfy 0 < review <= decline <= 100, are review "
                    + reviewAt + " and decline " + declineAt);
        }
    }

    /** The names of the features, in the policy's order. */
    public List<String> featureNames() {
        return features.stream().map(FeatureDefinition::name).toList();
    }

    /**
     * The decision that a score and demands lead to. What declines comes first, then what approves; otherwise the thresholds
     * decide, and what demands a review gets one at least.
     *
     * @param demanded by lists and rules
     */
    public Decision decisionFor(double score, Set<Decision> demanded) {
        if (demanded.contains(Decision.DECLINE)) {
            return Decision.DECLINE;
        }
        if (demanded.contains(Decision.APPROVE)) {
            return Decision.APPROVE;
        }
        if (score >= declineAt) {
            return Decision.DECLINE;
        }
        return score >= reviewAt || demanded.contains(Decision.REVIEW) ? Decision.REVIEW : Decision.APPROVE;
    }
}
