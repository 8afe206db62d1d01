package io.weir.training.model;

import io.weir.core.model.TreeEnsemble;
import io.weir.server.model.ModelException;
import io.weir.server.model.XgboostModel;
import io.weir.training.evaluate.Evaluation;
import io.weir.training.evaluate.Quality;
import io.weir.training.learn.GradientBoosting;
import io.weir.training.replay.FeatureTable;
import java.time.Duration;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Trains gradient-boosted trees on the beginning of a table and measures them on its end, with the time that labels take
 * between: as they would have been trained and used. The same table gives the same bytes.
 */
public final class ModelTraining {
    private static final int EXPLAINED_ROWS = 2_000;

    private final GradientBoosting.Settings settings;
    private final long heldOutMs;
    private final long labelDelayMs;
    private final boolean refit;

    /**
     * A way to train.
     *
     * @param heldOut length of the end to measure on; zero to measure nothing
     * @param labelDelay how long labels take
     * @param refit whether the model is trained again on all rows once it was measured
     */
    public ModelTraining(GradientBoosting.Settings settings, Duration heldOut, Duration labelDelay, boolean refit) {
        this.settings = settings;
        this.heldOutMs = heldOut.toMillis();
        this.labelDelayMs = labelDelay.toMillis();
        this.refit = refit;
    }

    /**
     * A model, and what is to be said of it.
     *
     * @param json the model in XGBoost's JSON
     * @param trained what it was trained on
     * @param measuredAfter what the model was trained on that the quality is of
     * @param heldOut what it was measured on; null if nothing was held out
     * @param quality there; null if nothing was held out
     * @param weights by feature, the mean absolute Shapley value, in log odds, over rows spread over all that was trained on
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record Trained(
            byte[] json,
            Part trained,
            Part measuredAfter,
            @Nullable Part heldOut,
            @Nullable Quality quality,
            double[] weights,
            GradientBoosting.Settings settings) {}

    /**
     * Some rows.
     *
     * @param fromMs event time of the first
     * @param toMs event time of the last
     * @param accounts different ones
     */
    public record Part(int rows, int frauds, int accounts, long fromMs, long toMs) {
        static Part of(FeatureTable table, int[] rows) {
            return new Part(
                    rows.length,
                    (int) IntStream.of(rows).filter(table::fraud).count(),
                    (int) IntStream.of(rows).map(table::account).distinct().count(),
                    table.timeMs(rows[0]),
                    table.timeMs(rows[rows.length - 1]));
        }
    }

    /**
     * Trains.
     *
     * @throws IllegalArgumentException when there is nothing to learn from, or nothing to measure on, saying what to change
     */
    public Trained train(FeatureTable table) {
        if (table.rows() == 0) {
            throw new IllegalArgumentException(
                    "there is no transaction to learn from: widen --from and --to, or shorten --label-delay, for which the "
                            + "last transactions of a log are left out");
        }
        int[] all = IntStream.range(0, table.rows()).toArray();
        if (heldOutMs == 0) {
            requireBoth(table, all, "the range");
            GradientBoosting.Trees model = new GradientBoosting(settings).train(table, all);
            Part part = Part.of(table, all);
            return new Trained(model.toJson(), part, part, null, null, weights(table, all, model), settings);
        }
        long heldOutFromMs = table.timeMs(table.rows() - 1) + 1 - heldOutMs;
        int[] before =
                IntStream.range(0, table.firstAt(heldOutFromMs - labelDelayMs)).toArray();
        int[] after =
                IntStream.range(table.firstAt(heldOutFromMs), table.rows()).toArray();
        requireBoth(table, before, "what is left before the time held out and the time that labels take");
        requireBoth(table, after, "the time held out");
        GradientBoosting.Trees measured = new GradientBoosting(settings).train(table, before);
        double[] scores = measured.score(table, after);
        requireSame(table, after, measured, scores);
        Quality quality = Evaluation.quality(table, after, scores);
        int[] rows = refit ? all : before;
        GradientBoosting.Trees model = refit ? new GradientBoosting(settings).train(table, all) : measured;
        return new Trained(
                model.toJson(),
                Part.of(table, rows),
                Part.of(table, before),
                Part.of(table, after),
                quality,
                weights(table, rows, model),
                settings);
    }

    private static void requireBoth(FeatureTable table, int[] rows, String where) {
        long frauds = IntStream.of(rows).filter(table::fraud).count();
        if (frauds == 0 || frauds == rows.length) {
            throw new IllegalArgumentException(
                    "of " + rows.length + " transactions in " + where + ", " + frauds
                            + " are labelled fraud: there must be some, and others; widen --from and --to, or change --hold-out");
        }
    }

    /** What serves must compute what was measured. */
    private static void requireSame(FeatureTable table, int[] rows, GradientBoosting.Trees model, double[] scores) {
        TreeEnsemble served = served(model);
        float[] row = new float[served.features()];
        for (int i = 0; i < rows.length; i++) {
            if (served.margin(floats(table, rows[i], row)) != (float) scores[i]) {
                throw new IllegalStateException("the trees as they are served give another score than the library, row "
                        + rows[i] + ": this is a fault of Weir");
            }
        }
    }

    private static double[] weights(FeatureTable table, int[] rows, GradientBoosting.Trees model) {
        TreeEnsemble served = served(model);
        int features = served.features();
        float[] row = new float[features];
        double[] contributions = new double[features + 1];
        double[] sums = new double[features];
        int count = Math.min(EXPLAINED_ROWS, rows.length);
        for (int i = 0; i < count; i++) {
            int at = rows[(int) ((long) i * rows.length / count)];
            served.shapley(floats(table, at, row), contributions);
            for (int feature = 0; feature < features; feature++) {
                sums[feature] += Math.abs(contributions[feature]) / count;
            }
        }
        return sums;
    }

    private static TreeEnsemble served(GradientBoosting.Trees model) {
        try {
            return XgboostModel.read(model.toJson()).trees();
        } catch (ModelException e) {
            throw new IllegalStateException("the model just trained cannot be served: " + e.getMessage(), e);
        }
    }

    private static float[] floats(FeatureTable table, int row, float[] into) {
        for (int feature = 0; feature < into.length; feature++) {
            into[feature] = (float) table.value(row, feature);
        }
        return into;
    }
}
