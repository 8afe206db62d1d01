package io.weir.training.simulator;

import java.util.Arrays;

/**
 * The three frauds of the benchmark, laid over genuine transactions in time order. They overlap; the last one to hit a
 * transaction gives it its scenario.
 *
 * <p>A compromise starts on every day except the last one simulated, as in the published data.
 */
final class FraudScenarios {
    private static final long LARGE_AMOUNT_MINOR = 220_00;
    private static final int TERMINALS_PER_DAY = 2;
    private static final int TERMINAL_DAYS = 28;
    private static final int CUSTOMERS_PER_DAY = 3;
    private static final int CUSTOMER_DAYS = 14;
    private static final int AMOUNT_FACTOR = 5;

    private final Simulator.Parameters parameters;
    private final TransactionColumns transactions;

    FraudScenarios(Simulator.Parameters parameters, TransactionColumns transactions) {
        this.parameters = parameters;
        this.transactions = transactions;
    }

    void apply() {
        markLargeAmounts();
        for (int day = 0; day < parameters.days() - 1; day++) {
            compromiseTerminals(day);
        }
        for (int day = 0; day < parameters.days() - 1; day++) {
            compromiseCustomers(day);
        }
    }

    /** Scenario 1: obvious, for checking that a detector works at all. */
    private void markLargeAmounts() {
        for (int row = 0; row < transactions.size(); row++) {
            if (transactions.amountMinor(row) > LARGE_AMOUNT_MINOR) {
                transactions.setScenario(row, 1);
            }
        }
    }

    /** Scenario 2: for four weeks, everything at two terminals is fraud (a phished terminal). */
    private void compromiseTerminals(int day) {
        int[] terminals = new NumpyRandom(day).sample(parameters.terminals(), TERMINALS_PER_DAY);
        int end = transactions.firstRowFrom(day + TERMINAL_DAYS);
        for (int row = transactions.firstRowFrom(day); row < end; row++) {
            if (contains(terminals, transactions.terminal(row))) {
                transactions.setScenario(row, 2);
            }
        }
    }

    /**
     * Scenario 3: for two weeks, a third of what three customers pay is fraud, at five times the amount (card data
     * leaked). A transaction may be hit on several days, and is multiplied each time.
     */
    private void compromiseCustomers(int day) {
        int[] customers = new NumpyRandom(day).sample(parameters.customers(), CUSTOMERS_PER_DAY);
        int first = transactions.firstRowFrom(day);
        int end = transactions.firstRowFrom(day + CUSTOMER_DAYS);
        int[] rows = new int[64];
        int count = 0;
        for (int row = first; row < end; row++) {
            if (contains(customers, transactions.customer(row))) {
                if (count == rows.length) {
                    rows = Arrays.copyOf(rows, count * 2);
                }
                rows[count++] = row;
            }
        }
        for (int position : new PythonRandom(day).sample(count, count / 3)) {
            transactions.multiplyAmount(rows[position], AMOUNT_FACTOR);
            transactions.setScenario(rows[position], 3);
        }
    }

    private static boolean contains(int[] few, int value) {
        for (int candidate : few) {
            if (candidate == value) {
                return true;
            }
        }
        return false;
    }
}
