package io.weir.core.policy;

import io.weir.events.Decision;
import io.weir.events.Sha256;
import java.util.List;

/**
 * A policy, compiled. Immutable.
 *
 * @param id its id
 * @param sha256 identity of the document that it was compiled from
 * @param features in the order in which they are computed and recorded
 * @param rules in the order in which they are evaluated and recorded
 * @param reviewAt score from which a transaction is reviewed, in points
 * @param declineAt score from which it is declined, in points; not below {@code reviewAt}
 */
public record Policy(
        String id,
        Sha256 sha256,
        List<FeatureDefinition> features,
        List<Rule> rules,
        double reviewAt,
        double declineAt) {

    /** The highest score, in points; the lowest is 0. */
    public static final double MAX_SCORE = 100;

    public Policy {
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

    /** The decision that a score leads to. */
    public Decision decisionFor(double score) {
        if (score >= declineAt) {
            return Decision.DECLINE;
        }
        return score >= reviewAt ? Decision.REVIEW : Decision.APPROVE;
    }
}
