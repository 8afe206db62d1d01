package io.weir.training.replay;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Feature values of transactions, one row each in the order of time, with what an evaluation asks for besides. Immutable;
 * kept by columns, so that tables of fewer features share them.
 */
public final class FeatureTable {
    private final List<String> names;
    private final double[][] columns;
    private final long[] timesMs;
    private final int[] accounts;
    private final boolean[] frauds;

    private FeatureTable(List<String> names, double[][] columns, long[] timesMs, int[] accounts, boolean[] frauds) {
        this.names = List.copyOf(names);
        this.columns = columns;
        this.timesMs = timesMs;
        this.accounts = accounts;
        this.frauds = frauds;
    }

    /** Names of the features, in the order of their columns. */
    public List<String> names() {
        return names;
    }

    /** Number of transactions. */
    public int rows() {
        return timesMs.length;
    }

    /** The value of a feature as the core computed it; NaN where it is not defined. */
    public double value(int row, int feature) {
        return columns[feature][row];
    }

    /** Event time, in milliseconds since 1970-01-01 UTC. */
    public long timeMs(int row) {
        return timesMs[row];
    }

    /** A number for the account, the same in all rows of the account. */
    public int account(int row) {
        return accounts[row];
    }

    /** Whether it was fraud, by all that is known in the end. */
    public boolean fraud(int row) {
        return frauds[row];
    }

    /** The first row at or after a time, or {@link #rows}. */
    public int firstAt(long timeMs) {
        int low = 0;
        int high = timesMs.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (timesMs[middle] < timeMs) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** Truth of some rows, in their order. */
    public boolean[] frauds(int[] rows) {
        boolean[] result = new boolean[rows.length];
        for (int i = 0; i < rows.length; i++) {
            result[i] = frauds[rows[i]];
        }
        return result;
    }

    /**
     * The same rows with some of the features, in the order given.
     *
     * @throws IllegalArgumentException naming a feature that is not here
     */
    public FeatureTable select(List<String> features) {
        double[][] selected = new double[features.size()][];
        for (int i = 0; i < selected.length; i++) {
            selected[i] = columns[indexOf(names, features.get(i))];
        }
        return new FeatureTable(features, selected, timesMs, accounts, frauds);
    }

    static int indexOf(List<String> names, String name) {
        int index = names.indexOf(name);
        if (index < 0) {
            throw new IllegalArgumentException("there is no feature " + name + "; there are " + names);
        }
        return index;
    }

    /** Collects rows, and brings them into the order of time; rows of one time stay as they came. */
    public static final class Builder {
        private final List<String> names;
        private final double[][] columns;
        private final Map<String, Integer> accountNumbers = new HashMap<>();
        private long[] timesMs = new long[1024];
        private int[] accounts = new int[1024];
        private boolean[] frauds = new boolean[1024];
        private int rows;

        public Builder(List<String> names) {
            this.names = new ArrayList<>(names);
            columns = new double[names.size()][1024];
        }

        /**
         * Adds a row.
         *
         * @param values one for each feature; copied
         * @return its number, for {@link #label}
         */
        public int add(long timeMs, String accountId, boolean fraud, double[] values) {
            if (rows == timesMs.length) {
                grow();
            }
            timesMs[rows] = timeMs;
            accounts[rows] = accountNumbers.computeIfAbsent(accountId, id -> accountNumbers.size());
            frauds[rows] = fraud;
            for (int feature = 0; feature < columns.length; feature++) {
                columns[feature][rows] = values[feature];
            }
            return rows++;
        }

        /** What is known of a row now. */
        public void label(int row, boolean fraud) {
            frauds[row] = fraud;
        }

        /** The rows before a time. */
        public FeatureTable build(long beforeMs) {
            int[] order = IntStream.range(0, rows)
                    .filter(row -> timesMs[row] < beforeMs)
                    .boxed()
                    .sorted(Comparator.comparingLong(row -> timesMs[row]))
                    .mapToInt(row -> row)
                    .toArray();
            double[][] ordered = new double[columns.length][order.length];
            long[] orderedTimesMs = new long[order.length];
            int[] orderedAccounts = new int[order.length];
            boolean[] orderedFrauds = new boolean[order.length];
            for (int to = 0; to < order.length; to++) {
                orderedTimesMs[to] = timesMs[order[to]];
                orderedAccounts[to] = accounts[order[to]];
                orderedFrauds[to] = frauds[order[to]];
            }
            for (int feature = 0; feature < columns.length; feature++) {
                for (int to = 0; to < order.length; to++) {
                    ordered[feature][to] = columns[feature][order[to]];
                }
            }
            return new FeatureTable(names, ordered, orderedTimesMs, orderedAccounts, orderedFrauds);
        }

        /** All rows. */
        public FeatureTable build() {
            return build(Long.MAX_VALUE);
        }

        private void grow() {
            int capacity = 2 * rows;
            timesMs = Arrays.copyOf(timesMs, capacity);
            accounts = Arrays.copyOf(accounts, capacity);
            frauds = Arrays.copyOf(frauds, capacity);
            for (int feature = 0; feature < columns.length; feature++) {
                columns[feature] = Arrays.copyOf(columns[feature], capacity);
            }
        }
    }
}
