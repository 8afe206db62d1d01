package io.weir.training.learn;

import io.weir.training.replay.FeatureTable;

/**
 * Logistic regression on features scaled to mean 0 and standard deviation 1, as far as they are defined; where one is not,
 * it counts as its mean. Minimises {@code |w|²/2 + C·Σ log(1 + exp(−y·(w·x + b)))}, the intercept b unpenalised, by Newton's
 * method: it is convex, so that this is the one minimum that any other solver comes near.
 */
public final class LogisticRegression implements Learner {
    private static final int MAX_STEPS = 100;
    private static final double RELATIVE_TOLERANCE = 1e-12;

    private final double inverseStrength;

    /** @param inverseStrength C, the inverse of the strength of the penalty, above 0; 1 is customary */
    public LogisticRegression(double inverseStrength) {
        this.inverseStrength = inverseStrength;
    }

    @Override
    public Fitted train(FeatureTable table, int[] rows) {
        Scaling scaling = Scaling.of(table, rows);
        Fitting fitting = new Fitting(scaling.apply(table, rows), table.frauds(rows));
        return new Fitted(scaling, fitting.minimise());
    }

    /** A fitted regression. Its scores are log odds. */
    public static final class Fitted implements Model {
        private final Scaling scaling;
        private final double[] weights;

        private Fitted(Scaling scaling, double[] weights) {
            this.scaling = scaling;
            this.weights = weights;
        }

        /** Weight of each scaled feature, and the intercept as the last. */
        public double[] weights() {
            return weights.clone();
        }

        @Override
        public double[] score(FeatureTable table, int[] rows) {
            double[][] inputs = scaling.apply(table, rows);
            double[] scores = new double[rows.length];
            for (int i = 0; i < rows.length; i++) {
                scores[i] = dot(weights, inputs[i]);
            }
            return scores;
        }
    }

    /** One minimisation. */
    private final class Fitting {
        private final double[][] inputs;
        private final boolean[] frauds;
        private final int size;

        Fitting(double[][] inputs, boolean[] frauds) {
            this.inputs = inputs;
            this.frauds = frauds;
            size = inputs[0].length;
        }

        double[] minimise() {
            double[] weights = new double[size];
            double loss = loss(weights);
            for (int step = 0; step < MAX_STEPS; step++) {
                double[] direction = newtonDirection(weights);
                double[] next = plus(weights, direction, 1);
                double nextLoss = loss(next);
                for (double length = 0.5; nextLoss > loss && length > 1e-9; length /= 2) {
                    next = plus(weights, direction, length);
                    nextLoss = loss(next);
                }
                if (!(nextLoss < loss)) {
                    return weights;
                }
                boolean converged = loss - nextLoss <= RELATIVE_TOLERANCE * loss;
                weights = next;
                loss = nextLoss;
                if (converged) {
                    return weights;
                }
            }
            return weights;
        }

        private double loss(double[] weights) {
            double loss = 0;
            for (int i = 0; i < inputs.length; i++) {
                double logOdds = dot(weights, inputs[i]);
                double margin = frauds[i] ? logOdds : -logOdds;
                loss += Math.max(0, -margin) + Math.log1p(Math.exp(-Math.abs(margin)));
            }
            loss *= inverseStrength;
            for (int j = 0; j < size - 1; j++) {
                loss += weights[j] * weights[j] / 2;
            }
            return loss;
        }

        private double[] newtonDirection(double[] weights) {
            double[] descent = new double[size];
            double[][] hessian = new double[size][size];
            for (int i = 0; i < inputs.length; i++) {
                double[] input = inputs[i];
                double probability = 1 / (1 + Math.exp(-dot(weights, input)));
                double residual = inverseStrength * ((frauds[i] ? 1 : 0) - probability);
                double curvature = inverseStrength * probability * (1 - probability);
                for (int j = 0; j < size; j++) {
                    descent[j] += residual * input[j];
                    double scaled = curvature * input[j];
                    for (int k = 0; k <= j; k++) {
                        hessian[j][k] += scaled * input[k];
                    }
                }
            }
            for (int j = 0; j < size - 1; j++) {
                descent[j] -= weights[j];
                hessian[j][j] += 1;
            }
            hessian[size - 1][size - 1] += 1e-12; // all else is penalised; this is flat once every row is certain
            return Cholesky.solve(hessian, descent);
        }
    }

    private static double dot(double[] weights, double[] input) {
        double sum = 0;
        for (int j = 0; j < weights.length; j++) {
            sum += weights[j] * input[j];
        }
        return sum;
    }

    private static double[] plus(double[] weights, double[] direction, double length) {
        double[] sum = weights.clone();
        for (int j = 0; j < sum.length; j++) {
            sum[j] += length * direction[j];
        }
        return sum;
    }
}
