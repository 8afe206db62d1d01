package io.weir.training.simulator;

import java.util.Arrays;

/** Transactions as growing primitive columns: 21 bytes a row, where an object each would take three times that. */
final class TransactionColumns {
    static final int SECONDS_PER_DAY = 86_400;

    private int size;
    private int[] seconds;
    private int[] customers;
    private int[] terminals;
    private long[] amountsMinor;
    private byte[] scenarios;

    TransactionColumns(int capacity) {
        seconds = new int[capacity];
        customers = new int[capacity];
        terminals = new int[capacity];
        amountsMinor = new long[capacity];
        scenarios = new byte[capacity];
    }

    int size() {
        return size;
    }

    /** Seconds since the start of day 0. */
    int second(int row) {
        return seconds[row];
    }

    int customer(int row) {
        return customers[row];
    }

    int terminal(int row) {
        return terminals[row];
    }

    long amountMinor(int row) {
        return amountsMinor[row];
    }

    int scenario(int row) {
        return scenarios[row];
    }

    void setScenario(int row, int scenario) {
        scenarios[row] = (byte) scenario;
    }

    void multiplyAmount(int row, int factor) {
        amountsMinor[row] = Math.multiplyExact(amountsMinor[row], factor);
    }

    void append(int second, int customer, int terminal, long amountMinor) {
        if (size == seconds.length) {
            resize(size + size / 2 + 16);
        }
        seconds[size] = second;
        customers[size] = customer;
        terminals[size] = terminal;
        amountsMinor[size] = amountMinor;
        size++;
    }

    private void resize(int capacity) {
        seconds = Arrays.copyOf(seconds, capacity);
        customers = Arrays.copyOf(customers, capacity);
        terminals = Arrays.copyOf(terminals, capacity);
        amountsMinor = Arrays.copyOf(amountsMinor, capacity);
        scenarios = Arrays.copyOf(scenarios, capacity);
    }

    /** A copy ordered by time; rows of the same second keep their order. */
    TransactionColumns orderedByTime() {
        long[] secondAndRow = new long[size];
        for (int row = 0; row < size; row++) {
            secondAndRow[row] = ((long) seconds[row] << Integer.SIZE) | row;
        }
        Arrays.sort(secondAndRow);
        TransactionColumns ordered = new TransactionColumns(size);
        for (long key : secondAndRow) {
            int row = (int) key;
            ordered.append(seconds[row], customers[row], terminals[row], amountsMinor[row]);
            ordered.scenarios[ordered.size - 1] = scenarios[row];
        }
        return ordered;
    }

    /** In time order: the first row of the given day or of a later one; {@link #size()} if there is none. */
    int firstRowFrom(int day) {
        long second = (long) day * SECONDS_PER_DAY;
        int low = 0;
        int high = size;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (seconds[middle] < second) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
