package io.weir.training.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.vertx.core.json.JsonObject;
import io.weir.training.evaluate.HandbookReport.Check;
import io.weir.training.evaluate.HandbookReport.Result;
import io.weir.training.evaluate.HandbookReport.Signal;
import io.weir.training.replay.FeatureTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HandbookReportTest {
    private static final Quality PUBLISHED_REGRESSION = new Quality(.871, .606, .291);
    private static final Quality PUBLISHED_XGBOOST = new Quality(.872, .694, .304);
    private static final Quality TARGET = new Quality(.880, .760, .310);

    @Test
    void everyTargetIsMetWhereItIsReached() {
        List<Check> checks = HandbookRun.checks(
                result(PUBLISHED_REGRESSION), result(PUBLISHED_XGBOOST), result(new Quality(.8801, .7601, .3101)));

        assertThat(checks).hasSize(6).allMatch(Check::met);
    }

    @Test
    void aMissedTargetIsOneThatIsTold() {
        Result regression = result(PUBLISHED_REGRESSION);
        Result boosting = result(PUBLISHED_XGBOOST);

        assertThat(missed(result(new Quality(.871, .6081, .291)), boosting, result(TARGET)))
                .singleElement()
                .asString()
                .contains("logistic regression", "within .002");
        assertThat(missed(regression, result(new Quality(.8684, .694, .304)), result(TARGET)))
                .singleElement()
                .asString()
                .contains("XGBoost on the 15 features");
        assertThat(missed(regression, boosting, result(new Quality(.8799, .760, .310))))
                .containsExactly("AUC on the test folds");
        assertThat(missed(regression, boosting, result(new Quality(.88, .7599, .310))))
                .containsExactly("AP on the test folds");
        assertThat(missed(regression, boosting, result(new Quality(.88, .760, .3099))))
                .containsExactly("CP@100 on the test folds");
        assertThat(missed(regression, boosting, result(TARGET, .80, .80, .80, .694)))
                .singleElement()
                .asString()
                .contains("on each of the 8 folds");
    }

    @Test
    void theFilesSayWhatWasMissed(@TempDir Path directory) throws IOException {
        Result ours = result(new Quality(.87, .77, .32));
        List<Check> checks = HandbookRun.checks(result(PUBLISHED_REGRESSION), result(PUBLISHED_XGBOOST), ours);
        HandbookReport report = new HandbookReport(
                List.of(result(PUBLISHED_REGRESSION), result(PUBLISHED_XGBOOST)),
                ours,
                List.of(ours),
                List.of(new Signal("some", 3, 2, 100)),
                TARGET,
                checks);

        List<Path> files = HandbookDocuments.write(report, directory.resolve("new"));

        assertThat(report.met()).isFalse();
        assertThat(files).allSatisfy(file -> assertThat(Files.size(file)).isPositive());
        assertThat(Files.readString(files.get(0)))
                .contains("**missed**", "published: LSTM", "| some | 3 | 100.0 % | 66.7 % | 100 |")
                .contains("handbook-precision-recall.svg", "excess_7d", "2018-08-15");
        JsonObject json = new JsonObject(Files.readString(files.get(1)));
        assertThat(json.getJsonArray("checks").getJsonObject(2).getBoolean("met"))
                .isFalse();
        assertThat(json.getJsonObject("ours").getJsonObject("test").getJsonArray("folds"))
                .hasSize(4);
        assertThat(Files.readString(files.get(2))).contains("XGBoost, 6 features of Weir (AP .7700)");
    }

    @Test
    void onATerminalColumnsAreAligned() {
        assertThat(HandbookMarkdown.aligned("| a | long | |\n| --- | --- | --- |\n| longer | b | c |\n\nText\n"))
                .isEqualTo("""
                        a       long
                        ------  ----  -
                        longer  b     c

                        Text
                        """);
    }

    @Test
    void precisionIsThatOfTheHighestThresholdThatReachesARecall() {
        boolean[] frauds = {true, false, true, false, false};
        double[] apart = PrecisionRecall.curve(new double[] {5, 4, 3, 2, 1}, frauds);
        double[] tied = PrecisionRecall.curve(new double[] {5, 5, 3, 2, 1}, frauds);

        assertThat(apart).hasSize(PrecisionRecall.LEVELS);
        assertThat(Arrays.copyOfRange(apart, 0, 100)).containsOnly(1); // up to a recall of one half
        assertThat(Arrays.copyOfRange(apart, 100, 200)).containsOnly(2.0 / 3);
        assertThat(Arrays.copyOfRange(tied, 0, 100)).containsOnly(.5);
        assertThat(PrecisionRecall.mean(new double[][] {apart, tied})[0]).isEqualTo(.75);
        assertThat(PrecisionRecall.recall(99)).isCloseTo(.5, within(1e-12));
    }

    @Test
    void fraudsAreToldApartByWhatCouldBeKnown() {
        FeatureTable.Builder table = new FeatureTable.Builder(List.of("ratio", "excess_7d"));
        FeatureTable.Builder book = new FeatureTable.Builder(List.of("terminal_fraud_rate_30d"));
        double[][] values = {{3, 0, 0}, {1, 2, 1}, {1, 0, .5}, {1, 0, 0}, {1, 0, 0}, {Double.NaN, 0, 0}};
        for (int i = 0; i < values.length; i++) {
            table.add(i, "a" + i, i < 4, new double[] {values[i][0], values[i][1]});
            book.add(i, "a" + i, i < 4, new double[] {values[i][2]});
        }
        int[] rows = IntStream.range(0, values.length).toArray();
        double[] scores = {9, 8, 7, 1, 6, 5}; // the fourth fraud is not among the four highest
        Evaluation evaluation =
                new Evaluation(List.of(new Evaluation.Fold(Handbook.BASELINE, rows, scores, TARGET)), TARGET, TARGET);
        Signals signals = new Signals(table.build(), book.build());

        List<Signal> found = signals.of(evaluation);

        assertThat(found.stream().map(Signal::frauds)).containsExactly(1, 1, 1, 1);
        assertThat(found.stream().map(Signal::found)).containsExactly(1, 1, 1, 0);
        assertThat(found.stream().map(Signal::genuine)).containsExactly(0, 0, 0, 2);
        assertThat(signals.ceiling(evaluation).averagePrecision()).isCloseTo(.75 + .25 * 4 / 6, within(1e-12));
    }

    private static List<String> missed(Result regression, Result boosting, Result ours) {
        return HandbookRun.checks(regression, boosting, ours).stream()
                .filter(check -> !check.met())
                .map(Check::what)
                .toList();
    }

    private static Result result(Quality quality, double... averagePrecisions) {
        List<Evaluation.Fold> folds = IntStream.range(0, 4)
                .mapToObj(i -> new Evaluation.Fold(
                        Handbook.TEST_FOLDS.get(i),
                        new int[0],
                        new double[0],
                        averagePrecisions.length == 0
                                ? quality
                                : new Quality(quality.rocAuc(), averagePrecisions[i], quality.cardPrecision())))
                .toList();
        Evaluation evaluation = new Evaluation(folds, quality, new Quality(0, 0, 0));
        double[] curve = new double[PrecisionRecall.LEVELS];
        Arrays.fill(curve, .5);
        return new Result("some model", 15, quality, evaluation, evaluation, curve);
    }
}
