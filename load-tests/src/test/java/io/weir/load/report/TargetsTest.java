package io.weir.load.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.load.report.Targets.Result;
import io.weir.load.report.Targets.Verdict;
import java.util.List;
import org.junit.jupiter.api.Test;

class TargetsTest {
    @Test
    void aRatioIsMetAtItsLimitAndNotBeyondIt() {
        assertThat(rebuild(500, 1_000).verdict()).isEqualTo(Verdict.MET);
        assertThat(rebuild(499, 1_000).verdict()).isEqualTo(Verdict.NOT_MET);
        assertThat(rebuild(499, 1_000).measured()).isEqualTo("0.499 × (499/s of 1,000/s)");
    }

    @Test
    void belowAnotherMeansLessThanIt() {
        Section same = new Section("latency", "").value("weir.p99Ms", 10).value("streams.p99Ms", 10);
        Section less = new Section("latency", "").value("weir.p99Ms", 9.9).value("streams.p99Ms", 10);
        assertThat(of(same, "below tuned Kafka Streams'").verdict()).isEqualTo(Verdict.NOT_MET);
        assertThat(of(less, "below tuned Kafka Streams'").verdict()).isEqualTo(Verdict.MET);
    }

    @Test
    void aFigureIsHeldAgainstItsLimit() {
        Section memory =
                new Section("memory", "").value("window.bytesPerEvent", 16).value("entity.bytes", 256.5);
        assertThat(of(memory, "≤ 16 bytes an event kept in windows").verdict()).isEqualTo(Verdict.MET);
        assertThat(of(memory, "≤ 256 bytes an entity").verdict()).isEqualTo(Verdict.NOT_MET);
    }

    @Test
    void whatIsMissingIsNamedAndNothingIsConcludedFromIt() {
        assertThat(Targets.evaluate(List.of()))
                .isNotEmpty()
                .allMatch(each -> each.verdict() == Verdict.NOT_MEASURED
                        && each.measured().startsWith("no "));
        Result noBeside = rebuild(500, Double.NaN);
        assertThat(noBeside.verdict()).isEqualTo(Verdict.NOT_MEASURED);
        assertThat(noBeside.measured()).isEqualTo("500/s, no rebuild.plainConsumer.perSecond");
    }

    @Test
    void theTableNamesWhatASetOfTargetsIsForOnce() {
        Table table = Targets.table(Targets.evaluate(List.of()));
        assertThat(table.rows().stream().map(List::getFirst).filter(what -> !what.equals("")))
                .doesNotHaveDuplicates()
                .hasSize(8);
    }

    private static Result rebuild(double restore, double plain) {
        return of(
                new Section("rebuild", "").value("restore.perSecond", restore).value("plainConsumer.perSecond", plain),
                "from the whole log ≥ 1/2 of a plain consumer's rate");
    }

    private static Result of(Section section, String target) {
        return Targets.evaluate(List.of(section)).stream()
                .filter(each -> each.target().equals(target))
                .findFirst()
                .orElseThrow();
    }
}
