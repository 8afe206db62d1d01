package io.weir.server.http;

import io.weir.core.policy.Model;
import io.weir.core.policy.Policy;
import io.weir.core.policy.Policy.OnDeadline;
import java.util.List;

/**
 * What those who answer callers need of a policy: the names that belong to a decision's values, and what to say without one.
 *
 * @param features in the policy's order
 * @param modelInputs features that the model is fed, in its order; none without a model
 * @param onDeadline what to say when a decision cannot be had in time
 */
public record PolicyNames(List<String> features, List<String> modelInputs, OnDeadline onDeadline) {
    public PolicyNames {
        features = List.copyOf(features);
        modelInputs = List.copyOf(modelInputs);
    }

    /** Names alone. */
    public PolicyNames(List<String> features, List<String> modelInputs) {
        this(features, modelInputs, OnDeadline.PENDING);
    }

    /** Those of a policy. */
    public static PolicyNames of(Policy policy) {
        List<String> features = policy.featureNames();
        Model model = policy.model();
        return new PolicyNames(
                features,
                model == null
                        ? List.of()
                        : model.inputs().stream().map(features::get).toList(),
                policy.onDeadline());
    }
}
