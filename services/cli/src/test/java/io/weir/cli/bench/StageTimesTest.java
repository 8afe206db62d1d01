package io.weir.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class StageTimesTest {
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

    @Test
    void whatWasRecordedBeforeDoesNotCount() {
        record("fold", 1_000, Duration.ofSeconds(5));
        String before = registry.scrape();
        record("fold", 980, Duration.ofMillis(2));
        record("fold", 20, Duration.ofMillis(40));
        record("reply", 10, Duration.ofMillis(1));
        List<StageTimes.Stage> stages = StageTimes.between(before, registry.scrape());

        assertThat(stages).extracting(StageTimes.Stage::name).isEqualTo(StageTimes.STAGES);
        StageTimes.Stage fold = stages.get(2);
        assertThat(fold.count()).isEqualTo(1_000);
        assertThat(fold.meanMs()).isCloseTo(2.76, within(0.001));
        assertThat(fold.p99Ms()).isBetween(25.0, 50.0); // the bounds around 40 ms
        assertThat(stages.get(4).meanMs()).isCloseTo(1, within(0.001));
    }

    @Test
    void aStageThatNothingWentThroughHasNoTimes() {
        StageTimes.Stage wait = StageTimes.between("", registry.scrape()).get(1);
        assertThat(wait.count()).isZero();
        assertThat(wait.meanMs()).isNaN();
        assertThat(wait.p99Ms()).isNaN();
    }

    private void record(String stage, int times, Duration took) {
        Timer timer = Timer.builder("weir.gateway.stage")
                .tag("stage", stage)
                .publishPercentileHistogram()
                .register(registry);
        for (int i = 0; i < times; i++) {
            timer.record(took);
        }
    }
}
