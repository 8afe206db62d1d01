package io.weir.server.guard;

import io.weir.events.Sha256;
import org.jspecify.annotations.Nullable;

/** How often rules fire. */
public interface RuleRates {
    /**
     * How often a rule held, in shadow or not, since its rate was last accepted; as far back as decisions are kept.
     *
     * @param decisions by its policy
     * @param fired among them
     * @param recentDecisions the last ones of them, that are compared with those before
     * @param recentFired among these
     */
    record RuleRate(long decisions, long fired, int recentDecisions, int recentFired) {}

    /** The rate of a rule; null where the policy has not decided lately. */
    @Nullable
    RuleRate rate(Sha256 policy, String ruleCode);
}
