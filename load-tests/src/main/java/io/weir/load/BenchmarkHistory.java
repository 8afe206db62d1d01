package io.weir.load;

import io.weir.core.decide.DecisionStateMachine;
import io.weir.core.decide.Outcome;
import io.weir.core.decide.Selections;
import io.weir.core.policy.Policy;
import io.weir.events.Event;
import io.weir.events.EventType;
import io.weir.events.EventWriter;
import io.weir.events.SchemaIds;
import io.weir.events.TransactionDecided;
import io.weir.events.TransactionLabelled;
import io.weir.events.TransactionSubmitted;
import io.weir.server.model.Models;
import io.weir.server.policy.DefaultPolicy;
import io.weir.server.policy.PolicyCompiler;
import io.weir.server.policy.PolicyException;
import io.weir.training.replay.LabelledTransaction;
import io.weir.training.simulator.SimulatedTransaction;
import io.weir.training.simulator.Simulator;
import io.weir.training.simulator.Simulator.Parameters;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import org.apache.avro.Schema;

/**
 * Benchmark transactions and their labels, a week later, in the order of the log: so many to begin with, and those of which
 * the work is measured.
 */
public final class BenchmarkHistory {
    private static final long LABEL_DELAY_MS = 7L * 24 * 60 * 60 * 1000;

    private final Policy policy = compiled();
    private final SchemaIds schemaIds = new Ids();
    private final List<Event> before = new ArrayList<>();
    private final List<TransactionSubmitted> measured = new ArrayList<>();

    /**
     * A history under the default policy.
     *
     * @param transactionsBefore to begin with, their labels excluded
     * @param transactions to measure the work of
     */
    public BenchmarkHistory(int transactionsBefore, int transactions) {
        Deque<LabelledTransaction> unlabelled = new ArrayDeque<>();
        List<SimulatedTransaction> simulated =
                Simulator.simulate(Parameters.PUBLISHED).startingAtDay(0);
        for (SimulatedTransaction each : simulated.subList(0, transactionsBefore + transactions)) {
            LabelledTransaction labelled = LabelledTransaction.of(each);
            TransactionSubmitted transaction = labelled.transaction();
            if (each.id() >= transactionsBefore) {
                measured.add(transaction);
                continue;
            }
            while (!unlabelled.isEmpty()
                    && unlabelled.element().transaction().occurredAtMs() + LABEL_DELAY_MS
                            <= transaction.occurredAtMs()) {
                before.add(label(unlabelled.remove()));
            }
            before.add(transaction);
            if (labelled.fraud() || each.id() % 10 == 0) {
                unlabelled.add(labelled);
            }
        }
    }

    private static Event label(LabelledTransaction labelled) {
        TransactionSubmitted transaction = labelled.transaction();
        long timeMs = transaction.occurredAtMs() + LABEL_DELAY_MS;
        return new TransactionLabelled(
                transaction.transactionId(), transaction.accountId(), timeMs, timeMs, labelled.fraud(), "simulation");
    }

    /** The default policy. */
    public Policy policy() {
        return policy;
    }

    /** Ids of this build's schemas. */
    public SchemaIds schemaIds() {
        return schemaIds;
    }

    /** What comes before, labels included. */
    public List<Event> before() {
        return Collections.unmodifiableList(before);
    }

    /** The transactions to measure the work of. */
    public List<TransactionSubmitted> measured() {
        return Collections.unmodifiableList(measured);
    }

    /** A state that has folded what comes before the measured transactions. */
    public DecisionStateMachine machine() {
        DecisionStateMachine machine = new DecisionStateMachine(Selections.of(List.of(policy)));
        machine.activate(policy);
        for (int offset = 0; offset < before.size(); offset++) {
            machine.fold(before.get(offset), 0, offset);
        }
        return machine;
    }

    /** Where the first measured transaction lies. */
    public long firstOffset() {
        return before.size();
    }

    /** The decisions on the measured transactions. */
    public List<TransactionDecided> decisions() {
        DecisionStateMachine machine = machine();
        List<TransactionDecided> decisions = new ArrayList<>();
        long offset = firstOffset();
        for (TransactionSubmitted transaction : measured) {
            if (machine.decide(transaction, 0, offset++) instanceof Outcome.Decided decided) {
                decisions.add(decided.decision());
            }
        }
        return decisions;
    }

    /** The measured transactions as they lie on the log. */
    public byte[][] values() {
        EventWriter writer = new EventWriter(schemaIds);
        return measured.stream().map(writer::write).toArray(byte[][]::new);
    }

    private static Policy compiled() {
        try {
            return new PolicyCompiler(new Models()::find).compile(DefaultPolicy.document());
        } catch (PolicyException e) {
            throw new IllegalStateException("the default policy does not compile", e);
        }
    }

    /** A registry of this build's schemas, by their place in the vocabulary. */
    private static final class Ids implements SchemaIds {
        private final List<EventType<?>> types = List.copyOf(EventType.all());

        @Override
        public int idOf(EventType<?> type) {
            return types.indexOf(type);
        }

        @Override
        public Schema schemaOf(int id) {
            return types.get(id).schema();
        }
    }
}
