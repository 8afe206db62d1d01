package io.weir.core.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.core.policy.ReasonText.Format;
import io.weir.events.TransactionSubmitted;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReasonTextTest {
    private static final TransactionSubmitted TRANSACTION =
            new TransactionSubmitted("t", "a", 1, 1, 1, "EUR", null, null, null, null, null, null, null, null);

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
        assertThat(written(value, format)).isEqualTo(written);
    }

    @Test
    void roundsTheExactValueAsBigDecimalDoes() {
        Random random = new Random(26);
        for (int i = 0; i < 200_000; i++) {
            double value = number(random);
            BigDecimal exact = new BigDecimal(value);
            String at = "seed 26, number " + i + ": " + value;
            assertThat(written(value, Format.NUMBER)).as(at).isEqualTo(trimmed(exact, 2));
            assertThat(written(value, Format.WHOLE)).as(at).isEqualTo(trimmed(exact, 0));
            assertThat(written(value, Format.PERCENT)).as(at).isEqualTo(trimmed(exact.movePointRight(2), 1) + " %");
            BigDecimal money = exact.movePointLeft(2).setScale(2, RoundingMode.HALF_EVEN);
            assertThat(written(value, Format.MONEY)).as(at).isEqualTo(money.toPlainString());
        }
    }

    /** Of any size, and near and at what lies between two decimals. */
    private static double number(Random random) {
        double value =
                switch (random.nextInt(4)) {
                    case 0 -> random.nextInt(100_000) / 8.0;
                    case 1 -> random.nextInt(1_000_000) / 1_000.0;
                    case 2 -> (random.nextDouble() + 0.5) * Math.pow(2, random.nextInt(140) - 70);
                    default -> random.nextInt(1 << 30) * 0.5 + (1L << 52 + random.nextInt(3));
                };
        return random.nextBoolean() ? value : -Math.nextUp(value);
    }

    private static String trimmed(BigDecimal exact, int decimals) {
        BigDecimal rounded = exact.setScale(decimals, RoundingMode.HALF_EVEN);
        return rounded.signum() == 0 ? "0" : rounded.stripTrailingZeros().toPlainString();
    }

    private static String written(double value, Format format) {
        ReasonText text = ReasonText.of(List.of(new ReasonText.Figure(NumberExpression.constant(value), format)));
        return text.fill(TRANSACTION, new double[0], new StringBuilder("of before"));
    }
}
