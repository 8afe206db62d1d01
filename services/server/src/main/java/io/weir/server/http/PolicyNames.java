package io.weir.server.http;

import io.weir.core.policy.Model;
import io.weir.core.policy.Policy;
import java.util.List;

/**
 * What a decision leaves to its policy: the names that belong to its values.
 *
 * @param features in the policy's order
 * @param modelInputs features that the model is fed, in its order; none without a model
 */
public record PolicyNames(List<String> features, List<String> modelInputs) {
    public PolicyNames {
        features = List.copyOf(features);
        modelInputs = List.copyOf(modelInputs);
    }

    /** Those of a policy. */
    public static PolicyNames of(Policy policy) {
        List<String> features = policy.featureNames();
        Model model = policy.model();
        return new PolicyNames(
                features,
                model == null
                        ? List.of()
                        : model.inputs().stream().map(features::get).toList());
    }
}
