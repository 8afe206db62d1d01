package io.weir.core.policy;

import io.weir.events.TransactionSubmitted;

/** A compiled condition over a transaction and the features computed so far. Pure. */
@FunctionalInterface
public interface BooleanExpression {

    /**
     * Whether the condition holds.
     *
     * @param features values in the policy's order
     * @throws ArithmeticException where CEL defines an error, such as a division by the integer zero
     */
    boolean evaluate(TransactionSubmitted transaction, double[] features);
}
