package io.weir.training.learn;

import io.weir.training.replay.FeatureTable;

/** Brings features to mean 0 and population standard deviation 1 over the rows it was made from, and appends a 1. */
final class Scaling {
    private final double[] means;
    private final double[] deviations;

    private Scaling(double[] means, double[] deviations) {
        this.means = means;
        this.deviations = deviations;
    }

    /** Of the values that are numbers; a feature that is constant, or never one, is left unscaled. */
    static Scaling of(FeatureTable table, int[] rows) {
        int features = table.names().size();
        double[] means = new double[features];
        double[] deviations = new double[features];
        for (int feature = 0; feature < features; feature++) {
            int count = 0;
            double sum = 0;
            for (int row : rows) {
                double value = table.value(row, feature);
                if (!Double.isNaN(value)) {
                    count++;
                    sum += value;
                }
            }
            double mean = count == 0 ? 0 : sum / count;
            double squares = 0;
            for (int row : rows) {
                double value = table.value(row, feature);
                if (!Double.isNaN(value)) {
                    squares += (value - mean) * (value - mean);
                }
            }
            means[feature] = mean;
            deviations[feature] = squares > 0 ? Math.sqrt(squares / count) : 1;
        }
        return new Scaling(means, deviations);
    }

    double[][] apply(FeatureTable table, int[] rows) {
        double[][] inputs = new double[rows.length][means.length + 1];
        for (int feature = 0; feature < means.length; feature++) {
            for (int i = 0; i < rows.length; i++) {
                double value = table.value(rows[i], feature);
                inputs[i][feature] = Double.isNaN(value) ? 0 : (value - means[feature]) / deviations[feature];
            }
        }
        for (double[] input : inputs) {
            input[means.length] = 1;
        }
        return inputs;
    }
}
