package io.weir.core.window;

import java.math.BigInteger;

/** A sum of values or of their squares, exact in 128 bits, and the standard deviation that follows from the latter. */
final class WideSum {
    private long high;
    private long low;

    WideSum() {}

    WideSum(long high, long low) {
        this.high = high;
        this.low = low;
    }

    long high() {
        return high;
    }

    long low() {
        return low;
    }

    /** The sum; the largest or smallest long where it is beyond. */
    long saturated() {
        return high == low >> 63 ? low : high < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
    }

    void add(long value) {
        add(value >> 63, value);
    }

    void addSquareOf(long amount) {
        add(Math.multiplyHigh(amount, amount), amount * amount);
    }

    void add(long otherHigh, long otherLow) {
        low += otherLow;
        high += otherHigh + (Long.compareUnsigned(low, otherLow) < 0 ? 1 : 0);
    }

    void subtract(long otherHigh, long otherLow) {
        high -= otherHigh + (Long.compareUnsigned(low, otherLow) < 0 ? 1 : 0);
        low -= otherLow;
    }

    /**
     * Standard deviation of the whole population: the root of {@code (n * squares - sum * sum) / (n * n)}. The numerator is
     * exact, so the bits do not depend on an order of addition; it is rounded once to a double, then divided.
     *
     * @param count n; 0 gives NaN
     * @param sum of the amounts
     */
    double standardDeviation(long count, long sum) {
        return count == 0 ? Double.NaN : Math.sqrt(numerator(count, sum) / ((double) count * count));
    }

    /** Whether there can be n amounts, none of them larger than {@code max}, with this sum and this sum of squares. */
    boolean isPossible(long count, long sum, long max) {
        long squareHigh = Math.multiplyHigh(max, max);
        long squareLow = max * max;
        WideSum slack =
                new WideSum(squareHigh * count + Math.unsignedMultiplyHigh(squareLow, count), squareLow * count);
        slack.subtract(high, low);
        return high >= 0
                && slack.high >= 0
                && numerator(count, sum) >= 0
                && (sum == Long.MAX_VALUE || sum / count < max || sum == count * max);
    }

    private double numerator(long count, long sum) {
        long productHigh = high * count + Math.unsignedMultiplyHigh(low, count);
        if (Math.multiplyHigh(high, count) != 0 || high * count < 0 || productHigh < 0) {
            return wideNumerator(count, sum);
        }
        WideSum difference = new WideSum(productHigh, low * count);
        difference.subtract(Math.multiplyHigh(sum, sum), sum * sum);
        return difference.toDouble();
    }

    /** Beyond 127 bits: from thirteen million transactions of the largest amount on. */
    private double wideNumerator(long count, long sum) {
        BigInteger squares = BigInteger.valueOf(high).shiftLeft(64).or(new BigInteger(Long.toUnsignedString(low)));
        BigInteger sumOfAll = BigInteger.valueOf(sum);
        return squares.multiply(BigInteger.valueOf(count))
                .subtract(sumOfAll.multiply(sumOfAll))
                .doubleValue();
    }

    /** The nearest double, ties to even; -1 for anything negative. */
    double toDouble() {
        if (high < 0) {
            return -1;
        }
        if (high == 0 && low >= 0) {
            return (double) low;
        }
        // the 63 highest bits, the last of them also standing for all that are lost: enough to round rightly
        int lost = 65 - Long.numberOfLeadingZeros(high);
        long kept = lost == 64 ? high : high << (64 - lost) | low >>> lost;
        boolean rest = lost == 64 ? low != 0 : low << (64 - lost) != 0;
        return Math.scalb((double) (kept | (rest ? 1 : 0)), lost);
    }
}
