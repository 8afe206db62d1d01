package io.weir.training.evaluate;

import io.weir.training.learn.Learner;
import io.weir.training.replay.FeatureTable;
import java.util.List;

/**
 * The outcome over folds.
 *
 * @param folds in the order of the splits
 * @param mean of each figure over the folds
 * @param deviation population standard deviation of each figure over the folds
 */
public record Evaluation(List<Fold> folds, Quality mean, Quality deviation) {

    public Evaluation {
        folds = List.copyOf(folds);
    }

    /**
     * One fold.
     *
     * @param rows that were tested on
     * @param scores of these rows
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record Fold(Split split, int[] rows, double[] scores, Quality quality) {}

    /** Trains and tests on each split, side by side on as many threads as there are cores. */
    public static Evaluation of(Learner learner, FeatureTable table, List<Split> splits) {
        List<Fold> folds = splits.parallelStream()
                .map(split -> fold(learner, table, split))
                .toList();
        List<Quality> qualities = folds.stream().map(Fold::quality).toList();
        return new Evaluation(folds, Quality.mean(qualities), Quality.deviation(qualities));
    }

    /** Trains and tests on one split. */
    public static Quality of(Learner learner, FeatureTable table, Split split) {
        return fold(learner, table, split).quality();
    }

    private static Fold fold(Learner learner, FeatureTable table, Split split) {
        Learner.Model model = learner.train(table, split.trainingRows(table));
        int[] rows = split.testRows(table);
        double[] scores = model.score(table, rows);
        return new Fold(split, rows, scores, quality(table, rows, scores));
    }

    /** How good the scores of some rows are. */
    public static Quality quality(FeatureTable table, int[] rows, double[] scores) {
        boolean[] frauds = table.frauds(rows);
        int[] days = new int[rows.length];
        int[] cards = new int[rows.length];
        for (int i = 0; i < rows.length; i++) {
            days[i] = Split.dayOf(table, rows[i]);
            cards[i] = table.account(rows[i]);
        }
        return new Quality(
                Metrics.rocAuc(scores, frauds),
                Metrics.averagePrecision(scores, frauds),
                Metrics.cardPrecision(scores, frauds, days, cards, Handbook.CARDS_A_DAY));
    }
}
