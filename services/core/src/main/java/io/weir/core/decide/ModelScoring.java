package io.weir.core.decide;

import io.weir.core.model.Scratch;
import io.weir.core.model.TreeEnsemble;
import io.weir.core.policy.Model;
import io.weir.core.policy.Model.ModelReason;
import io.weir.core.policy.Policy;
import io.weir.events.ModelScore;
import io.weir.events.Reason;
import io.weir.events.TransactionSubmitted;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

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

    private final Scratch scratch;
    private final StringBuilder text = new StringBuilder();
    /** Where contributions are handed out, one decision after another; null if each has its own. */
    private final double @Nullable [] lent;

    private float margin;
    private double probability;

    ModelScoring(Model model, boolean lending) {
        this.model = model;
        inputs = model.inputs().stream().mapToInt(Integer::intValue).toArray();
        row = new float[inputs.length];
        contributions = new double[inputs.length + 1];
        scratch = new Scratch(model.trees());
        lent = lending ? new double[inputs.length] : null;
    }

    /** Evaluates the model; returns the points that it adds. */
    double points(double[] features) {
        for (int i = 0; i < row.length; i++) {
            row[i] = (float) features[inputs[i]];
        }
        margin = model.trees().contributions(row, contributions, scratch);
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
            model.trees().shapley(row, contributions, scratch);
        }
        double[] said = lent == null ? new double[row.length] : lent;
        System.arraycopy(contributions, 0, said, 0, said.length);
        return new ModelScore(model.sha256(), probability, points, margin, contributions[row.length], said);
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
        List<Reason> reasons = new ArrayList<>(Model.MOST_REASONS);
        for (ModelReason reason : model.reasons()) {
            double contribution = contribution(reason, score);
            double share = contribution > 0 ? score.points() * contribution / raised : 0;
            if (share >= Model.LEAST_POINTS) {
                reasons.add(new Reason(
                        reason.code(),
                        reason.text().fill(transaction, features, text),
                        Math.min(share, Policy.MAX_SCORE)));
            }
        }
        reasons.sort(BY_WEIGHT);
        return reasons.size() > Model.MOST_REASONS ? reasons.subList(0, Model.MOST_REASONS) : reasons;
    }

    private static double contribution(ModelReason reason, ModelScore score) {
        double sum = 0;
        for (int i = 0; i < reason.inputs().size(); i++) {
            sum += score.contributions()[reason.inputs().get(i)];
        }
        return sum;
    }
}
