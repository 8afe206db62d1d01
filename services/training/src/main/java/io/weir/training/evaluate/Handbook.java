package io.weir.training.evaluate;

import io.weir.core.policy.Policy;
import io.weir.training.replay.FeatureReplay;
import io.weir.training.replay.FeatureTable;
import io.weir.training.replay.LabelledTransaction;
import io.weir.training.simulator.SimulatedTransaction;
import io.weir.training.simulator.SimulatedTransactions;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.stream.Stream;

/**
 * The benchmark of Le Borgne, Siblini, Lebichot and Bontempi, <i>Reproducible Machine Learning for Credit Card Fraud
 * Detection – Practical Handbook</i> (2022): seven days to train, seven for the labels to come, seven to test. Models and
 * features are chosen on the validation folds, and reported on the test folds.
 */
public final class Handbook {
    /** How many cards can be looked into in a day. */
    public static final int CARDS_A_DAY = 100;

    /** How long labels take. */
    public static final Duration LABEL_DELAY = Duration.ofDays(7);

    /** The split that the book's first chapters use. */
    public static final Split BASELINE = week(LocalDate.of(2018, 7, 25));

    /** For reporting. */
    public static final List<Split> TEST_FOLDS = weeksBackFrom(LocalDate.of(2018, 8, 15));

    /** For choosing. */
    public static final List<Split> VALIDATION_FOLDS = weeksBackFrom(LocalDate.of(2018, 7, 11));

    /** What the model of {@link #policy} reads, chosen on the validation folds. */
    public static final List<String> MODEL_FEATURES =
            List.of("amount", "ratio", "excess_7d", "unexplained_14d", "since_genuine", "streak");

    private Handbook() {}

    /** A policy with the 15 features of the book, and nothing else, as a document. */
    public static String baselinePolicy() {
        return document("handbook-policy.yaml");
    }

    /** A policy with the features of our model, and nothing else, as a document. */
    public static String policy() {
        return document("weir-policy.yaml");
    }

    private static String document(String resource) {
        try (InputStream in = Handbook.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException(resource + " is missing from the class path");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All features of a policy for every day of all folds. */
    public static FeatureTable features(SimulatedTransactions transactions, Policy policy) {
        return features(transactions, policy, VALIDATION_FOLDS);
    }

    /** All features of a policy from the first day of some folds, ordered as they are here, to the last day of all. */
    static FeatureTable features(List<SimulatedTransaction> transactions, Policy policy, List<Split> folds) {
        Iterable<LabelledTransaction> history =
                () -> transactions.stream().map(LabelledTransaction::of).iterator();
        return new FeatureReplay(policy, policy.featureNames(), LABEL_DELAY.toMillis())
                .run(
                        history,
                        Split.startMs(folds.getLast().trainFrom()),
                        Split.startMs(TEST_FOLDS.getFirst().end()));
    }

    private static List<Split> weeksBackFrom(LocalDate latest) {
        return Stream.of(0, 1, 2, 3)
                .map(weeks -> week(latest.minusWeeks(weeks)))
                .toList();
    }

    private static Split week(LocalDate trainFrom) {
        return new Split(trainFrom, 7, (int) LABEL_DELAY.toDays(), 7);
    }
}
