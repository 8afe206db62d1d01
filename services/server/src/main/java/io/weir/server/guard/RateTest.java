package io.weir.server.guard;

/**
 * Whether two rates differ. Given how often a rule fired in all, in which of the decisions it did is, if its rate never changed,
 * a matter of how many decisions lie on each side: binomial. So nothing about the rate has to be assumed, and a short history
 * proves less than a long one.
 */
final class RateTest {
    private RateTest() {}

    /**
     * An upper bound of the probability, as its negative natural logarithm, that at least so many of the firings lie in the
     * window if the rate never changed. By Chernoff's inequality; 0 if fewer than expected do.
     *
     * @param recentFired in the window, above 0
     * @param recentDecisions in the window, above 0
     * @param pastFired before it
     * @param pastDecisions before it, above 0
     */
    static double surprise(long recentFired, long recentDecisions, long pastFired, long pastDecisions) {
        double fired = (double) recentFired + pastFired;
        double seen = recentFired / fired;
        double expected = recentDecisions / ((double) recentDecisions + pastDecisions);
        if (seen <= expected) {
            return 0;
        }
        // fired · KL(seen ‖ expected)
        double surprise = recentFired * Math.log(seen / expected);
        return pastFired == 0 ? surprise : surprise + pastFired * Math.log((1 - seen) / (1 - expected));
    }
}
