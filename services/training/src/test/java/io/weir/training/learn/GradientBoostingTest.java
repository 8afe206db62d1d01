package io.weir.training.learn;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.training.replay.FeatureTable;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class GradientBoostingTest {
    private static final GradientBoosting.Settings SETTINGS =
            new GradientBoosting.Settings(20, .3, 3, Map.of("subsample", 0.7));

    @Test
    void sameRowsGiveTheSameModelByteForByte() {
        FeatureTable table = table(1);
        int[] rows = IntStream.range(0, table.rows()).toArray();

        GradientBoosting.Trees first = new GradientBoosting(SETTINGS).train(table, rows);
        GradientBoosting.Trees second = new GradientBoosting(SETTINGS).train(table, rows);

        assertThat(first.toJson()).isEqualTo(second.toJson());
        assertThat(first.score(table, rows)).isEqualTo(second.score(table, rows));
    }

    @Test
    void tellsValuesOfTheExtremeTail() {
        // 5 frauds in 20,000, between genuine values that no histogram of 256 bins would part from them
        FeatureTable.Builder builder = new FeatureTable.Builder(List.of("x"));
        for (int i = 0; i < 20_000; i++) {
            builder.add(i, "a", i >= 19_990 && i < 19_995, new double[] {i});
        }
        FeatureTable table = builder.build();
        GradientBoosting.Trees trees = new GradientBoosting(
                        new GradientBoosting.Settings(20, .3, 3, Map.of("min_child_weight", 0)))
                .train(table, IntStream.range(0, table.rows()).toArray());

        double[] scores = trees.score(table, IntStream.range(19_980, 20_000).toArray());

        double leastOfFrauds =
                IntStream.range(10, 15).mapToDouble(i -> scores[i]).min().orElseThrow();
        double mostOfOthers = IntStream.range(0, 20)
                .filter(i -> i < 10 || i >= 15)
                .mapToDouble(i -> scores[i])
                .max()
                .orElseThrow();
        assertThat(leastOfFrauds).isGreaterThan(mostOfOthers);
    }

    @Test
    void aMissingValueIsNoZero() {
        FeatureTable.Builder builder = new FeatureTable.Builder(List.of("x"));
        for (int i = 0; i < 300; i++) {
            builder.add(i, "a", i % 3 == 0, new double[] {i % 3 == 0 ? Double.NaN : i % 3 - 1});
        }
        FeatureTable table = builder.build();
        GradientBoosting.Trees trees = new GradientBoosting(SETTINGS)
                .train(table, IntStream.range(0, table.rows()).toArray());

        double[] scores = trees.score(table, new int[] {0, 1, 2}); // missing, 0 and 1

        assertThat(scores[0]).isGreaterThan(0);
        assertThat(scores[1]).isLessThan(0);
        assertThat(scores[2]).isLessThan(0);
    }

    private static FeatureTable table(long seed) {
        Random random = new Random(seed);
        FeatureTable.Builder builder = new FeatureTable.Builder(List.of("x", "y"));
        for (int i = 0; i < 2_000; i++) {
            double[] values = {random.nextGaussian(), random.nextGaussian()};
            builder.add(i, "a", values[0] * values[1] + random.nextGaussian() / 3 > 1, values);
        }
        return builder.build();
    }
}
