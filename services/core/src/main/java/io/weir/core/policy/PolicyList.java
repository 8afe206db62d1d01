package io.weir.core.policy;

import io.weir.events.Decision;

/**
 * A list of ids that a policy uses. Whether a transaction's entity is on it is a feature of the same name, 1 or 0; members
 * change by events, not with the policy.
 *
 * @param name its name, and that of the feature
 * @param feature index of the feature in the policy's order
 * @param kind what being on it leads to
 * @param reason text, for people
 */
public record PolicyList(String name, int feature, Kind kind, ReasonText reason) {
    /** What being on a list leads to. */
    public enum Kind {
        /** The transaction is approved, unless something declines it. */
        ALLOW,
        /** The transaction is declined. */
        BLOCK,
        /** The transaction is reviewed at least. */
        WATCH;

        /** The decision that it demands, see {@link Policy#decisionFor}. */
        public Decision decision() {
            return switch (this) {
                case ALLOW -> Decision.APPROVE;
                case BLOCK -> Decision.DECLINE;
                case WATCH -> Decision.REVIEW;
            };
        }
    }
}
