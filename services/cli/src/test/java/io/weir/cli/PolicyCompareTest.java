package io.weir.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import io.weir.server.audit.BacktestReport;
import io.weir.server.audit.Comparison;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The table of champion and challenger. */
class PolicyCompareTest {
    private static Comparison.Side side(String policy, String sha256, double... scores) {
        return new Comparison.Side(policy, sha256, null, 1_200, 40, 7, new BacktestReport.Side(), scores);
    }

    @Test
    void scoresAreMeasuredAgainstTheLabelsAndEverySideHasItsColumn() {
        boolean[] frauds = {true, false, true, false};
        Comparison comparison = new Comparison(
                List.of(side("live", null, 90, 80, 10, 0), side("challenger", "ab".repeat(32), 90, 20, 80, 0)),
                1_000,
                frauds);
        JsonObject report = PolicyCompareCommand.report(comparison);
        JsonObject live = report.getJsonArray("sides").getJsonObject(0);
        JsonObject challenger = report.getJsonArray("sides").getJsonObject(1);
        assertThat(live.getDouble("rocAuc")).isEqualTo(0.75);
        assertThat(live.getDouble("averagePrecision")).isEqualTo((1 + 2 / 3.0) / 2);
        assertThat(challenger.getDouble("rocAuc")).isEqualTo(1.0);
        assertThat(challenger.getDouble("averagePrecision")).isEqualTo(1.0);
        assertThat(PolicyCompareCommand.text(report))
                .contains("1,000 transactions that all of them decided; 4 labelled, 2 of these fraud")
                .containsPattern("policy +live +challenger")
                .containsPattern("sha256 +- +abababababab")
                .containsPattern("differ from live +7 +7")
                .containsPattern("ROC AUC +0.7500 +1.0000");
    }

    @Test
    void withoutLabelsThereAreNoFigures() {
        Comparison comparison = new Comparison(List.of(side("live", null)), 10, new boolean[0]);
        JsonObject report = PolicyCompareCommand.report(comparison);
        assertThat(report.getJsonArray("sides").getJsonObject(0).getDouble("rocAuc"))
                .isNull();
        assertThat(PolicyCompareCommand.text(report))
                .containsPattern("ROC AUC +-")
                .containsPattern("precision +-");
    }
}
