package io.weir.core.policy;

import io.weir.events.TransactionSubmitted;

/** A compiled numeric expression over a transaction and the features computed so far. Pure. */
@FunctionalInterface
public interface NumberExpression {

    /**
     * Its value.
     *
     * @param features values in the policy's order; those of later features are not there yet
     * @throws ArithmeticException where CEL defines an error, such as a division by the integer zero
     */
    double evaluate(TransactionSubmitted transaction, double[] features);
}
