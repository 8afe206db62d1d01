package io.weir.training.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MetricsTest {
    @Test
    void rocAucCountsPairsInOrder() {
        // of the pairs (fraud, genuine), (.8, .1), (.8, .4) and (.35, .1) are in order, (.35, .4) is not
        assertThat(Metrics.rocAuc(new double[] {.1, .4, .35, .8}, new boolean[] {false, false, true, true}))
                .isEqualTo(.75);
    }

    @Test
    void rocAucCountsTiesHalf() {
        assertThat(Metrics.rocAuc(new double[] {1, 1, 0}, new boolean[] {true, false, false}))
                .isEqualTo(.75);
    }

    @Test
    void averagePrecisionWeightsPrecisionByRecallGained() {
        // recall 1/2 at precision 1, then 1 at precision 2/3
        assertThat(Metrics.averagePrecision(new double[] {.1, .4, .35, .8}, new boolean[] {false, false, true, true}))
                .isCloseTo(.5 + .5 * 2 / 3, within(1e-15));
    }

    @Test
    void averagePrecisionHasOneThresholdForEqualScores() {
        assertThat(Metrics.averagePrecision(new double[] {1, 1, 1, 1}, new boolean[] {true, false, false, false}))
                .isEqualTo(.25);
    }

    @Test
    void averagePrecisionOfZeroesOfBothSigns() {
        assertThat(Metrics.averagePrecision(new double[] {-0.0, 0.0}, new boolean[] {true, false}))
                .isEqualTo(.5);
    }

    @Test
    void cardPrecisionRanksCardsByTheirHighestScoreAndLeavesOutDetectedOnes() {
        int[] days = {1, 1, 1, 1, 2, 2, 2};
        int[] cards = {7, 7, 8, 9, 7, 8, 9};
        double[] scores = {.1, .9, .5, .2, .9, .1, .5};
        boolean[] frauds = {true, false, false, true, true, true, true};
        // day 1: cards 7 (hit, by its other transaction) and 8 (none); day 2: 7 is gone, so 9 and 8, both hits
        assertThat(Metrics.cardPrecision(scores, frauds, days, cards, 2)).isEqualTo((.5 + 1) / 2);
    }

    @Test
    void cardPrecisionDividesByAllThatCouldBeLookedInto() {
        assertThat(Metrics.cardPrecision(new double[] {1}, new boolean[] {true}, new int[] {1}, new int[] {1}, 100))
                .isEqualTo(.01);
    }

    @Test
    void refusesScoresThatAreNoNumbers() {
        assertThatThrownBy(() -> Metrics.rocAuc(new double[] {Double.NaN, 1}, new boolean[] {true, false}))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void equalWhatTheirDefinitionsGive(long seed) {
        Random random = new Random(seed);
        int size = 20 + random.nextInt(300);
        int levels = 2 + random.nextInt(60); // few, so that scores tie
        double[] scores = random.ints(size, 0, levels).mapToDouble(i -> i / 7.0).toArray();
        boolean[] frauds = new boolean[size];
        for (int i = 0; i < size; i++) {
            frauds[i] = i == 0 || (i > 1 && random.nextInt(6) == 0);
        }
        int[] days = random.ints(size, 0, 5).toArray();
        int[] cards = random.ints(size, 0, 30).toArray();

        assertThat(Metrics.rocAuc(scores, frauds)).as("seed %s", seed).isCloseTo(pairs(scores, frauds), within(1e-12));
        assertThat(Metrics.averagePrecision(scores, frauds))
                .as("seed %s", seed)
                .isCloseTo(thresholds(scores, frauds), within(1e-12));
        assertThat(Metrics.cardPrecision(scores, frauds, days, cards, 6))
                .as("seed %s", seed)
                .isCloseTo(byHand(scores, frauds, days, cards, 6), within(1e-12));
    }

    private static double pairs(double[] scores, boolean[] frauds) {
        double sum = 0;
        int pairs = 0;
        for (int i = 0; i < scores.length; i++) {
            for (int j = 0; j < scores.length; j++) {
                if (frauds[i] && !frauds[j]) {
                    pairs++;
                    sum += scores[i] > scores[j] ? 1 : scores[i] == scores[j] ? .5 : 0;
                }
            }
        }
        return sum / pairs;
    }

    private static double thresholds(double[] scores, boolean[] frauds) {
        double[] thresholds = Arrays.stream(scores).distinct().sorted().toArray();
        double all = count(scores, frauds, Double.NEGATIVE_INFINITY, true);
        double recallBefore = 0;
        double sum = 0;
        for (int i = thresholds.length - 1; i >= 0; i--) {
            double hits = count(scores, frauds, thresholds[i], true);
            double flagged = hits + count(scores, frauds, thresholds[i], false);
            sum += (hits / all - recallBefore) * hits / flagged;
            recallBefore = hits / all;
        }
        return sum;
    }

    private static double count(double[] scores, boolean[] frauds, double threshold, boolean fraud) {
        return IntStream.range(0, scores.length)
                .filter(i -> scores[i] >= threshold && frauds[i] == fraud)
                .count();
    }

    private static double byHand(double[] scores, boolean[] frauds, int[] days, int[] cards, int k) {
        Set<Integer> detected = new HashSet<>();
        int[] allDays = Arrays.stream(days).distinct().sorted().toArray();
        double sum = 0;
        for (int day : allDays) {
            Set<Integer> looked = new HashSet<>(detected);
            int hits = 0;
            for (int place = 0; place < k; place++) {
                int best = -1;
                for (int i = 0; i < scores.length; i++) {
                    boolean candidate = days[i] == day && !looked.contains(cards[i]);
                    if (candidate
                            && (best < 0
                                    || scores[i] > scores[best]
                                    || (scores[i] == scores[best] && cards[i] < cards[best]))) {
                        best = i;
                    }
                }
                if (best >= 0) {
                    int card = cards[best];
                    looked.add(card);
                    if (IntStream.range(0, scores.length)
                            .anyMatch(i -> days[i] == day && cards[i] == card && frauds[i])) {
                        detected.add(card);
                        hits++;
                    }
                }
            }
            sum += (double) hits / k;
        }
        return sum / allDays.length;
    }
}
