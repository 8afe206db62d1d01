package io.weir.training.replay;

import io.weir.events.TransactionSubmitted;
import io.weir.training.simulator.SimulatedTransaction;

/**
 * A transaction of which the truth is known in the end.
 *
 * @param transaction as it was submitted
 * @param fraud whether it is labelled fraud in the end
 */
public record LabelledTransaction(TransactionSubmitted transaction, boolean fraud) {

    /** A simulated transaction as a payment service submits it, received the moment it occurred. */
    public static LabelledTransaction of(SimulatedTransaction simulated) {
        return new LabelledTransaction(
                new TransactionSubmitted(
                        Long.toString(simulated.id()),
                        "customer-" + simulated.customerId(),
                        simulated.occurredAtMs(),
                        simulated.occurredAtMs(),
                        simulated.amountMinor(),
                        "EUR",
                        "terminal-" + simulated.terminalId(),
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null),
                simulated.fraud());
    }
}
