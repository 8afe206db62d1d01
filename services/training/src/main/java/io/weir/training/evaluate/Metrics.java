package io.weir.training.evaluate;

import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** How well scores put fraud first. Scores are numbers, the higher the likelier fraud. */
public final class Metrics {
    private Metrics() {}

    /**
     * Area under the receiver operating characteristic: how often a fraud has a higher score than one that is none, where
     * equal scores count half. NaN unless there are both.
     */
    public static double rocAuc(double[] scores, boolean[] frauds) {
        int[] order = descending(scores);
        long positives = 0;
        long negatives = 0;
        double area = 0;
        for (int from = 0; from < order.length; ) {
            int to = endOfTies(scores, order, from);
            long tiedPositives = countFrauds(frauds, order, from, to);
            long tiedNegatives = to - from - tiedPositives;
            area += tiedNegatives * (positives + tiedPositives / 2.0);
            positives += tiedPositives;
            negatives += tiedNegatives;
            from = to;
        }
        return area / ((double) positives * negatives);
    }

    /**
     * Average precision: the sum, over the thresholds that the scores give, of the precision there weighted by the recall
     * gained there. NaN if there is no fraud.
     */
    public static double averagePrecision(double[] scores, boolean[] frauds) {
        int[] order = descending(scores);
        long positives = 0;
        double sum = 0;
        for (int from = 0; from < order.length; ) {
            int to = endOfTies(scores, order, from);
            long tied = countFrauds(frauds, order, from, to);
            positives += tied;
            sum += tied * ((double) positives / to);
            from = to;
        }
        return sum / positives;
    }

    /**
     * Card precision at k: each day, of the k cards with the highest scores, the share that had a fraud that day; the mean
     * over the days. A card's score is its highest of the day. Cards so detected are left out on later days. Of equal scores
     * the card with the lower number comes first.
     *
     * @param days day of each transaction
     * @param cards card of each transaction
     * @param k how many cards can be looked into in a day, 1 or more
     */
    public static double cardPrecision(double[] scores, boolean[] frauds, int[] days, int[] cards, int k) {
        Map<Integer, Map<Integer, Card>> byDay = new TreeMap<>();
        for (int i = 0; i < scores.length; i++) {
            byDay.computeIfAbsent(days[i], day -> new HashMap<>())
                    .computeIfAbsent(cards[i], Card::new)
                    .add(scores[i], frauds[i]);
        }
        Set<Integer> detected = new HashSet<>();
        double sum = 0;
        for (Map<Integer, Card> ofDay : byDay.values()) {
            ofDay.keySet().removeAll(detected);
            List<Card> hits = ofDay.values().stream()
                    .sorted(Comparator.comparingDouble((Card card) -> -card.score)
                            .thenComparingInt(card -> card.number))
                    .limit(k)
                    .filter(card -> card.fraud)
                    .toList();
            hits.forEach(card -> detected.add(card.number));
            sum += (double) hits.size() / k;
        }
        return sum / byDay.size();
    }

    /** Of one day. */
    private static final class Card {
        private final int number;
        private double score = Double.NEGATIVE_INFINITY;
        private boolean fraud;

        Card(int number) {
            this.number = number;
        }

        void add(double transactionScore, boolean isFraud) {
            score = Math.max(score, transactionScore);
            fraud |= isFraud;
        }
    }

    private static int[] descending(double[] scores) {
        if (Arrays.stream(scores).anyMatch(Double::isNaN)) {
            throw new IllegalArgumentException("a score is not a number");
        }
        return IntStream.range(0, scores.length)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> -scores[i]))
                .mapToInt(i -> i)
                .toArray();
    }

    private static int endOfTies(double[] scores, int[] order, int from) {
        int to = from + 1;
        while (to < order.length && scores[order[to]] == scores[order[from]]) {
            to++;
        }
        return to;
    }

    private static long countFrauds(boolean[] frauds, int[] order, int from, int to) {
        long count = 0;
        for (int i = from; i < to; i++) {
            count += frauds[order[i]] ? 1 : 0;
        }
        return count;
    }
}
