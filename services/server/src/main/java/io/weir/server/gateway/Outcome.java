package io.weir.server.gateway;

import io.weir.events.TransactionDecided;
import io.weir.server.http.Problem;

/** How a submission ended, for one of those who wait for it. */
sealed interface Outcome {

    /** A word for metrics. */
    String word();

    /**
     * Decided and committed.
     *
     * @param duplicate it was submitted before
     * @param acknowledgedNs when the log acknowledged it, by {@link System#nanoTime}; 0 if it was not appended now
     */
    record Decided(TransactionDecided decision, boolean duplicate, long acknowledgedNs) implements Outcome {
        /** For one who repeats what another submitted. */
        Decided repeated() {
            return new Decided(decision, true, acknowledgedNs);
        }

        @Override
        public String word() {
            return duplicate ? "duplicate" : "decided";
        }
    }

    /**
     * On the log, not decided yet: the decision will be there later.
     *
     * @param timedOut whether it was waited for until the budget was used up
     */
    record Pending(boolean timedOut) implements Outcome {
        @Override
        public String word() {
            return "pending";
        }
    }

    /** Not taken, or not known to be. */
    record Refused(String word, Problem problem) implements Outcome {

        /** The id was used before for something else. */
        static Refused conflict() {
            return new Refused(
                    "conflict",
                    new Problem(
                            409,
                            "conflict",
                            "Transaction id used before",
                            "transactionId was submitted before with another payload or account",
                            "transactionId",
                            "give each transaction its own id, and repeat it only with the same payload"));
        }

        /** Too much in flight. */
        static Refused overloaded() {
            return new Refused(
                    "overloaded",
                    new Problem(
                            503,
                            "overloaded",
                            "Overloaded",
                            "too many requests are in flight",
                            null,
                            "send it again after the time in Retry-After; the id makes that safe"));
        }

        /** This instance takes no more. */
        static Refused stopping() {
            return new Refused(
                    "unavailable",
                    new Problem(
                            503,
                            "stopping",
                            "Stopping",
                            "this instance is stopping",
                            null,
                            "send it again, to another instance; the id makes that safe"));
        }

        /** The log does not take it. */
        static Refused unavailable(String reason) {
            return new Refused(
                    "unavailable",
                    new Problem(
                            503,
                            "log-unavailable",
                            "Log unavailable",
                            reason,
                            null,
                            "send it again after the time in Retry-After; the id makes that safe"));
        }
    }
}
