package io.weir.training.simulator;

import java.io.IOException;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/**
 * Simulated transactions as CSV in the columns of the published data: a header, then one line each, every line ended by
 * LF. Times are UTC in ISO 8601 without a zone, amounts in currency units with two decimals, {@code tx_fraud} is 0 or 1.
 */
public final class SimulatedTransactionCsv {
    private static final String HEADER = "transaction_id,datetime,customer_id,terminal_id,amount,tx_fraud,scenario\n";

    private SimulatedTransactionCsv() {}

    /** Writes header and transactions; {@code out} should be buffered, and is neither flushed nor closed. */
    public static void write(Iterable<SimulatedTransaction> transactions, Appendable out) throws IOException {
        out.append(HEADER);
        StringBuilder line = new StringBuilder(64);
        for (SimulatedTransaction transaction : transactions) {
            line.setLength(0);
            appendLine(transaction, line);
            out.append(line);
        }
    }

    private static void appendLine(SimulatedTransaction transaction, StringBuilder line) {
        line.append(transaction.id()).append(',');
        DateTimeFormatter.ISO_LOCAL_DATE_TIME.formatTo(
                LocalDateTime.ofEpochSecond(transaction.occurredAtMs() / 1_000, 0, ZoneOffset.UTC), line);
        line.append(',').append(transaction.customerId());
        line.append(',').append(transaction.terminalId());
        long cents = transaction.amountMinor() % 100;
        line.append(',').append(transaction.amountMinor() / 100);
        line.append(cents < 10 ? ".0" : ".").append(cents);
        line.append(',').append(transaction.fraud() ? 1 : 0);
        line.append(',').append(transaction.scenario()).append('\n');
    }
}
