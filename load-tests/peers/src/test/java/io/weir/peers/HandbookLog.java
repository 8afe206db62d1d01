package io.weir.peers;

import io.weir.core.decide.DecisionStateMachine;
import io.weir.core.decide.Outcome;
import io.weir.core.decide.Selections;
import io.weir.core.policy.Policy;
import io.weir.events.Event;
import io.weir.events.TransactionDecided;
import io.weir.events.TransactionLabelled;
import io.weir.events.TransactionSubmitted;
import io.weir.training.replay.LabelledTransaction;
import io.weir.training.simulator.SimulatedTransaction;
import io.weir.training.simulator.Simulator;
import io.weir.training.simulator.Simulator.Parameters;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;

/**
 * The events of a simulated history in the order of the log: every transaction, seven days of event time later its label, and
 * what a log has beside that: retries, labels that are taken back, labels on nothing. Some transactions name a device.
 */
final class HandbookLog {
    private static final long LABEL_DELAY_MS = 7L * 24 * 60 * 60 * 1000;

    private final List<Event> events = new ArrayList<>();
    private final Deque<SimulatedTransaction> unlabelled = new ArrayDeque<>();
    private final Random random;
    private final boolean withDevices;

    HandbookLog(Parameters parameters, long seed, boolean withDevices) {
        random = new Random(seed);
        this.withDevices = withDevices;
        for (SimulatedTransaction simulated : Simulator.simulate(parameters)) {
            labelsDue(simulated.occurredAtMs());
            TransactionSubmitted transaction = LabelledTransaction.of(simulated).transaction();
            if (withDevices && random.nextInt(3) == 0) {
                transaction = at(transaction, "device-" + random.nextInt(8));
            }
            events.add(transaction);
            unlabelled.add(simulated);
            if (random.nextInt(100) == 0) {
                events.add(transaction);
            }
        }
    }

    List<Event> events() {
        return events;
    }

    /** What the core decides in the order of the log, if it lies in partition 0 without gaps. */
    List<TransactionDecided> decided(Policy policy) {
        DecisionStateMachine core = new DecisionStateMachine(Selections.of(List.of(policy)));
        core.activate(policy);
        List<TransactionDecided> decided = new ArrayList<>();
        for (int offset = 0; offset < events.size(); offset++) {
            if (core.decide(events.get(offset), 0, offset) instanceof Outcome.Decided outcome) {
                decided.add(outcome.decision());
            }
        }
        return decided;
    }

    private void labelsDue(long nowMs) {
        while (!unlabelled.isEmpty() && unlabelled.element().occurredAtMs() + LABEL_DELAY_MS <= nowMs) {
            SimulatedTransaction labelled = unlabelled.remove();
            int luck = random.nextInt(100);
            if (luck < 2) {
                events.add(label(labelled, nowMs, !labelled.fraud()));
            }
            if (luck < 95) {
                events.add(label(labelled, nowMs, labelled.fraud()));
            } else if (luck == 99) {
                events.add(new TransactionLabelled("unknown", account(labelled), nowMs, nowMs, true, null));
            }
        }
    }

    private static TransactionLabelled label(SimulatedTransaction of, long nowMs, boolean fraud) {
        return new TransactionLabelled(Long.toString(of.id()), account(of), nowMs, nowMs, fraud, "simulation");
    }

    private static String account(SimulatedTransaction of) {
        return "customer-" + of.customerId();
    }

    private static TransactionSubmitted at(TransactionSubmitted of, String device) {
        return new TransactionSubmitted(
                of.transactionId(),
                of.accountId(),
                of.occurredAtMs(),
                of.receivedAtMs(),
                of.amountMinor(),
                of.currency(),
                of.terminalId(),
                null,
                null,
                null,
                device,
                null,
                null,
                null);
    }
}
