package io.weir.core.policy;

import io.weir.events.TransactionSubmitted;

/** A compiled integer expression (CEL {@code int}, 64 bits) over a transaction and the features computed so far. Pure. */
@FunctionalInterface
public interface IntegerExpression {

    /**
     * Its value.
     *
     * @param features values in the policy's order; those of later features are not there yet
     * @throws ArithmeticException where CEL defines an error: overflow, division by zero, a double outside 64 bits
     */
    long evaluate(TransactionSubmitted transaction, double[] features);

    static IntegerExpression constant(long value) {
        return (transaction, features) -> value;
    }

    static IntegerExpression add(IntegerExpression left, IntegerExpression right) {
        return (transaction, features) ->
                CheckedMath.add(left.evaluate(transaction, features), right.evaluate(transaction, features));
    }

    static IntegerExpression subtract(IntegerExpression left, IntegerExpression right) {
        return (transaction, features) ->
                CheckedMath.subtract(left.evaluate(transaction, features), right.evaluate(transaction, features));
    }

    static IntegerExpression multiply(IntegerExpression left, IntegerExpression right) {
        return (transaction, features) ->
                CheckedMath.multiply(left.evaluate(transaction, features), right.evaluate(transaction, features));
    }

    /** The quotient, towards zero. */
    static IntegerExpression divide(IntegerExpression left, IntegerExpression right) {
        return (transaction, features) ->
                CheckedMath.divide(left.evaluate(transaction, features), right.evaluate(transaction, features));
    }

    /** What the quotient leaves; its sign is that of {@code left}. */
    static IntegerExpression remainder(IntegerExpression left, IntegerExpression right) {
        return (transaction, features) ->
                CheckedMath.remainder(left.evaluate(transaction, features), right.evaluate(transaction, features));
    }

    static IntegerExpression negate(IntegerExpression operand) {
        return (transaction, features) -> CheckedMath.negate(operand.evaluate(transaction, features));
    }

    static IntegerExpression choose(BooleanExpression condition, IntegerExpression then, IntegerExpression otherwise) {
        return (transaction, features) -> condition.evaluate(transaction, features)
                ? then.evaluate(transaction, features)
                : otherwise.evaluate(transaction, features);
    }

    /** A number without its fraction; an error if it is NaN or beyond 64 bits. */
    static IntegerExpression truncate(NumberExpression operand) {
        return (transaction, features) -> CheckedMath.toInteger(operand.evaluate(transaction, features));
    }

    /** How many Unicode code points a string has. */
    static IntegerExpression size(StringExpression operand) {
        return (transaction, features) -> {
            String value = operand.evaluate(transaction, features);
            return value.codePointCount(0, value.length());
        };
    }
}
