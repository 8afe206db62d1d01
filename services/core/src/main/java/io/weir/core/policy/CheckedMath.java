package io.weir.core.policy;

/**
 * Integer arithmetic as CEL defines it: what does not fit in 64 bits, and a division by zero, is an error.
 *
 * <p>The errors are made once and carry no stack trace: a rule that ends in an error for every transaction must not cost more
 * than one that does not, and must not allocate.
 */
@SuppressWarnings("StaticAssignmentOfThrowable") // without a stack trace there is nothing in them that could be wrong
final class CheckedMath {
    private static final ArithmeticException OVERFLOW =
            new EvaluationError("the result does not fit in a 64-bit integer");
    private static final ArithmeticException DIVISION_BY_ZERO = new EvaluationError("division of an integer by zero");
    private static final ArithmeticException OUT_OF_RANGE =
            new EvaluationError("the number does not fit in a 64-bit integer");
    private static final double TWO_TO_63 = 0x1p63;

    private CheckedMath() {}

    static long add(long left, long right) {
        long sum = left + right;
        if (((left ^ sum) & (right ^ sum)) < 0) {
            throw OVERFLOW;
        }
        return sum;
    }

    static long subtract(long left, long right) {
        long difference = left - right;
        if (((left ^ right) & (left ^ difference)) < 0) {
            throw OVERFLOW;
        }
        return difference;
    }

    static long multiply(long left, long right) {
        long product = left * right;
        if (Math.multiplyHigh(left, right) != product >> 63) {
            throw OVERFLOW;
        }
        return product;
    }

    static long divide(long left, long right) {
        if (right == 0) {
            throw DIVISION_BY_ZERO;
        }
        if (right == -1) {
            return negate(left);
        }
        return left / right;
    }

    static long remainder(long left, long right) {
        if (right == 0) {
            throw DIVISION_BY_ZERO;
        }
        return left % right;
    }

    static long negate(long value) {
        if (value == Long.MIN_VALUE) {
            throw OVERFLOW;
        }
        return -value;
    }

    /** Towards zero. Both ends of the range are excluded, as in CEL: not every double there is the integer it stands for. */
    static long toInteger(double value) {
        if (value > -TWO_TO_63 && value < TWO_TO_63) {
            return (long) value;
        }
        throw OUT_OF_RANGE; // NaN as well
    }

    private static final class EvaluationError extends ArithmeticException {
        private static final long serialVersionUID = 1;

        EvaluationError(String message) {
            super(message);
        }

        @Override
        public synchronized Throwable fillInStackTrace() {
            return this;
        }
    }
}
