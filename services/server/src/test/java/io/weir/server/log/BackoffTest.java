package io.weir.server.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BackoffTest {
    private final Backoff backoff = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(5));

    @Test
    void itDoublesUpToItsBoundAndNeverStandsStill() {
        for (int failures : new int[] {1, 2, 3, 6, 7, 50, 100_000}) {
            long about = failures > 6 ? 5_000 : 100L << (failures - 1);
            assertThat(IntStream.range(0, 100).mapToLong(i -> backoff.ms(failures)))
                    .describedAs("after %s failures", failures)
                    .allMatch(ms -> ms >= about / 2 && ms <= about * 3 / 2)
                    .satisfies(waits ->
                            assertThat(waits.stream().distinct().count()).isGreaterThan(10));
        }
    }
}
