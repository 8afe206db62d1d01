package io.weir.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.load.Latencies;
import io.weir.load.LoadPlan;
import io.weir.load.LoadResult;
import io.weir.load.report.Section;
import io.weir.load.report.TextReport;
import java.util.List;
import java.util.Map;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

class LatencySectionTest {
    private static final LoadPlan PLAN = new LoadPlan(0, 1_000, 0, 1);
    private static final Percentage DIGITS = Percentage.withPercentage(1);

    @Test
    void oursIsHeldAgainstTheFloorAndTheStagesAgainstTheMean() {
        Section section = LatencySection.of(
                PLAN,
                result(20, 1_000, Map.of("decided", 1_000L)),
                StageTimes.STAGES.stream()
                        .map(stage -> new StageTimes.Stage(stage, 1_000, 3, 5))
                        .toList(),
                result(8, 1_000, Map.of("answered", 1_000L)),
                result(2, 1_000, Map.of("answered", 1_000L)),
                Map.of());
        Map<String, Double> values = section.values();
        assertThat(values.get("weir.p99Ms")).isCloseTo(20, DIGITS);
        assertThat(values.get("floor.p99Ms")).isCloseTo(8, DIGITS);
        assertThat(values.get("hop.maxMs")).isCloseTo(2, DIGITS);
        assertThat(values.get("weir.p99OfFloor")).isCloseTo(2.5, DIGITS);
        assertThat(values.get("stage.fold.share")).isCloseTo(0.15, DIGITS);
        assertThat(values.get("stage.outside.meanMs")).isCloseTo(5, DIGITS);
        assertThat(values).containsEntry("weir.unanswered", 0.0);
        assertThat(section.histograms()).containsKeys("weir", "floor", "hop", "weir-lateness");
        assertThat(TextReport.of(section)).doesNotContain("not kept").doesNotContain("another answer");
    }

    @Test
    void whatWentWrongIsSaid() {
        Section section = LatencySection.of(
                PLAN,
                result(20, 700, Map.of("decided", 990L, "refused", 10L)),
                StageTimes.between("", ""),
                result(8, 1_000, Map.of("answered", 1_000L)),
                result(2, 1_000, Map.of("answered", 998L, "missing", 2L)),
                Map.of());
        assertThat(section.values()).containsEntry("weir.unanswered", 10.0).containsEntry("hop.unanswered", 2.0);
        assertThat(String.join(" ", section.notes()))
                .contains("the schedule was not kept, 700/s were sent instead of 1,000/s")
                .contains("10 requests had another answer or none");
    }

    private static LoadResult result(int ms, double perSecond, Map<String, Long> outcomes) {
        Latencies latencies = new Latencies();
        List.of(ms, ms, ms).forEach(each -> latencies.record(each * 1_000_000L));
        return new LoadResult(1_000, perSecond, outcomes, latencies.microseconds(), latencies.microseconds());
    }
}
