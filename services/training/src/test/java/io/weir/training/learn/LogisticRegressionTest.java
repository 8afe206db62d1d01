package io.weir.training.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.weir.training.replay.FeatureTable;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LogisticRegressionTest {
    @Test
    void symmetricCaseSolvesItsEquation() {
        FeatureTable.Builder builder = new FeatureTable.Builder(List.of("x"));
        builder.add(1, "a", false, new double[] {10});
        builder.add(2, "a", true, new double[] {20});
        FeatureTable table = builder.build();

        double[] weights =
                new LogisticRegression(1).train(table, new int[] {0, 1}).weights();

        // scaled to −1 and 1; the derivative of w²/2 + 2·log(1 + exp(−w)) is w − 2/(1 + exp(w)), 0 at w = .6748…
        assertThat(weights[0] - 2 / (1 + Math.exp(weights[0]))).isCloseTo(0, within(1e-9));
        assertThat(weights[1]).isCloseTo(0, within(1e-9));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void theGradientVanishes(long seed) {
        Random random = new Random(seed);
        FeatureTable table = table(random, 400);
        int[] rows = IntStream.range(0, table.rows()).toArray();
        double inverseStrength = .1 + random.nextDouble();

        LogisticRegression.Fitted fitted = new LogisticRegression(inverseStrength).train(table, rows);

        double[] weights = fitted.weights();
        double[] logOdds = fitted.score(table, rows);
        for (int feature = 0; feature <= 3; feature++) {
            double gradient = feature == 3 ? 0 : weights[feature];
            for (int row : rows) {
                double residual = (table.fraud(row) ? 1 : 0) - 1 / (1 + Math.exp(-logOdds[row]));
                gradient -= inverseStrength * residual * scaled(table, rows, row, feature);
            }
            assertThat(gradient).as("seed %s, feature %s", seed, feature).isCloseTo(0, within(1e-4));
        }
    }

    @Test
    void aFeatureThatIsNotDefinedCountsAsItsMean() {
        FeatureTable.Builder builder = new FeatureTable.Builder(List.of("x"));
        builder.add(1, "a", false, new double[] {1});
        builder.add(2, "a", true, new double[] {3});
        builder.add(3, "a", true, new double[] {Double.NaN});
        builder.add(4, "a", true, new double[] {2});
        FeatureTable table = builder.build();

        double[] scores =
                new LogisticRegression(1).train(table, new int[] {0, 1, 2}).score(table, new int[] {2, 3});

        assertThat(scores[0]).isEqualTo(scores[1]);
    }

    private static double scaled(FeatureTable table, int[] rows, int row, int feature) {
        if (feature == 3) {
            return 1;
        }
        double mean = IntStream.of(rows)
                .mapToDouble(one -> table.value(one, feature))
                .average()
                .orElseThrow();
        double variance = IntStream.of(rows)
                .mapToDouble(one -> Math.pow(table.value(one, feature) - mean, 2))
                .average()
                .orElseThrow();
        return (table.value(row, feature) - mean) / Math.sqrt(variance);
    }

    private static FeatureTable table(Random random, int rows) {
        FeatureTable.Builder builder = new FeatureTable.Builder(List.of("x", "y", "z"));
        for (int i = 0; i < rows; i++) {
            double[] values = {random.nextGaussian(), 100 * random.nextGaussian() + 30, random.nextDouble()};
            boolean fraud = values[0] + values[1] / 50 + random.nextGaussian() > 2;
            builder.add(i, "a", fraud, values);
        }
        return builder.build();
    }
}
