package io.weir.core.decide;

import io.weir.events.DuplicateDetected;
import io.weir.events.FraudAlertRaised;
import io.weir.events.TransactionDecided;
import org.jspecify.annotations.Nullable;

/** What became of one record of the transaction log. There is exactly one for each. */
public sealed interface Outcome extends Folded {

    /** A transaction was decided; an alert goes with it unless it was approved. */
    record Decided(TransactionDecided decision, @Nullable FraudAlertRaised alert) implements Outcome {}

    /** A submission repeated an id of its account. */
    record Repeated(DuplicateDetected duplicate) implements Outcome {}

    /** A label was folded. */
    record Labelled() implements Outcome {}

    /**
     * The event cannot be folded, now or ever: it belongs among the dead letters.
     *
     * @param error what kind of fault, for programs
     * @param message what is wrong and what to do
     */
    record Refused(String error, String message) implements Outcome {}
}
