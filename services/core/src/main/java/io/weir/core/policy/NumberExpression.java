package io.weir.core.policy;

import io.weir.events.TransactionSubmitted;

/**
 * A compiled numeric expression (CEL {@code double}) over a transaction and the features computed so far. Pure. Its arithmetic is
 * IEEE 754's: a division by zero is infinite or NaN, not an error.
 */
@FunctionalInterface
public interface NumberExpression {

    /**
     * Its value.
     *
     * @param features values in the policy's order; those of later features are not there yet
     * @throws ArithmeticException where CEL defines an error, such as a division by the integer zero
     */
    double evaluate(TransactionSubmitted transaction, double[] features);

    static NumberExpression constant(double value) {
        return (transaction, features) -> value;
    }

    /** The value of the feature at {@code index} in the policy's order. */
    static NumberExpression feature(int index) {
        return (transaction, features) -> features[index];
    }

    static NumberExpression add(NumberExpression left, NumberExpression right) {
        return (transaction, features) -> left.evaluate(transaction, features) + right.evaluate(transaction, features);
    }

    static NumberExpression subtract(NumberExpression left, NumberExpression right) {
        return (transaction, features) -> left.evaluate(transaction, features) - right.evaluate(transaction, features);
    }

    static NumberExpression multiply(NumberExpression left, NumberExpression right) {
        return (transaction, features) -> left.evaluate(transaction, features) * right.evaluate(transaction, features);
    }

    static NumberExpression divide(NumberExpression left, NumberExpression right) {
        return (transaction, features) -> left.evaluate(transaction, features) / right.evaluate(transaction, features);
    }

    static NumberExpression negate(NumberExpression operand) {
        return (transaction, features) -> -operand.evaluate(transaction, features);
    }

    static NumberExpression choose(BooleanExpression condition, NumberExpression then, NumberExpression otherwise) {
        return (transaction, features) -> condition.evaluate(transaction, features)
                ? then.evaluate(transaction, features)
                : otherwise.evaluate(transaction, features);
    }

    /** An integer as the double nearest to it. */
    static NumberExpression widen(IntegerExpression operand) {
        return (transaction, features) -> operand.evaluate(transaction, features);
    }
}
