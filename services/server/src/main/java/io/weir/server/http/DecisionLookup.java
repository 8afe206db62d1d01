package io.weir.server.http;

import io.weir.events.Sha256;
import io.weir.events.TransactionDecided;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the gateway asks of the views. Answers at once, from memory, on any thread. */
public interface DecisionLookup {

    /** The committed decision on a transaction, or null if it is not among those that the views hold. */
    @Nullable
    TransactionDecided decision(String transactionId);

    /** The names of a policy's features, in order, or null if the policy is not known. */
    @Nullable
    List<String> featureNames(Sha256 policySha256);
}
