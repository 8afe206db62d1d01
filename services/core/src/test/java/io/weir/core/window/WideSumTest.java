package io.weir.core.window;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.Random;
import org.junit.jupiter.api.Test;

class WideSumTest {

    @Test
    void addsAndSubtractsSquaresExactly() {
        for (long seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            WideSum sum = new WideSum();
            BigInteger expected = BigInteger.ZERO;
            for (int i = 0; i < 100; i++) {
                long amount = random.nextLong(1L << (1 + random.nextInt(40)));
                sum.addSquareOf(amount);
                expected = expected.add(BigInteger.valueOf(amount).pow(2));
            }
            assertThat(wide(sum)).as("seed %s", seed).isEqualTo(expected);

            WideSum less = new WideSum();
            less.addSquareOf(random.nextLong(1L << 40));
            sum.add(less.high(), less.low());
            sum.subtract(less.high(), less.low());
            assertThat(wide(sum)).as("seed %s", seed).isEqualTo(expected);
        }
    }

    @Test
    void becomesTheNearestDouble() {
        for (long seed = 0; seed < 20_000; seed++) {
            Random random = new Random(seed);
            BigInteger value = new BigInteger(1 + random.nextInt(127), random);
            if (random.nextInt(3) == 0) {
                // halfway between two doubles, or one off it
                int zeros = Math.max(0, value.bitLength() - 54);
                value = value.shiftRight(zeros).shiftLeft(zeros).add(BigInteger.valueOf(random.nextInt(3) - 1));
                value = value.max(BigInteger.ZERO);
            }
            WideSum sum = new WideSum(value.shiftRight(64).longValue(), value.longValue());
            assertThat(sum.toDouble()).as("seed %s, %s", seed, value).isEqualTo(value.doubleValue());
        }
    }

    @Test
    void standardDeviationIsThatOfTheExactNumbersAlsoBeyond128Bits() {
        for (long seed = 0; seed < 5_000; seed++) {
            Random random = new Random(seed);
            long count = 1 + random.nextLong(1L << (1 + random.nextInt(36)));
            long most = Math.min(1_000_000_000_000L, Long.MAX_VALUE / count);
            long mean = random.nextLong(most);
            long sum = mean * count;
            // squares of some numbers with that sum: at least count * mean * mean
            BigInteger squares = BigInteger.valueOf(mean)
                    .pow(2)
                    .multiply(BigInteger.valueOf(count))
                    .add(new BigInteger(1 + random.nextInt(100), random));
            BigInteger n = BigInteger.valueOf(count);
            BigInteger numerator =
                    n.multiply(squares).subtract(BigInteger.valueOf(sum).pow(2));
            double expected = Math.sqrt(numerator.doubleValue() / n.pow(2).doubleValue());

            assertThat(new WideSum(squares.shiftRight(64).longValue(), squares.longValue())
                            .standardDeviation(count, sum))
                    .as("seed %s", seed)
                    .isEqualTo(expected);
        }
    }

    @Test
    void equalAmountsDoNotDeviate() {
        WideSum sum = new WideSum();
        for (int i = 0; i < 7; i++) {
            sum.addSquareOf(333_333_333_333L);
        }
        assertThat(sum.standardDeviation(7, 7 * 333_333_333_333L)).isZero();
        assertThat(new WideSum().standardDeviation(0, 0)).isNaN();
    }

    private static BigInteger wide(WideSum sum) {
        return BigInteger.valueOf(sum.high()).shiftLeft(64).add(new BigInteger(Long.toUnsignedString(sum.low())));
    }
}
