package io.weir.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoadResultTest {
    @Test
    void whatIsWrittenIsReadAgain(@TempDir Path directory) throws Exception {
        Latencies latencies = new Latencies();
        for (int ms = 1; ms <= 1_000; ms++) {
            latencies.record(ms * 1_000_000L);
        }
        LoadResult written = new LoadResult(
                500, 499.5, Map.of("decided", 1_000L, "refused", 3L), latencies.microseconds(), new Histogram(3));
        written.write(directory.resolve("result.json"));
        LoadResult read = LoadResult.read(directory.resolve("result.json"));
        assertThat(read).isEqualTo(written);
        assertThat(read.percentileMs(99)).isBetween(989.0, 991.0);
        assertThat(read.count("refused")).isEqualTo(3);
        assertThat(read.count("failed")).isZero();
    }

    @Test
    void aScheduleIsKeptByWhoSendsAtItsRate() {
        assertThat(sentAt(999).keptSchedule()).isTrue();
        assertThat(sentAt(900).keptSchedule()).isFalse();
    }

    @Test
    void withoutAnswersThereIsNoLatency() {
        assertThat(sentAt(1_000).percentileMs(99)).isNaN();
        assertThat(sentAt(1_000).meanMs()).isNaN();
    }

    private static LoadResult sentAt(double perSecond) {
        return new LoadResult(1_000, perSecond, Map.of(), new Histogram(3), new Histogram(3));
    }
}
