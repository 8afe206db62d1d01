package io.weir.training.simulator;

/**
 * One transaction of the simulated benchmark.
 *
 * @param id position in time order, from 0
 * @param occurredAtMs milliseconds since the Unix epoch, UTC; whole seconds
 * @param customerId 0 up to the number of customers
 * @param terminalId 0 up to the number of terminals
 * @param amountMinor hundredths of the currency unit, at least 0
 * @param scenario the fraud scenario that hit it last: 0 none (genuine), 1 large amount, 2 compromised terminal, 3
 *     compromised customer
 */
public record SimulatedTransaction(
        long id, long occurredAtMs, int customerId, int terminalId, long amountMinor, int scenario) {

    /** Whether it is a fraud, by any scenario. */
    public boolean fraud() {
        return scenario != 0;
    }
}
