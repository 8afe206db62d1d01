package io.weir.core.policy;

import io.weir.events.Decision;
import org.jspecify.annotations.Nullable;

/**
 * A rule: when its condition holds, its weight is added to the score, its reason to the decision, and what it demands is done.
 *
 * @param code unique in the policy, for programs
 * @param when the condition; one that ends in an error does not hold
 * @param weight points, -100 to 100
 * @param demands a decision whatever the score says, see {@link Policy#decisionFor}; null for none
 * @param shadow whether it is only recorded that it holds
 * @param reason text, for people
 */
public record Rule(
        String code,
        BooleanExpression when,
        double weight,
        @Nullable Decision demands,
        boolean shadow,
        ReasonText reason) {
    /** The largest weight, in points, either way. */
    public static final double MAX_WEIGHT = 100;

    public Rule {
        if (!(Math.abs(weight) <= MAX_WEIGHT)) {
            throw new IllegalArgumentException("weight must be -100 to 100, is " + weight);
        }
    }

    /** One that adds points. */
    public Rule(String code, BooleanExpression when, double weight, String reason) {
        this(code, when, weight, null, false, ReasonText.of(reason));
    }
}
