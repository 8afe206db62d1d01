package io.weir.core.decide;

import io.weir.core.decide.Admission.Violation;
import io.weir.core.policy.Entity;
import io.weir.core.policy.Measure;
import io.weir.core.policy.Policy;
import io.weir.core.window.EntityWindows;
import io.weir.events.AccountSnapshot;
import io.weir.events.DuplicateDetected;
import io.weir.events.EntitySnapshot;
import io.weir.events.Event;
import io.weir.events.TransactionLabelled;
import io.weir.events.TransactionSubmitted;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The pure core: events go in, in the order of the log, and decisions come out. No clock, no randomness, no I/O, no
 * threads: the same events give the same bytes. One engine owns one; not thread-safe.
 *
 * <p>{@link #decide} folds an event and says what became of it; {@link #fold} does the same to the state and says nothing,
 * for restoring and for following partitions that another engine decides.
 */
public final class DecisionStateMachine {
    /**
     * Version of the form of the state in snapshots. It must change with the bytes, and also with what decides which state
     * the same events lead to: the horizon, {@link EntityWindows#EXACT_EVENTS}, the panes, what is remembered of ids.
     */
    public static final int STATE_FORMAT = 2;

    private static final int MOST_BESIDE = 16;

    private final FraudState state;
    private final Prefetch prefetch;
    private @Nullable Scoring scoring;
    private boolean lending;
    /** Of policies that decide beside the active one. */
    private final IdentityHashMap<Policy, Scoring> beside = new IdentityHashMap<>();

    private Steering steering = new Steering();
    private long controlPosition = Steering.NOW;

    /** One for policies without selections. */
    public DecisionStateMachine() {
        this(Selections.NONE);
    }

    /** One that keeps selections, from its first event on. */
    public DecisionStateMachine(Selections selections) {
        this(EntityWindows.EXACT_EVENTS, selections);
    }

    /** Windows are exact for this many most recent transactions of each entity. */
    DecisionStateMachine(int exactEvents) {
        this(exactEvents, Selections.NONE);
    }

    DecisionStateMachine(int exactEvents, Selections selections) {
        state = new FraudState(exactEvents, selections);
        prefetch = new Prefetch(state);
    }

    /** What it keeps for the policies. */
    public Selections selections() {
        return state.selections();
    }

    /**
     * From the next event on, this policy decides.
     *
     * @throws IllegalStateException when it needs selections that are not kept; the policy before it remains
     */
    public void activate(Policy policy) {
        scoring = new Scoring(policy, state, lending);
    }

    /**
     * From now on {@link #decide} lends its decisions: the arrays in one are valid until the next call, which fills them anew. For who
     * encodes each decision at once; without it every decision has arrays of its own, 224 bytes with the default policy.
     */
    public void lendDecisions() {
        lending = true;
        if (scoring != null) {
            scoring = new Scoring(scoring.policy(), state, lending);
        }
    }

    /** Lists and rules in shadow, as they are folded from the control topic. */
    public Steering steering() {
        return steering;
    }

    /**
     * From the next event on, decides with what the control topic says before a position.
     *
     * @param position {@link Steering#NOW} for all that has been folded
     */
    public void steer(Steering by, long position) {
        steering = by;
        controlPosition = position;
    }

    /** The policy that decides; null while there is none. */
    public @Nullable Policy policy() {
        return scoring == null ? null : scoring.policy();
    }

    /** Whether there is a policy, without which nothing can be decided. */
    public boolean hasPolicy() {
        return scoring != null;
    }

    /**
     * Events that come next, some tens of them: what they need is fetched from memory for all at a time, which saves much of the
     * waiting where there is more state than the processor's cache has room for. Changes nothing.
     *
     * @param events null in place of one that could not be read
     */
    public void expect(List<? extends @Nullable Event> events) {
        prefetch.of(events);
    }

    /**
     * Folds an event without deciding. What cannot be folded leaves the state as it is, and what a loaded snapshot contains
     * is skipped.
     *
     * @param partition of the transaction log, where the event lies
     * @param offset where it lies there
     */
    public void fold(Event event, int partition, long offset) {
        switch (event) {
            case TransactionSubmitted transaction -> {
                if (Admission.violation(transaction) == null
                        && !state.contains(transaction.accountId(), partition, offset)) {
                    state.fold(transaction, transaction.submissionHash(), partition, offset);
                }
            }
            case TransactionLabelled label -> {
                if (Admission.violation(label) == null && !state.contains(label.accountId(), partition, offset)) {
                    state.fold(label, partition, offset);
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
     * @throws IllegalStateException while there is no policy, or after loading before {@link #restored}: both are faults
     *     of the caller, not of the event
     */
    public Outcome decide(Event event, int partition, long offset) {
        return switch (handle(event, partition, offset, null)) {
            case Measured measured -> measured.decide();
            case Outcome outcome -> outcome;
        };
    }

    /**
     * The same, but what is to be decided is only measured: the decision itself needs nothing of the state, and another thread can
     * make it while this one goes on, see {@link Measured#decide}.
     *
     * @param rows where the features lie until then
     */
    public Folded measure(Event event, int partition, long offset, FeatureRows rows) {
        return handle(event, partition, offset, rows);
    }

    private Folded handle(Event event, int partition, long offset, @Nullable FeatureRows rows) {
        requireRestored();
        return switch (event) {
            case TransactionSubmitted transaction -> submitted(transaction, partition, offset, rows);
            case TransactionLabelled label -> labelled(label, partition, offset);
            default ->
                new Outcome.Refused(
                        "UnexpectedEvent",
                        event.type().name() + " does not belong on the transaction log; write it to its own topic");
        };
    }

    /**
     * Folds an event and has other policies than the active one decide; whether one is active is of no account.
     *
     * @param policies each decides by itself
     * @param partition of the transaction log, where the event lies
     * @param offset where it lies there
     * @return in the order of the policies; empty unless the event is a transaction, and the first of its id
     * @throws IllegalStateException when a policy needs selections that are not kept, or after loading before {@link #restored}
     */
    public List<Outcome.Decided> decideBeside(List<Policy> policies, Event event, int partition, long offset) {
        requireRestored();
        if (!(event instanceof TransactionSubmitted transaction)) {
            fold(event, partition, offset);
            return List.of();
        }
        boolean first = Admission.violation(transaction) == null
                && state.fold(transaction, transaction.submissionHash(), partition, offset) == null;
        return first
                ? policies.stream()
                        .map(policy -> score(policy, transaction, partition, offset))
                        .toList()
                : List.of();
    }

    /**
     * What a policy would decide on a transaction that has just been decided; the state stays as it is. For comparing
     * policies on the same state.
     *
     * @param transaction the one handed to {@link #decide} last, whose outcome was {@link Outcome.Decided}
     * @throws IllegalStateException when the policy needs selections that are not kept
     */
    public Outcome.Decided score(Policy policy, TransactionSubmitted transaction, int partition, long offset) {
        if (beside.size() > MOST_BESIDE) {
            beside.clear(); // of policies that are no longer asked for
        }
        return beside.computeIfAbsent(policy, unseen -> new Scoring(policy, state, false))
                .decide(transaction, transaction.submissionHash(), partition, offset, steering, controlPosition);
    }

    /**
     * Takes in the state of an entity. All entities come before the accounts, and all snapshots before the first event.
     *
     * @throws io.weir.core.window.StateFormatException when it is damaged, of another format version, or is no
     *     state; this state machine is of no use then
     * @throws IllegalStateException when the entity is known already
     */
    public void load(EntitySnapshot snapshot) {
        state.load(snapshot);
    }

    /**
     * Takes in the state of an account.
     *
     * @throws io.weir.core.window.StateFormatException when it is damaged, of another format version, is no
     *     state, or names an entity of which no snapshot was loaded; this state machine is of no use then
     * @throws IllegalStateException when the account is known already
     */
    public void load(AccountSnapshot snapshot) {
        state.load(snapshot);
    }

    /**
     * Gives up what is incomplete: after loading, the selections of policies for which some snapshot lacks a part are kept no
     * longer. To be called after all snapshots, before the first event.
     */
    public void forgetIncomplete() {
        state.forgetIncomplete();
    }

    /**
     * Keeps from now on what another state machine keeps, and has it from there where it does not have it itself. All else
     * stays as it is, also where it reaches further back than the events that the other one folded: it may have begun where
     * the log now begins. If both have folded everything, this one is then as if it had kept the other's selections from the
     * first event on.
     *
     * <p>The active policy stays if what it needs is kept; otherwise there is none. All snapshots are to be written anew.
     *
     * @param warmed has folded, of what this one has folded, everything from some offset of each partition on, and nothing
     *     else; of no use afterwards
     * @throws IllegalStateException while a sweep is running, or one of the two is not restored
     */
    public void adopt(DecisionStateMachine warmed) {
        Policy active = scoring == null ? null : scoring.policy();
        state.adopt(warmed.state);
        beside.clear(); // they know windows by their places
        scoring =
                active == null || !selections().missing(active).isEmpty() ? null : new Scoring(active, state, lending);
    }

    /** Every event that a snapshot contains has been passed: from here on nothing is skipped. */
    public void restored() {
        state.restored();
    }

    /**
     * Begins a sweep: snapshots of all that has changed since it was last written.
     *
     * <p>Whoever sweeps must have folded all that any snapshot contains that was written before, by whomever.
     *
     * @param positions by partition of the transaction log, the offset before which everything has been folded, and nothing
     *     from there on
     * @throws IllegalStateException while another sweep is running, or after loading before {@link #restored}
     */
    public Sweep sweep(long[] positions) {
        if (state.restoring()) {
            throw new IllegalStateException(
                    "events that the snapshots contain may still come; there is nothing to sweep");
        }
        return state.sweep(positions);
    }

    /** The state of an account in the form of snapshots, the same bytes for the same state; null if it is not known. */
    public byte @Nullable [] state(String accountId) {
        return state.state(accountId);
    }

    /** The state of another entity in the form of snapshots, the same bytes for the same state; null if it is not known. */
    public byte @Nullable [] state(Entity kind, String id) {
        return state.state(kind, id);
    }

    /**
     * The state of an account or another entity with those parts only that another state of such has, to be compared with
     * it; null if it is not known.
     *
     * @param like a state in the form of snapshots, of this format
     * @throws io.weir.core.window.StateFormatException when it is none
     */
    public byte @Nullable [] stateLike(Entity kind, String id, byte[] like) {
        return state.state(kind, id, like);
    }

    /** What is known of an account or another entity, for people to look at; null if nothing is. */
    public @Nullable Profile profile(Entity kind, String id) {
        return state.profile(kind, id, scoring == null ? Map.of() : scoring.aggregates(kind));
    }

    /**
     * What a measure gave for the transaction that was folded or decided last, see {@link Measure#of}.
     *
     * @throws IllegalStateException when the measure is not evaluated here
     */
    public long lastResult(Measure measure) {
        return state.lastResult(measure);
    }

    /** How many feature values so far took in panes of a hot entity, and may be off by half a pane at each edge. */
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

    private void requireRestored() {
        if (state.restoring()) {
            throw new IllegalStateException("events that the snapshots contain may still come; nothing can be decided");
        }
    }

    private Folded submitted(TransactionSubmitted transaction, int partition, long offset, @Nullable FeatureRows rows) {
        if (scoring == null) {
            throw new IllegalStateException("no policy is active; publish and activate one");
        }
        Violation violation = Admission.violation(transaction);
        if (violation != null) {
            return new Outcome.Refused("InvalidTransaction", violation.toString());
        }
        long submissionHash = transaction.submissionHash();
        AccountWindows.Original original = state.fold(transaction, submissionHash, partition, offset);
        if (original == null) {
            return scoring.measure(
                    transaction, submissionHash, partition, offset, steering, controlPosition, scoring.room(rows));
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

    private Outcome labelled(TransactionLabelled label, int partition, long offset) {
        Violation violation = Admission.violation(label);
        if (violation != null) {
            return new Outcome.Refused("InvalidLabel", violation.toString());
        }
        if (!state.fold(label, partition, offset)) {
            return new Outcome.Refused(
                    "UnknownTransaction",
                    "transactionId " + label.transactionId() + " of account " + label.accountId()
                            + " is not among the account's transactions of the last 120 days, or not among the most recent "
                            + state.exactEvents()
                            + " of them, which are those that can be labelled; label it after it was submitted");
        }
        return new Outcome.Labelled();
    }
}
