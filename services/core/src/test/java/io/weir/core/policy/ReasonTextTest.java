package io.weir.core.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.core.policy.ReasonText.Format;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReasonTextTest {
    @ParameterizedTest
    @CsvSource({
        "NUMBER, 4.256, 4.26",
        "NUMBER, 4, 4",
        "NUMBER, 100, 100",
        "NUMBER, -0.001, 0",
        "NUMBER, 1e21, 1000000000000000000000",
        "NUMBER, NaN, unknown",
        "NUMBER, Infinity, infinite",
        "NUMBER, -Infinity, minus infinite",
        "WHOLE, 2.5, 2",
        "WHOLE, 3.5, 4",
        "PERCENT, 0.125, 12.5 %",
        "PERCENT, 1, 100 %",
        "MONEY, 12345, 123.45",
        "MONEY, 5, 0.05",
        "DURATION, 900, 0 s",
        "DURATION, 61000, 1 min 1 s",
        "DURATION, 7260000, 2 h 1 min",
        "DURATION, -266400000, -3 d 2 h"
    })
    void writesNumbersForPeople(Format format, double value, String written) {
        assertThat(ReasonText.written(value, format)).isEqualTo(written);
    }
}
