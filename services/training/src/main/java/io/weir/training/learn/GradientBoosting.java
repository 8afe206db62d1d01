package io.weir.training.learn;

import io.weir.training.replay.FeatureTable;
import java.util.HashMap;
import java.util.Map;
import ml.dmlc.xgboost4j.java.Booster;
import ml.dmlc.xgboost4j.java.DMatrix;
import ml.dmlc.xgboost4j.java.XGBoost;
import ml.dmlc.xgboost4j.java.XGBoostError;

/**
 * Gradient-boosted trees by XGBoost, on features rounded to floats. Splits are sought exactly: fraud lies in the extreme
 * tail of a few features, which histograms of 256 bins do not resolve. One thread and a fixed seed, so that the same rows
 * give the same bytes.
 */
public final class GradientBoosting implements Learner {
    private final Settings settings;

    public GradientBoosting(Settings settings) {
        this.settings = settings;
    }

    /**
     * What to grow.
     *
     * @param trees how many, 1 or more
     * @param learningRate how much of each counts, in (0, 1]
     * @param depth greatest depth of a tree, 1 or more
     * @param more further parameters of XGBoost, by their names there; they win over what is set here
     */
    public record Settings(int trees, double learningRate, int depth, Map<String, Object> more) {
        public Settings {
            more = Map.copyOf(more);
        }

        public Settings(int trees, double learningRate, int depth) {
            this(trees, learningRate, depth, Map.of());
        }

        private Map<String, Object> parameters() {
            Map<String, Object> parameters = new HashMap<>();
            parameters.put("objective", "binary:logistic");
            parameters.put("tree_method", "exact");
            parameters.put("base_score", 0.5);
            parameters.put("eta", learningRate);
            parameters.put("max_depth", depth);
            parameters.put("nthread", 1);
            parameters.put("seed", 0);
            parameters.put("verbosity", 0);
            parameters.putAll(more);
            return parameters;
        }
    }

    @Override
    public Trees train(FeatureTable table, int[] rows) {
        try {
            DMatrix matrix = matrix(table, rows);
            try {
                float[] labels = new float[rows.length];
                for (int i = 0; i < rows.length; i++) {
                    labels[i] = table.fraud(rows[i]) ? 1 : 0;
                }
                matrix.setLabel(labels);
                return new Trees(XGBoost.train(matrix, settings.parameters(), settings.trees(), Map.of(), null, null));
            } finally {
                matrix.dispose();
            }
        } catch (XGBoostError e) {
            throw new IllegalStateException("XGBoost cannot train with " + settings, e);
        }
    }

    private static DMatrix matrix(FeatureTable table, int[] rows) throws XGBoostError {
        int features = table.names().size();
        float[] values = new float[rows.length * features];
        for (int feature = 0; feature < features; feature++) {
            for (int i = 0; i < rows.length; i++) {
                values[i * features + feature] = (float) table.value(rows[i], feature);
            }
        }
        DMatrix matrix = new DMatrix(values, rows.length, features, Float.NaN);
        matrix.setFeatureNames(table.names().toArray(String[]::new)); // a model says what it reads
        return matrix;
    }

    /** Trained trees. Their scores are margins, that is log odds: unlike probabilities these do not run together at 1. */
    public static final class Trees implements Model {
        private final Booster booster;

        private Trees(Booster booster) {
            this.booster = booster;
        }

        @Override
        public double[] score(FeatureTable table, int[] rows) {
            try {
                DMatrix matrix = matrix(table, rows);
                try {
                    float[][] margins = booster.predict(matrix, true);
                    double[] scores = new double[rows.length];
                    for (int i = 0; i < scores.length; i++) {
                        scores[i] = margins[i][0];
                    }
                    return scores;
                } finally {
                    matrix.dispose();
                }
            } catch (XGBoostError e) {
                throw new IllegalStateException("XGBoost cannot predict", e);
            }
        }

        /** The model in XGBoost's JSON; equal for equal training. */
        public byte[] toJson() {
            try {
                return booster.toByteArray("json");
            } catch (XGBoostError e) {
                throw new IllegalStateException("XGBoost cannot write its model", e);
            }
        }
    }
}
