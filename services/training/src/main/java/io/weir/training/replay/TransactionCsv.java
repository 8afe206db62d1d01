package io.weir.training.replay;

import io.weir.events.TransactionSubmitted;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
import java.math.BigDecimal;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Reads labelled transactions from CSV in the columns that {@code weir simulate} writes: {@code transaction_id},
 * {@code datetime} (ISO 8601 without a zone, UTC), {@code customer_id}, {@code terminal_id}, {@code amount} (currency units
 * with up to two decimals), {@code tx_fraud} (0 or 1). A header names them; they may be in any order, with others besides.
 * No quotes.
 */
public final class TransactionCsv {
    private static final List<String> COLUMNS =
            List.of("transaction_id", "datetime", "customer_id", "terminal_id", "amount", "tx_fraud");

    private TransactionCsv() {}

    /**
     * All of them, in the order of time; those of one time stay as they are.
     *
     * @throws IllegalArgumentException naming the line and the column that cannot be read
     */
    public static List<LabelledTransaction> read(Reader csv) throws IOException {
        BufferedReader reader = new BufferedReader(csv);
        String header = reader.readLine();
        if (header == null) {
            throw new IllegalArgumentException(
                    "the file is empty; it begins with a header: " + String.join(",", COLUMNS));
        }
        List<String> names = Arrays.asList(header.strip().split(",", -1));
        int[] indices = COLUMNS.stream().mapToInt(names::indexOf).toArray();
        for (int column = 0; column < indices.length; column++) {
            if (indices[column] < 0) {
                throw new IllegalArgumentException(
                        "line 1: there is no column " + COLUMNS.get(column) + "; there are " + names);
            }
        }
        List<LabelledTransaction> transactions = new ArrayList<>();
        int number = 1;
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
            number++;
            if (!line.isBlank()) {
                transactions.add(read(line.split(",", -1), indices, number));
            }
        }
        transactions.sort(
                Comparator.comparingLong(labelled -> labelled.transaction().occurredAtMs()));
        return transactions;
    }

    private static LabelledTransaction read(String[] cells, int[] indices, int line) {
        String[] values = new String[indices.length];
        for (int column = 0; column < indices.length; column++) {
            if (indices[column] >= cells.length) {
                throw problem(line, column, "missing");
            }
            values[column] = cells[indices[column]].strip();
        }
        if (!values[5].equals("0") && !values[5].equals("1")) {
            throw problem(line, 5, "'" + values[5] + "'; write 0 or 1");
        }
        long occurredAtMs = timeMs(values[1], line);
        return new LabelledTransaction(
                new TransactionSubmitted(
                        values[0],
                        values[2],
                        occurredAtMs,
                        occurredAtMs,
                        amountMinor(values[4], line),
                        "EUR",
                        values[3].isEmpty() ? null : values[3],
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null),
                values[5].equals("1"));
    }

    private static long timeMs(String value, int line) {
        try {
            return LocalDateTime.parse(value.replace(' ', 'T'))
                    .toInstant(ZoneOffset.UTC)
                    .toEpochMilli();
        } catch (DateTimeParseException e) {
            throw problem(line, 1, "'" + value + "'; write it as 2018-04-01T00:00:31");
        }
    }

    private static long amountMinor(String value, int line) {
        try {
            return new BigDecimal(value).movePointRight(2).longValueExact();
        } catch (ArithmeticException | NumberFormatException e) {
            throw problem(line, 4, "'" + value + "'; write a number with at most two decimals");
        }
    }

    private static IllegalArgumentException problem(int line, int column, String what) {
        return new IllegalArgumentException("line " + line + ": " + COLUMNS.get(column) + " is " + what);
    }
}
