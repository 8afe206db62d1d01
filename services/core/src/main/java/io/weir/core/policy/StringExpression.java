package io.weir.core.policy;

import io.weir.events.TransactionSubmitted;

/** A compiled string expression over a transaction and the features computed so far. Pure. */
@FunctionalInterface
public interface StringExpression {

    /**
     * Its value; a field that the transaction does not have is the empty string.
     *
     * @param features values in the policy's order; those of later features are not there yet
     * @throws ArithmeticException where CEL defines an error, such as a division by the integer zero
     */
    String evaluate(TransactionSubmitted transaction, double[] features);

    static StringExpression constant(String value) {
        return (transaction, features) -> value;
    }

    static StringExpression choose(BooleanExpression condition, StringExpression then, StringExpression otherwise) {
        return (transaction, features) -> condition.evaluate(transaction, features)
                ? then.evaluate(transaction, features)
                : otherwise.evaluate(transaction, features);
    }
}
