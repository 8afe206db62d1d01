package io.weir.core.policy;

import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * Doubles as decimal text, rounded to a few decimals: half to even, of the exact binary value. As {@link BigDecimal} does it, but where a
 * double has a fraction in 64 bits, without an object: reasons are written for every decision that is not a plain approval.
 */
final class Decimals {
    private static final int FRACTION_BITS = 52;
    /** What the bits of a fraction leave out. */
    private static final long HIDDEN_BIT = 1L << FRACTION_BITS;
    /** Of the exponent in the bits of a double, when the fraction is read as an integer. */
    private static final int BIAS = 1075;
    /** Numbers from here on have no binary digits after the point. */
    private static final double WHOLE_FROM = 2.0 * HIDDEN_BIT;

    private static final long[] POWERS = {1, 10, 100, 1_000};

    private Decimals() {}

    /**
     * Appends {@code value * 10^shift}.
     *
     * @param value finite
     * @param shift -2 to 2
     * @param decimals most of them after the point; together with the shift 0 to 3
     * @param trimmed whether zeros at their end are left out
     */
    static void append(StringBuilder text, double value, int shift, int decimals, boolean trimmed) {
        if (Math.abs(value) < WHOLE_FROM) {
            append(text, rounded(value, POWERS[shift + decimals]), decimals, trimmed);
            return;
        }
        BigDecimal exact = new BigDecimal(value).scaleByPowerOfTen(shift).setScale(decimals, RoundingMode.HALF_EVEN);
        text.append((trimmed ? exact.stripTrailingZeros() : exact).toPlainString());
    }

    /** {@code value * factor} as the nearest integer, the even one of two. The factor is 1,000 at most: the product fits. */
    private static long rounded(double value, long factor) {
        long bits = Double.doubleToRawLongBits(value);
        int shift = BIAS - ((int) (bits >>> FRACTION_BITS) & 0x7FF);
        if (shift > Long.SIZE - 1) {
            return 0; // less than a half
        }
        long product = ((bits & (HIDDEN_BIT - 1)) | HIDDEN_BIT) * factor;
        long whole = product >>> shift;
        if (shift > 0) {
            long rest = product & ((1L << shift) - 1);
            long half = 1L << (shift - 1);
            whole += rest > half || (rest == half && (whole & 1) == 1) ? 1 : 0;
        }
        return value < 0 ? -whole : whole;
    }

    /** Appends a number of units of the last decimal. */
    private static void append(StringBuilder text, long units, int decimals, boolean trimmed) {
        if (units < 0) {
            text.append('-');
        }
        long left = Math.abs(units);
        int digits = decimals;
        while (trimmed && digits > 0 && left % 10 == 0) {
            left /= 10;
            digits--;
        }
        text.append(left / POWERS[digits]);
        if (digits > 0) {
            text.append('.');
            long fraction = left % POWERS[digits];
            for (int digit = digits - 1; digit >= 0; digit--) {
                text.append((char) ('0' + fraction / POWERS[digit] % 10));
            }
        }
    }
}
