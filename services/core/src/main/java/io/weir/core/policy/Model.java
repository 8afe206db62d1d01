package io.weir.core.policy;

import io.weir.core.model.TreeEnsemble;
import io.weir.events.Sha256;
import java.util.List;

/**
 * A model that a policy uses: its probability of fraud, times {@code points}, is added to the score. Immutable.
 *
 * @param sha256 its identity
 * @param trees what it computes
 * @param inputs by feature of the model, the index in the policy's order of the feature that is handed to it
 * @param points what a probability of 1 adds, above 0 and up to 100
 * @param reasons why, in the policy's order
 */
public record Model(Sha256 sha256, TreeEnsemble trees, List<Integer> inputs, double points, List<ModelReason> reasons) {
    /** As many reasons of the model's at most are given with a decision. */
    public static final int MOST_REASONS = 3;

    /** Below so many points, a reason of the model's is not given. */
    public static final double LEAST_POINTS = 1;

    public Model {
        inputs = List.copyOf(inputs);
        reasons = List.copyOf(reasons);
        if (inputs.size() != trees.features()) {
            throw new IllegalArgumentException(
                    "the model has " + trees.features() + " features, " + inputs.size() + " are given");
        }
        if (!(points > 0 && points <= Policy.MAX_SCORE)) {
            throw new IllegalArgumentException("points must be above 0 and up to 100, are " + points);
        }
    }

    /**
     * A reason that the model may have: the share of the features whose contributions count as one for people.
     *
     * @param code for programs
     * @param text for people
     * @param inputs indexes among the model's features
     */
    public record ModelReason(String code, ReasonText text, List<Integer> inputs) {
        public ModelReason {
            inputs = List.copyOf(inputs);
        }
    }
}
