package io.weir.server.topics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PartitionAdviceTest {
    @ParameterizedTest
    @CsvSource({
        "1, 1, 4",
        "1667, 2, 4",
        "6666, 4, 4",
        "6667, 5, 6",
        "10000, 6, 6",
        "10001, 7, 12",
        "20000, 12, 12",
        "20001, 13, 24",
        "50000, 30, 36",
        "10000000, 6000, 6000"
    })
    void partitionsCarryThreeTimesThePeakInEqualShares(long peakTps, int needed, int partitions) {
        assertThat(PartitionAdvice.forPeak(peakTps)).isEqualTo(new PartitionAdvice(peakTps, needed, partitions));
    }

    @Test
    void itSaysWhatItAssumesAndWhyACountIsForEver() {
        assertThat(String.join("\n", PartitionAdvice.forPeak(10_000).reasons()))
                .contains("10000 transactions/s at peak x 3 headroom / 5000 decisions/s per partition = 6")
                .contains("Assumed")
                .contains("Headroom of 3")
                .contains("cannot be lowered later");
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, 10_000_001, Long.MAX_VALUE})
    void aRateThatCannotBeIsRefused(long peakTps) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PartitionAdvice.forPeak(peakTps))
                .withMessageContaining("expected 1 to 10000000");
    }
}
