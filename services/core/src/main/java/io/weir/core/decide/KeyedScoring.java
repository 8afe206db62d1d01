package io.weir.core.decide;

import io.weir.core.decide.Scoring.AggregateValues;
import io.weir.core.policy.Aggregate;
import io.weir.core.policy.Entity;
import io.weir.core.policy.FeatureDefinition.Aggregated;
import io.weir.core.policy.Label;
import io.weir.core.policy.Policy;
import io.weir.core.window.EntityWindows;
import io.weir.events.Hash64;
import io.weir.events.TransactionDecided;
import io.weir.events.TransactionLabelled;
import io.weir.events.TransactionSubmitted;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The core cut along its keys, for stream processors that keep state by key and move events between keys: first a
 * transaction's account, then each entity that the policy has aggregates over, then the decision, which needs no state. If every
 * account and every entity takes in its events in the order of the log, decisions are those of {@link DecisionStateMachine},
 * bit for bit, by the same code. What is kept of an account or entity is an object, and has the bytes of a snapshot.
 *
 * <p>Lists are empty and no rule is put in shadow: there is no control topic here. Not thread-safe; what is read by one can be
 * used by another of the same policy.
 */
public final class KeyedScoring {
    private static final Entity[] ENTITIES = Entity.values();
    private static final EntityWindows NOBODY = new EntityWindows();

    private final Policy policy;
    private final Selections selections;
    private final Measuring measuring;
    private final Scoring scoring;
    private final StateForm form;
    private final Steering steering = new Steering();
    private final List<Entity> kinds;
    private final int exactEvents;
    private final long[] idHashes;
    /** By feature, the windows that its aggregate is over; see {@link Selections#windowsOf}. */
    private final int[] windows;

    /** Whose ids are being read or written. */
    private @Nullable KeyedAccount current;

    private double[] values = new double[0];

    public KeyedScoring(Policy policy) {
        this(policy, EntityWindows.EXACT_EVENTS);
    }

    KeyedScoring(Policy policy, int exactEvents) {
        this.policy = policy;
        this.exactEvents = exactEvents;
        selections = Selections.of(List.of(policy));
        measuring = new Measuring(selections);
        AggregateValues known = (feature, aggregate, of, transaction) -> values[feature];
        scoring = new Scoring(policy, selections, known, false);
        form = new StateForm(this::names, selections);
        idHashes = new long[selections.peers().size()];
        Set<Entity> aggregated = EnumSet.noneOf(Entity.class);
        windows = new int[policy.features().size()];
        for (int feature = 0; feature < windows.length; feature++) {
            Aggregate aggregate = aggregate(feature);
            if (aggregate != null) {
                aggregated.add(aggregate.entity());
                windows[feature] = selections.windowsOf(aggregate);
            }
        }
        aggregated.remove(Entity.ACCOUNT);
        kinds = List.copyOf(aggregated);
    }

    /** The kinds of entities, other than account, that the policy has aggregates over: a transaction visits those it names. */
    public List<Entity> kinds() {
        return kinds;
    }

    /** An account of which nothing is known. */
    public KeyedAccount account(String id) {
        return new KeyedAccount(new AccountWindows(id, 0, exactEvents, selections));
    }

    /**
     * What {@link #write(KeyedAccount)} wrote.
     *
     * @throws io.weir.core.window.StateFormatException when that is not what the bytes are
     */
    public KeyedAccount readAccount(String id, byte[] state) {
        KeyedAccount account = account(id);
        current = account;
        account.windows.setPosition(Long.MAX_VALUE);
        form.read(account.windows, state);
        account.windows.setPosition(0);
        return account;
    }

    /** The state of an account, in the form of snapshots. */
    public byte[] write(KeyedAccount account) {
        current = account;
        return form.write(account.windows);
    }

    /** An entity of which nothing is known. */
    public KeyedEntity entity(Entity kind, String id) {
        return new KeyedEntity(new TrackedEntity(kind, id, 0, exactEvents, selections));
    }

    /**
     * What {@link #write(KeyedEntity)} wrote.
     *
     * @throws io.weir.core.window.StateFormatException when that is not what the bytes are
     */
    public KeyedEntity readEntity(Entity kind, String id, byte[] state) {
        KeyedEntity entity = entity(kind, id);
        form.read(entity.windows, state);
        return entity;
    }

    /** The state of an entity, in the form of snapshots. */
    public byte[] write(KeyedEntity entity) {
        return form.write(entity.windows);
    }

    /**
     * A transaction comes to its account.
     *
     * @param partition of the transaction log, where it lies
     * @param offset where it lies there
     * @return null if its account knows its id, or it cannot be folded
     */
    public @Nullable InTransit fold(
            KeyedAccount account, TransactionSubmitted transaction, int partition, long offset) {
        long idHash = Hash64.of(transaction.transactionId());
        AccountWindows own = account.windows;
        if (Admission.violation(transaction) != null || own.original(idHash) != null) {
            return null;
        }
        long submissionHash = transaction.submissionHash();
        int row = own.insert(transaction.occurredAtMs(), transaction.amountMinor(), idHash, submissionHash, offset);
        for (int ordinal = 1; row >= 0 && ordinal < ENTITIES.length; ordinal++) {
            String id = ENTITIES[ordinal].idIn(transaction);
            if (id != null) {
                own.setEntity(row, ordinal, account.names(ENTITIES[ordinal]).numberOrAdd(id));
            }
        }
        measuring.measure(transaction, own, row);
        double[] found = new double[windows.length];
        InTransit inTransit = new InTransit(
                transaction,
                partition,
                offset,
                submissionHash,
                measuring.results().clone(),
                found);
        for (int feature = 0; feature < found.length; feature++) {
            Aggregate aggregate = aggregate(feature);
            found[feature] = Double.NaN;
            if (aggregate != null
                    && aggregate.entity() != Entity.ACCOUNT
                    && aggregate.entity().idIn(transaction) == null) {
                found[feature] =
                        aggregate.distinct() == null ? NOBODY.aggregate(aggregate, transaction.occurredAtMs()) : 0;
            }
        }
        evaluate(own, inTransit);
        return inTransit;
    }

    /**
     * A transaction comes to an entity that it names, and the values of the entity's aggregates are filled in.
     *
     * @param entity of one of {@link #kinds}
     */
    public void fold(KeyedEntity entity, InTransit inTransit) {
        TransactionSubmitted transaction = inTransit.transaction();
        long timeMs = transaction.occurredAtMs();
        measuring.setResults(inTransit.results());
        selections.hashPeers(transaction, idHashes);
        TrackedEntity own = entity.windows;
        own.setPeers(own.insert(timeMs, transaction.amountMinor()), timeMs, idHashes);
        own.select(timeMs, measuring);
        evaluate(own, inTransit);
    }

    /**
     * A label comes to the account.
     *
     * @return null if it changes nothing for any entity
     */
    public @Nullable Relabelling fold(KeyedAccount account, TransactionLabelled label) {
        AccountWindows own = account.windows;
        int row = Admission.violation(label) == null ? own.rowOf(Hash64.of(label.transactionId())) : -1;
        if (row < 0) {
            return null;
        }
        Label was = own.label(row);
        Label is = label.fraud() ? Label.FRAUD : selections.keepsGenuine() ? Label.GENUINE : null;
        if (was == is) {
            return null;
        }
        long timeMs = own.events().timeMs(row);
        long amountMinor = own.events().amountMinor(row);
        long[] results = new long[selections.measures().size()];
        own.results(row, selections.measures(), results);
        own.setLabel(row, is);
        own.relabel(timeMs, amountMinor, results, was, is);
        Map<Entity, String> concerned = new EnumMap<>(Entity.class);
        for (int ordinal = 1; ordinal < ENTITIES.length; ordinal++) {
            Entity kind = ENTITIES[ordinal];
            int number = kinds.contains(kind) ? own.entity(row, ordinal) : -1;
            if (number >= 0 && (was == Label.FRAUD || is == Label.FRAUD || selections.keepsAnyGenuine(kind))) {
                concerned.put(kind, account.names(kind).id(number));
            }
        }
        return concerned.isEmpty() ? null : new Relabelling(timeMs, amountMinor, results, was, is, concerned);
    }

    /** A label comes to an entity of its transaction. */
    public void fold(KeyedEntity entity, Relabelling label) {
        entity.windows.relabel(label.timeMs(), label.amountMinor(), label.results(), label.was(), label.is());
    }

    /** Decides on a transaction that has been to its account and to all entities of {@link #kinds} that it names. */
    public TransactionDecided decide(InTransit inTransit) {
        values = inTransit.values();
        return scoring.decide(
                        inTransit.transaction(),
                        inTransit.submissionHash(),
                        inTransit.partition(),
                        inTransit.offset(),
                        steering,
                        Steering.NOW)
                .decision();
    }

    private void evaluate(SelectingWindows of, InTransit inTransit) {
        long timeMs = inTransit.transaction().occurredAtMs();
        for (int feature = 0; feature < windows.length; feature++) {
            Aggregate aggregate = aggregate(feature);
            if (aggregate != null && aggregate.entity() == of.kind()) {
                inTransit.values()[feature] =
                        of.value(aggregate, windows[feature], timeMs, measuring.takes(of, windows[feature]));
            }
        }
    }

    private @Nullable Aggregate aggregate(int feature) {
        return policy.features().get(feature) instanceof Aggregated aggregated ? aggregated.aggregate() : null;
    }

    private EntityIds names(Entity kind) {
        if (current == null) {
            throw new IllegalStateException("no account is being read or written");
        }
        return current.names(kind);
    }
}
