package io.weir.training.evaluate;

import io.weir.core.policy.Policy;
import io.weir.server.policy.PolicyCompiler;
import io.weir.server.policy.PolicyException;
import io.weir.training.evaluate.HandbookReport.Check;
import io.weir.training.evaluate.HandbookReport.Result;
import io.weir.training.learn.GradientBoosting;
import io.weir.training.learn.Learner;
import io.weir.training.learn.LogisticRegression;
import io.weir.training.replay.FeatureTable;
import io.weir.training.simulator.SimulatedTransactions;
import io.weir.training.simulator.Simulator;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Runs the benchmark: makes the data, replays it, trains and tests every model, and holds the figures to what is asked. */
public final class HandbookRun {
    /** How near to a published figure the logistic regression has to come. */
    private static final double REGRESSION_TOLERANCE = .002;
    /** How near XGBoost has to come. */
    private static final double BOOSTING_TOLERANCE = .003;

    /** What the model is to reach on the test folds. */
    private static final Quality TARGET = new Quality(.880, .760, .310);

    /** The model's settings, chosen on the validation folds. */
    public static final GradientBoosting.Settings MODEL_SETTINGS = new GradientBoosting.Settings(200, .05, 3);

    private static final GradientBoosting.Settings PUBLISHED_SETTINGS = new GradientBoosting.Settings(100, .1, 3);

    private final boolean ablate;
    private final Progress progress;
    private int done;

    /**
     * A run.
     *
     * @param ablate whether the model is also trained without each of its features
     */
    public HandbookRun(boolean ablate, Progress progress) {
        this.ablate = ablate;
        this.progress = progress;
    }

    /** Sees how far it is. */
    @FunctionalInterface
    public interface Progress {
        /**
         * A step begins.
         *
         * @param step in a few words
         * @param done steps before it
         * @param total steps in all
         */
        void at(String step, int done, int total);
    }

    /** Runs it; takes minutes. */
    public HandbookReport run() {
        step("simulating 183 days of transactions");
        SimulatedTransactions transactions = Simulator.simulate(Simulator.Parameters.PUBLISHED);
        step("replaying them through the core under both policies");
        List<FeatureTable> tables = Stream.of(Handbook.baselinePolicy(), Handbook.policy())
                .parallel()
                .map(document -> Handbook.features(transactions, compile(document)))
                .toList();
        FeatureTable book = tables.get(0);
        FeatureTable all = tables.get(1);
        FeatureTable inputs = all.select(Handbook.MODEL_FEATURES);

        Result regression = result("logistic regression, scaled", new LogisticRegression(1), book);
        Result boosting = result("XGBoost, 100 trees, eta .1, depth 3", new GradientBoosting(PUBLISHED_SETTINGS), book);
        Result ours = result("XGBoost, 200 trees, eta .05, depth 3", new GradientBoosting(MODEL_SETTINGS), inputs);
        List<Result> ablation = new ArrayList<>();
        for (String feature : ablate ? Handbook.MODEL_FEATURES : List.<String>of()) {
            List<String> others = Handbook.MODEL_FEATURES.stream()
                    .filter(name -> !name.equals(feature))
                    .toList();
            ablation.add(result(feature, new GradientBoosting(MODEL_SETTINGS), all.select(others)));
        }
        Signals signals = new Signals(all, book);
        return new HandbookReport(
                List.of(regression, boosting),
                ours,
                ablation,
                signals.of(ours.test()),
                signals.ceiling(ours.test()),
                checks(regression, boosting, ours));
    }

    private Result result(String name, Learner learner, FeatureTable table) {
        boolean left = ablate && Handbook.MODEL_FEATURES.contains(name);
        step((left ? "without " : "") + name + ", validation folds");
        Evaluation validation = Evaluation.of(learner, table, Handbook.VALIDATION_FOLDS);
        step((left ? "without " : "") + name + ", test folds");
        Evaluation test = Evaluation.of(learner, table, Handbook.TEST_FOLDS);
        // The latest test fold but three is the baseline split: trained on the same week, tested on the same.
        Quality baseline = test.folds().stream()
                .filter(fold -> fold.split().equals(Handbook.BASELINE))
                .map(Evaluation.Fold::quality)
                .findFirst()
                .orElseThrow();
        double[][] curves = test.folds().stream()
                .map(fold -> PrecisionRecall.curve(fold.scores(), table.frauds(fold.rows())))
                .toArray(double[][]::new);
        return new Result(name, table.names().size(), baseline, validation, test, PrecisionRecall.mean(curves));
    }

    private void step(String text) {
        int models = 3 + (ablate ? Handbook.MODEL_FEATURES.size() : 0);
        progress.at(text, done++, 2 + 2 * models);
    }

    static List<Check> checks(Result regression, Result boosting, Result ours) {
        Quality target = ours.test().mean();
        List<Check> checks = new ArrayList<>(List.of(
                reproduction(
                        "logistic regression on the baseline split, within .002 of what was published",
                        Published.LOGISTIC_REGRESSION,
                        regression.baselineSplit(),
                        REGRESSION_TOLERANCE),
                reproduction(
                        "XGBoost on the 15 features, test folds, within .003 of what was published",
                        Published.XGBOOST,
                        boosting.test().mean(),
                        BOOSTING_TOLERANCE),
                atLeast("AUC on the test folds", TARGET.rocAuc(), target.rocAuc()),
                atLeast("AP on the test folds", TARGET.averagePrecision(), target.averagePrecision()),
                atLeast("CP@100 on the test folds", TARGET.cardPrecision(), target.cardPrecision())));
        List<Double> gains = gains(boosting, ours);
        double least = gains.stream().mapToDouble(gain -> gain).min().orElse(Double.NaN);
        checks.add(new Check(
                "AP above that of XGBoost on the 15 features, on each of the " + gains.size() + " folds",
                "more than 0",
                "at least " + figure(least) + " more",
                least > 0));
        return checks;
    }

    /** By how much a model's AP is above another's, by validation fold, then by test fold. */
    static List<Double> gains(Result from, Result to) {
        List<Double> gains = new ArrayList<>();
        for (List<Evaluation> pair :
                List.of(List.of(from.validation(), to.validation()), List.of(from.test(), to.test()))) {
            for (int fold = 0; fold < pair.get(0).folds().size(); fold++) {
                gains.add(pair.get(1).folds().get(fold).quality().averagePrecision()
                        - pair.get(0).folds().get(fold).quality().averagePrecision());
            }
        }
        return gains;
    }

    private static Check reproduction(String what, Published published, Quality got, double tolerance) {
        return new Check(
                what, figures(published.quality()), figures(got), got.isWithin(tolerance, published.quality()));
    }

    private static Check atLeast(String what, double wanted, double got) {
        return new Check(what, "at least " + figure(wanted), figure(got), got >= wanted);
    }

    static String figures(Quality quality) {
        return figure(quality.rocAuc()) + " / " + figure(quality.averagePrecision()) + " / "
                + figure(quality.cardPrecision());
    }

    /** With four digits, as in .8815. */
    static String figure(double value) {
        return String.format(Locale.ROOT, "%.4f", value).replaceFirst("^(-?)0\\.", "$1.");
    }

    private static Policy compile(String document) {
        try {
            return new PolicyCompiler().compile(document);
        } catch (PolicyException e) {
            throw new IllegalStateException("a policy that comes with Weir has errors: " + e.getMessage(), e);
        }
    }
}
