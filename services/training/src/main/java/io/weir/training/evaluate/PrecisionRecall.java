package io.weir.training.evaluate;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/** How much precision is left at each recall. */
final class PrecisionRecall {
    /** A level each half per cent of recall, from the first to all. */
    static final int LEVELS = 200;

    private PrecisionRecall() {}

    /** The recall of a level. */
    static double recall(int level) {
        return (level + 1.0) / LEVELS;
    }

    /**
     * The precision at each level: of the highest threshold that reaches this recall. Equal scores are above a threshold
     * together.
     */
    static double[] curve(double[] scores, boolean[] frauds) {
        int[] order = IntStream.range(0, scores.length)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> -scores[i]))
                .mapToInt(i -> i)
                .toArray();
        long total = IntStream.of(order).filter(i -> frauds[i]).count();
        double[] precisions = new double[LEVELS];
        int level = 0;
        long found = 0;
        for (int i = 0; i < order.length && level < LEVELS; i++) {
            found += frauds[order[i]] ? 1 : 0;
            boolean tied = i + 1 < order.length && scores[order[i + 1]] == scores[order[i]];
            while (!tied && level < LEVELS && found >= recall(level) * total) {
                precisions[level++] = (double) found / (i + 1);
            }
        }
        return precisions;
    }

    /** The mean over folds at each level. */
    static double[] mean(double[][] curves) {
        double[] mean = new double[LEVELS];
        for (int level = 0; level < LEVELS; level++) {
            int at = level;
            mean[level] = Arrays.stream(curves)
                    .mapToDouble(curve -> curve[at])
                    .average()
                    .orElse(Double.NaN);
        }
        return mean;
    }
}
