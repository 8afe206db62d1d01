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

    static BooleanExpression constant(boolean value) {
        return (transaction, features) -> value;
    }

    /** Both hold. As in CEL the order does not matter: one side that does not hold settles it, whatever error the other ends in. */
    static BooleanExpression and(BooleanExpression left, BooleanExpression right) {
        return (transaction, features) -> {
            boolean leftHolds;
            try {
                leftHolds = left.evaluate(transaction, features);
            } catch (ArithmeticException e) {
                if (right.evaluate(transaction, features)) {
                    throw e;
                }
                return false;
            }
            return leftHolds && right.evaluate(transaction, features);
        };
    }

    /** One or both hold. As in CEL the order does not matter: one side that holds settles it, whatever error the other ends in. */
    static BooleanExpression or(BooleanExpression left, BooleanExpression right) {
        return (transaction, features) -> {
            boolean leftHolds;
            try {
                leftHolds = left.evaluate(transaction, features);
            } catch (ArithmeticException e) {
                if (right.evaluate(transaction, features)) {
                    return true;
                }
                throw e;
            }
            return leftHolds || right.evaluate(transaction, features);
        };
    }

    static BooleanExpression not(BooleanExpression operand) {
        return (transaction, features) -> !operand.evaluate(transaction, features);
    }

    static BooleanExpression choose(BooleanExpression condition, BooleanExpression then, BooleanExpression otherwise) {
        return (transaction, features) -> condition.evaluate(transaction, features)
                ? then.evaluate(transaction, features)
                : otherwise.evaluate(transaction, features);
    }

    static BooleanExpression startsWith(StringExpression text, StringExpression prefix) {
        return (transaction, features) ->
                text.evaluate(transaction, features).startsWith(prefix.evaluate(transaction, features));
    }

    static BooleanExpression endsWith(StringExpression text, StringExpression suffix) {
        return (transaction, features) ->
                text.evaluate(transaction, features).endsWith(suffix.evaluate(transaction, features));
    }

    static BooleanExpression contains(StringExpression text, StringExpression part) {
        return (transaction, features) ->
                text.evaluate(transaction, features).contains(part.evaluate(transaction, features));
    }
}
