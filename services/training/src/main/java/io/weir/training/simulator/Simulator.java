package io.weir.training.simulator;

import java.time.LocalDate;
import java.util.Arrays;

/**
 * The transaction simulator of Le Borgne, Siblini, Lebichot and Bontempi, <i>Reproducible Machine Learning for Credit
 * Card Fraud Detection – Practical Handbook</i> (2022), re-implemented from its description: customers with a place, a
 * typical amount and a daily rate pay at the terminals near them; three kinds of fraud are laid over that.
 *
 * <p>With the {@linkplain Parameters#PUBLISHED published parameters} it gives the published data: 1,754,155 transactions,
 * of which 14,681 are frauds, in the same rows. Only ids differ, within one second: the published ones come from an
 * unstable sort, ours order the transactions of one second by customer, then as generated.
 *
 * <p><b>Fewer days.</b> All seeds are fixed, so with {@code days} made smaller the remaining transactions are the same: id,
 * time, customer and terminal of every one. Amounts and frauds are the same on all but the last 13 days; on those,
 * scenario 3 draws from what exists of a customer's two weeks, and so chooses others. Scenario 2 differs on the last day
 * only, as no compromise starts there.
 */
public final class Simulator {
    private static final int CUSTOMER_SEED = 0;
    private static final int TERMINAL_SEED = 1;
    private static final double MAP_SIDE = 100.0;
    private static final double NOON = TransactionColumns.SECONDS_PER_DAY / 2.0;
    private static final double TIME_DEVIATION_SECONDS = 20_000.0;

    private final Parameters parameters;
    private final double[] terminalX;
    private final double[] terminalY;

    private Simulator(Parameters parameters) {
        this.parameters = parameters;
        terminalX = new double[parameters.terminals()];
        terminalY = new double[parameters.terminals()];
        NumpyRandom random = new NumpyRandom(TERMINAL_SEED);
        for (int terminal = 0; terminal < parameters.terminals(); terminal++) {
            terminalX[terminal] = random.uniform(0.0, MAP_SIDE);
            terminalY[terminal] = random.uniform(0.0, MAP_SIDE);
        }
    }

    /**
     * What to simulate.
     *
     * @param customers at least 3, as many as are compromised each day
     * @param terminals at least 2, as many as are compromised each day
     * @param days at least 1, and at most {@value #MAX_CUSTOMER_DAYS} customers × days
     * @param firstDay day 0, in UTC
     * @param radius how far a customer goes to a terminal, on a square map with a side of 100; above 0
     */
    public record Parameters(int customers, int terminals, int days, LocalDate firstDay, double radius) {
        /** Those of the published data: 183 days of 5,000 customers and 10,000 terminals from 2018-04-01. */
        public static final Parameters PUBLISHED = new Parameters(5_000, 10_000, 183, LocalDate.of(2018, 4, 1), 5.0);

        private static final int MAX_CUSTOMER_DAYS = 50_000_000;
        private static final int MAX_DAYS = Integer.MAX_VALUE / TransactionColumns.SECONDS_PER_DAY;

        /** @throws IllegalArgumentException naming the parameter that is out of range */
        public Parameters {
            require(customers >= 3, "customers must be at least 3, was " + customers);
            require(terminals >= 2, "terminals must be at least 2, was " + terminals);
            require(days >= 1 && days <= MAX_DAYS, "days must be in 1.." + MAX_DAYS + ", was " + days);
            require(
                    (long) customers * days <= MAX_CUSTOMER_DAYS,
                    "customers × days must be at most " + MAX_CUSTOMER_DAYS + ", was " + (long) customers * days);
            require(radius > 0.0, "radius must be above 0, was " + radius);
        }

        /** The same with another number of days; what changes besides is said at {@link Simulator}. */
        public Parameters withDays(int newDays) {
            return new Parameters(customers, terminals, newDays, firstDay, radius);
        }

        private static void require(boolean condition, String message) {
            if (!condition) {
                throw new IllegalArgumentException(message);
            }
        }
    }

    /** Simulates everything at once; with the published parameters in about a second, with 100 MB of heap while at
     * work and 40 MB held by the result. */
    public static SimulatedTransactions simulate(Parameters parameters) {
        TransactionColumns transactions =
                new Simulator(parameters).genuineTransactions().orderedByTime();
        new FraudScenarios(parameters, transactions).apply();
        return new SimulatedTransactions(parameters, transactions);
    }

    /** By customer, then day; not in time order. */
    private TransactionColumns genuineTransactions() {
        TransactionColumns transactions = new TransactionColumns(2 * parameters.customers() * parameters.days());
        NumpyRandom random = new NumpyRandom(CUSTOMER_SEED);
        for (int customer = 0; customer < parameters.customers(); customer++) {
            double x = random.uniform(0.0, MAP_SIDE);
            double y = random.uniform(0.0, MAP_SIDE);
            double meanAmount = random.uniform(5.0, 100.0);
            double dailyRate = random.uniform(0.0, 4.0);
            int[] terminals = terminalsAround(x, y);
            if (terminals.length > 0) {
                pay(customer, meanAmount, dailyRate, terminals, transactions);
            }
        }
        return transactions;
    }

    private int[] terminalsAround(double x, double y) {
        int[] terminals = new int[parameters.terminals()];
        int count = 0;
        double radius = parameters.radius();
        for (int terminal = 0; terminal < parameters.terminals(); terminal++) {
            double dx = x - terminalX[terminal];
            double dy = y - terminalY[terminal];
            if (Math.abs(dx) < radius && Math.sqrt(dx * dx + dy * dy) < radius) {
                terminals[count++] = terminal;
            }
        }
        return Arrays.copyOf(terminals, count);
    }

    /** Each customer has random streams of its own, so that one can be left out without changing another. */
    private void pay(
            int customer, double meanAmount, double dailyRate, int[] terminals, TransactionColumns transactions) {
        NumpyRandom random = new NumpyRandom(customer);
        PythonRandom choices = new PythonRandom(customer);
        double deviation = meanAmount / 2;
        for (int day = 0; day < parameters.days(); day++) {
            int count = random.poisson(dailyRate);
            for (int i = 0; i < count; i++) {
                int secondOfDay = (int) random.normal(NOON, TIME_DEVIATION_SECONDS);
                if (secondOfDay > 0 && secondOfDay < TransactionColumns.SECONDS_PER_DAY) {
                    double amount = random.normal(meanAmount, deviation);
                    if (amount < 0.0) {
                        amount = random.uniform(0.0, 2 * meanAmount);
                    }
                    int second = day * TransactionColumns.SECONDS_PER_DAY + secondOfDay;
                    transactions.append(second, customer, choices.choice(terminals), minorUnits(amount));
                }
            }
        }
    }

    /**
     * Half to even, on the double product, as numpy rounds to two decimals. The fivefold amounts of scenario 3 are exact
     * in minor units: the published ones, computed on doubles, are off by far less than half a unit.
     */
    private static long minorUnits(double amount) {
        return (long) Math.rint(amount * 100.0);
    }
}
