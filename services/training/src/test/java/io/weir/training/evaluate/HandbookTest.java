package io.weir.training.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.weir.core.policy.Policy;
import io.weir.server.policy.PolicyCompiler;
import io.weir.server.policy.PolicyException;
import io.weir.training.learn.GradientBoosting;
import io.weir.training.learn.LogisticRegression;
import io.weir.training.replay.FeatureTable;
import io.weir.training.simulator.SimulatedTransactions;
import io.weir.training.simulator.Simulator;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The published figures, from features that the core computed. */
class HandbookTest {
    private static FeatureTable table;
    private static FeatureTable ours;

    @BeforeAll
    static void replay() throws PolicyException {
        SimulatedTransactions transactions = Simulator.simulate(Simulator.Parameters.PUBLISHED);
        PolicyCompiler compiler = new PolicyCompiler();
        Policy book = compiler.compile(Handbook.baselinePolicy());
        Policy weir = compiler.compile(Handbook.policy());
        List<Supplier<FeatureTable>> replays = List.of(
                // the book's windows reach 37 days back, so what lies further back need not be replayed
                () -> Handbook.features(transactions.startingAtDay(70), book, Handbook.TEST_FOLDS),
                () -> Handbook.features(transactions, weir, Handbook.TEST_FOLDS));
        List<FeatureTable> tables = replays.parallelStream().map(Supplier::get).toList();
        table = tables.get(0);
        ours = tables.get(1).select(Handbook.MODEL_FEATURES);
    }

    @Test
    void baselineSplitHasTheBooksRows() {
        int[] training = Handbook.BASELINE.trainingRows(table);
        int[] test = Handbook.BASELINE.testRows(table);

        assertThat(training).hasSize(67_240);
        assertThat(IntStream.of(training).filter(table::fraud)).hasSize(598);
        assertThat(test).hasSize(58_264);
        assertThat(IntStream.of(test).filter(table::fraud)).hasSize(385);
    }

    @Test
    void logisticRegressionOnTheBaselineSplitIsAsPublished() {
        Quality quality = Evaluation.of(new LogisticRegression(1), table, Handbook.BASELINE);

        assertNear(quality, new Quality(.871, .606, .291), .002);
    }

    @Test
    void gradientBoostingOnTheTestFoldsIsAsPublished() {
        Evaluation evaluation = Evaluation.of(
                new GradientBoosting(new GradientBoosting.Settings(100, .1, 3)), table, Handbook.TEST_FOLDS);

        assertNear(evaluation.mean(), new Quality(.872, .694, .304), .003);
    }

    @Test
    void ourSixFeaturesReachTheTargetsOnTheTestFolds() {
        Evaluation evaluation =
                Evaluation.of(new GradientBoosting(HandbookRun.MODEL_SETTINGS), ours, Handbook.TEST_FOLDS);

        assertNear(evaluation.mean(), new Quality(.8815, .7613, .3118), .0005);
    }

    private static void assertNear(Quality actual, Quality published, double tolerance) {
        assertThat(actual.rocAuc()).as("AUC").isCloseTo(published.rocAuc(), within(tolerance));
        assertThat(actual.averagePrecision())
                .as("average precision")
                .isCloseTo(published.averagePrecision(), within(tolerance));
        assertThat(actual.cardPrecision()).as("card precision").isCloseTo(published.cardPrecision(), within(tolerance));
    }
}
