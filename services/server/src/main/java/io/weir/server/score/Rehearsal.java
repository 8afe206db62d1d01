package io.weir.server.score;

import io.weir.core.decide.DecisionStateMachine;
import io.weir.core.decide.FeatureRows;
import io.weir.core.decide.Measured;
import io.weir.core.decide.Outcome;
import io.weir.core.decide.Selections;
import io.weir.core.policy.Policy;
import io.weir.events.EventWriter;
import io.weir.events.TransactionSubmitted;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Decides made-up payments by a policy, on a state of their own, and throws the decisions away: what decides is compiled then
 * before a payment waits for it. Restoring has folded already, but nothing was decided since the JVM began.
 */
final class Rehearsal {
    static final int PAYMENTS = 2_000;

    private static final long LONGEST_NS = Duration.ofMillis(800).toNanos();

    private static final int ACCOUNTS = 100;
    private static final int TERMINALS = 50;
    private static final long STEP_MS = Duration.ofMinutes(1).toMillis();

    private Rehearsal() {}

    /**
     * Rehearses for most of a second at most.
     *
     * @param writer encodes the decisions
     * @return how many decisions were made
     */
    static int of(Policy policy, EventWriter writer, LongSupplier nanoTime) {
        DecisionStateMachine machine = new DecisionStateMachine(Selections.of(List.of(policy)));
        machine.lendDecisions();
        machine.activate(policy);
        FeatureRows rows = new FeatureRows();
        long beganNs = nanoTime.getAsLong();
        int made = 0;
        for (int i = 0; i < PAYMENTS && nanoTime.getAsLong() - beganNs < LONGEST_NS; i++) {
            rows.reuse();
            if (machine.measure(payment(i), 0, i, rows) instanceof Measured measured) {
                encode(measured.decide(), writer);
                made++;
            }
        }
        return made;
    }

    private static void encode(Outcome.Decided decided, EventWriter writer) {
        var unused = writer.write(decided.decision());
        if (decided.alert() != null) {
            unused = writer.write(decided.alert());
        }
    }

    private static TransactionSubmitted payment(int number) {
        long timeMs = (number + 1) * STEP_MS;
        String terminal = "terminal-" + number * 31 % TERMINALS;
        return new TransactionSubmitted(
                "payment-" + number,
                "account-" + number * 17 % ACCOUNTS,
                timeMs,
                timeMs,
                100L + number * 7_919L % 50_000,
                "EUR",
                terminal,
                terminal,
                "5411",
                null,
                "device-" + number * 13 % ACCOUNTS,
                "192.0.2." + number % 250,
                "DE",
                "card");
    }
}
