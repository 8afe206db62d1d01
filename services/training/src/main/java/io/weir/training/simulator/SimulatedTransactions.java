package io.weir.training.simulator;

import java.time.ZoneOffset;
import java.util.AbstractList;
import java.util.List;
import java.util.Objects;
import java.util.RandomAccess;

/**
 * Simulated transactions, ordered by time, then customer, then as generated. An unmodifiable list over primitive columns:
 * each transaction is made when asked for and not kept, so that to iterate or stream costs no memory. Safe for
 * concurrent readers.
 */
public final class SimulatedTransactions extends AbstractList<SimulatedTransaction> implements RandomAccess {
    private final Simulator.Parameters parameters;
    private final TransactionColumns columns;
    private final long firstSecond;

    SimulatedTransactions(Simulator.Parameters parameters, TransactionColumns columns) {
        this.parameters = parameters;
        this.columns = columns;
        this.firstSecond = parameters.firstDay().atStartOfDay().toEpochSecond(ZoneOffset.UTC);
    }

    @Override
    public int size() {
        return columns.size();
    }

    /** @throws IndexOutOfBoundsException if index is not in 0..size−1 */
    @Override
    public SimulatedTransaction get(int index) {
        Objects.checkIndex(index, columns.size());
        return new SimulatedTransaction(
                index,
                (firstSecond + columns.second(index)) * 1_000,
                columns.customer(index),
                columns.terminal(index),
                columns.amountMinor(index),
                columns.scenario(index));
    }

    /**
     * A view of the transactions from the given day on; for the first n of them, {@code stream().limit(n)}.
     *
     * @param day from 0; up to the number of days simulated, which gives an empty list
     * @throws IllegalArgumentException if the day is outside that range
     */
    public List<SimulatedTransaction> startingAtDay(int day) {
        if (day < 0 || day > parameters.days()) {
            throw new IllegalArgumentException("day must be in 0.." + parameters.days() + ", was " + day);
        }
        return subList(columns.firstRowFrom(day), columns.size());
    }
}
