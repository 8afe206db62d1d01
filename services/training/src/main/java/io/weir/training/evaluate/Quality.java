package io.weir.training.evaluate;

import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * How good a model is.
 *
 * @param rocAuc area under the receiver operating characteristic, 0 to 1
 * @param averagePrecision 0 to 1
 * @param cardPrecision card precision at {@link Handbook#CARDS_A_DAY}, 0 to 1
 */
public record Quality(double rocAuc, double averagePrecision, double cardPrecision) {

    /** The mean of each figure over folds. */
    static Quality mean(List<Quality> folds) {
        return new Quality(
                mean(folds, Quality::rocAuc),
                mean(folds, Quality::averagePrecision),
                mean(folds, Quality::cardPrecision));
    }

    /** The population standard deviation of each figure over folds. */
    static Quality deviation(List<Quality> folds) {
        return new Quality(
                deviation(folds, Quality::rocAuc),
                deviation(folds, Quality::averagePrecision),
                deviation(folds, Quality::cardPrecision));
    }

    /** Whether no figure is further from the other's than a tolerance. */
    boolean isWithin(double tolerance, Quality of) {
        return Math.abs(rocAuc - of.rocAuc) <= tolerance
                && Math.abs(averagePrecision - of.averagePrecision) <= tolerance
                && Math.abs(cardPrecision - of.cardPrecision) <= tolerance;
    }

    private static double mean(List<Quality> folds, ToDoubleFunction<Quality> figure) {
        return folds.stream().mapToDouble(figure).average().orElse(Double.NaN);
    }

    private static double deviation(List<Quality> folds, ToDoubleFunction<Quality> figure) {
        double mean = mean(folds, figure);
        return Math.sqrt(mean(folds, quality -> Math.pow(figure.applyAsDouble(quality) - mean, 2)));
    }
}
