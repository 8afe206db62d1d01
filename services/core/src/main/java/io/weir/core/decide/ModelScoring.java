package io.weir.core.decide;

import io.weir.core.model.TreeEnsemble;
import io.weir.core.policy.Model;
import io.weir.core.policy.Model.ModelReason;
import io.weir.core.policy.Policy;
import io.weir.events.ModelScore;
import io.weir.events.Reason;
import io.weir.events.TransactionSubmitted;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** A policy's model: its margin, what that adds to the score, and why. */
final class ModelScoring {
    private static final Comparator<Reason> BY_WEIGHT =
            Comparator.comparingDouble(Reason::weight).reversed().thenComparing(Reason::code);

    private final Model model;
    /** By feature of the model, the index of the policy's. */
    private final int[] inputs;
    /** The features of one transaction, in the model's order and precision. */
    private final float[] row;
    /** What each did to the margin, and at the end the mean margin. */
    private final double[] contributions;

    private float margin;
    private double probability;

    ModelScoring(Model model) {
        this.model = model;
        inputs = model.inputs().stream().mapToInt(Integer::intValue).toArray();
        row = new float[inputs.length];
        contributions = new double[inputs.length + 1];
    }

    /** Evaluates the model; returns the points that it adds. */
    double points(double[] features) {
        for (int i = 0; i < row.length; i++) {
            row[i] = (float) features[inputs[i]];
        }
        margin = model.trees().contributions(row, contributions);
        probability = TreeEnsemble.probability(margin);
        return model.points() * probability;
    }

    /**
     * What it said of the transaction last evaluated.
     *
     * @param exact whether contributions are to be Shapley values, which take longer
     */
    ModelScore score(double points, boolean exact) {
        if (exact) {
            model.trees().shapley(row, contributions);
        }
        return new ModelScore(
                model.sha256(),
                probability,
                points,
                margin,
                contributions[row.length],
                Arrays.copyOf(contributions, row.length));
    }

    /** What raised the margin, each with its share of the points; the largest first. */
    List<Reason> reasons(ModelScore score, TransactionSubmitted transaction, double[] features) {
        if (score.points() < Model.LEAST_POINTS) {
            return List.of();
        }
        double raised = 0;
        for (ModelReason reason : model.reasons()) {
            raised += Math.max(0, contribution(reason, score));
        }
        List<Reason> reasons = new ArrayList<>();
        for (ModelReason reason : model.reasons()) {
            double contribution = contribution(reason, score);
            double share = contribution > 0 ? score.points() * contribution / raised : 0;
            if (share >= Model.LEAST_POINTS) {
                reasons.add(new Reason(
                        reason.code(), reason.text().fill(transaction, features), Math.min(share, Policy.MAX_SCORE)));
            }
        }
        reasons.sort(BY_WEIGHT);
        return reasons.subList(0, Math.min(reasons.size(), Model.MOST_REASONS));
    }

    private static double contribution(ModelReason reason, ModelScore score) {
        double sum = 0;
        for (int i = 0; i < reason.inputs().size(); i++) {
            sum += score.contributions()[reason.inputs().get(i)];
        }
        return sum;
    }
}
