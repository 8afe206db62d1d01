package io.weir.core.policy;

/**
 * A rule: when its condition holds, its weight is added to the score and its reason to the decision.
 *
 * @param code unique in the policy, for programs
 * @param when the condition; one that ends in an error does not hold
 * @param weight points, -100 to 100
 * @param reason text, for people
 */
public record Rule(String code, BooleanExpression when, double weight, String reason) {
    /** The largest weight, in points, either way. */
    public static final double MAX_WEIGHT = 100;

    public Rule {
        if (!(Math.abs(weight) <= MAX_WEIGHT)) {
            throw new IllegalArgumentException("weight must be -100 to 100, is " + weight);
        }
    }
}
