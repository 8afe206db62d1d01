package io.weir.training.evaluate;

import io.weir.training.evaluate.HandbookReport.Signal;
import io.weir.training.replay.FeatureTable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** What could be known of a transaction before it was decided, in four groups: the first that applies counts. */
final class Signals {
    private static final List<String> NAMES = List.of(
            "the amount is more than twice what the account typically pays",
            "else: the account paid more than that within 7 days before",
            "else: fraud is known at the terminal, within 30 days before the last 7",
            "none of these: nothing tells it from a genuine payment before the first label");
    private static final int NONE = 3;

    private final FeatureTable table;
    private final FeatureTable book;
    private final int ratio;
    private final int excess;
    private final int terminalFraud;

    /**
     * Signals of the rows of tables, which are the same.
     *
     * @param table with the features of {@link Handbook#policy}
     * @param book with those of {@link Handbook#baselinePolicy}
     */
    Signals(FeatureTable table, FeatureTable book) {
        if (table.rows() != book.rows()) {
            throw new IllegalArgumentException("tables of " + table.rows() + " and " + book.rows() + " rows");
        }
        this.table = table;
        this.book = book;
        ratio = table.names().indexOf("ratio");
        excess = table.names().indexOf("excess_7d");
        terminalFraud = book.names().indexOf("terminal_fraud_rate_30d");
    }

    /** The test rows of an evaluation by group. */
    List<Signal> of(Evaluation evaluation) {
        int[] frauds = new int[NAMES.size()];
        int[] found = new int[NAMES.size()];
        int[] genuine = new int[NAMES.size()];
        for (Evaluation.Fold fold : evaluation.folds()) {
            double[] scores = fold.scores();
            int[] rows = fold.rows();
            long positives = IntStream.of(rows).filter(table::fraud).count();
            int[] order = IntStream.range(0, rows.length)
                    .boxed()
                    .sorted(Comparator.comparingDouble(i -> -scores[i]))
                    .mapToInt(i -> i)
                    .toArray();
            for (int rank = 0; rank < order.length; rank++) {
                int row = rows[order[rank]];
                int group = group(row);
                if (table.fraud(row)) {
                    frauds[group]++;
                    found[group] += rank < positives ? 1 : 0;
                } else {
                    genuine[group]++;
                }
            }
        }
        List<Signal> signals = new ArrayList<>();
        for (int group = 0; group < NAMES.size(); group++) {
            signals.add(new Signal(NAMES.get(group), frauds[group], found[group], genuine[group]));
        }
        return signals;
    }

    /** The mean over the folds of what would be reached if every fraud with a signal came first, and all else were equal. */
    Quality ceiling(Evaluation evaluation) {
        return Quality.mean(evaluation.folds().stream()
                .map(fold -> Evaluation.quality(
                        table,
                        fold.rows(),
                        IntStream.of(fold.rows())
                                .mapToDouble(row -> table.fraud(row) && group(row) != NONE ? 1 : 0)
                                .toArray()))
                .toList());
    }

    private int group(int row) {
        if (table.value(row, ratio) > 2) {
            return 0;
        }
        if (table.value(row, excess) > 0) {
            return 1;
        }
        return book.value(row, terminalFraud) > 0 ? 2 : NONE;
    }
}
