package io.weir.server.http;

import io.weir.core.policy.Policy.OnDeadline;
import io.weir.events.Sha256;
import io.weir.events.TransactionDecided;
import org.jspecify.annotations.Nullable;

/** What the gateway asks of the views. Answers at once, from memory, on any thread. */
public interface DecisionLookup {

    /** The committed decision on a transaction, or null if it is not among those that the views hold. */
    @Nullable
    TransactionDecided decision(String transactionId);

    /** The names in a policy, or null if it is not known. */
    @Nullable
    PolicyNames names(Sha256 policySha256);

    /** What the active policy says to do when a decision cannot be had in time. */
    OnDeadline onDeadline();
}
