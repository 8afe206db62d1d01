package io.weir.core.decide;

import io.weir.core.decide.Admission.Violation;
import io.weir.core.policy.Policy;
import io.weir.core.window.EntityWindows;
import io.weir.events.DuplicateDetected;
import io.weir.events.Event;
import io.weir.events.TransactionLabelled;
import io.weir.events.TransactionSubmitted;
import org.jspecify.annotations.Nullable;

/**
 * The pure core: events go in, in the order of the log, and decisions come out. No clock, no randomness, no I/O, no
 * threads: the same events give the same bytes. One engine owns one; not thread-safe.
 *
 * <p>{@link #decide} folds an event and says what became of it; {@link #fold} does the same to the state and says nothing,
 * for restoring and for following partitions that another engine decides.
 */
public final class DecisionStateMachine {
    private final FraudState state;
    private @Nullable Scoring scoring;

    public DecisionStateMachine() {
        this(EntityWindows.EXACT_EVENTS);
    }

    /** Windows are exact for this many most recent transactions of each entity. */
    DecisionStateMachine(int exactEvents) {
        state = new FraudState(exactEvents);
    }

    /** From the next event on, this policy decides. */
    public void activate(Policy policy) {
        scoring = new Scoring(policy, state);
    }

    /** Whether there is a policy, without which nothing can be decided. */
    public boolean hasPolicy() {
        return scoring != null;
    }

    /**
     * Folds an event without deciding. What cannot be folded leaves the state as it is.
     *
     * @param partition of the transaction log, where the event lies
     * @param offset where it lies there
     */
    public void fold(Event event, int partition, long offset) {
        switch (event) {
            case TransactionSubmitted transaction -> {
                if (Admission.violation(transaction) == null) {
                    state.fold(transaction, transaction.submissionHash(), offset);
                }
            }
            case TransactionLabelled label -> {
                if (Admission.violation(label) == null) {
                    state.fold(label);
                }
            }
            default -> {
                // not an event of this log; whoever decides the partition refuses it
            }
        }
    }

    /**
     * Folds an event and decides.
     *
     * @param partition of the transaction log, where the event lies
     * @param offset where it lies there
     * @throws IllegalStateException while there is no policy
     */
    public Outcome decide(Event event, int partition, long offset) {
        return switch (event) {
            case TransactionSubmitted transaction -> submitted(transaction, partition, offset);
            case TransactionLabelled label -> labelled(label);
            default ->
                new Outcome.Refused(
                        "UnexpectedEvent",
                        event.type().name() + " does not belong on the transaction log; write it to its own topic");
        };
    }

    /** How many aggregates' values were not exact, because their windows reached transactions that are kept in panes. */
    public long panedValues() {
        return state.panedValues();
    }

    /** Number of accounts in the state. */
    public int accounts() {
        return state.accounts();
    }

    /** Number of entities other than accounts in the state. */
    public int entities() {
        return state.entities();
    }

    /** A hash of the whole state; equal for equal sets of folded events. Costs a walk over everything. */
    public long stateHash() {
        return state.hash();
    }

    private Outcome submitted(TransactionSubmitted transaction, int partition, long offset) {
        if (scoring == null) {
            throw new IllegalStateException("no policy is active; publish and activate one");
        }
        Violation violation = Admission.violation(transaction);
        if (violation != null) {
            return new Outcome.Refused("InvalidTransaction", violation.toString());
        }
        long submissionHash = transaction.submissionHash();
        AccountWindows.Original original = state.fold(transaction, submissionHash, offset);
        if (original == null) {
            return scoring.decide(transaction, submissionHash, partition, offset);
        }
        return new Outcome.Repeated(new DuplicateDetected(
                transaction.transactionId(),
                transaction.accountId(),
                transaction.receivedAtMs(),
                original.submissionHash() != submissionHash,
                partition,
                offset,
                original.offset()));
    }

    private Outcome labelled(TransactionLabelled label) {
        Violation violation = Admission.violation(label);
        if (violation != null) {
            return new Outcome.Refused("InvalidLabel", violation.toString());
        }
        if (!state.fold(label)) {
            return new Outcome.Refused(
                    "UnknownTransaction",
                    "transactionId " + label.transactionId() + " of account " + label.accountId()
                            + " is not among the transactions of the last 120 days; label it after it was submitted");
        }
        return new Outcome.Labelled();
    }
}
