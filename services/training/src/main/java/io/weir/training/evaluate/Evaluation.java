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
public record Evaluation(List<Quality> folds, Quality mean, Quality deviation) {

    /** Trains and tests on each split. */
    public static Evaluation of(Learner learner, FeatureTable table, List<Split> splits) {
        List<Quality> folds =
                splits.stream().map(split -> of(learner, table, split)).toList();
        return new Evaluation(folds, Quality.mean(folds), Quality.deviation(folds));
    }

    /** Trains and tests on one split. */
    public static Quality of(Learner learner, FeatureTable table, Split split) {
        Learner.Model model = learner.train(table, split.trainingRows(table));
        int[] rows = split.testRows(table);
        return quality(table, rows, model.score(table, rows));
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
