package io.weir.load;

import io.vertx.core.json.JsonObject;
import io.weir.events.TransactionSubmitted;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * Transactions for a measuring client: a line for each, which is the body that {@code POST /v1/transactions} takes.
 */
public final class TransactionFile {
    private TransactionFile() {}

    /** Writes them all. */
    public static void write(Path file, Iterator<TransactionSubmitted> transactions) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            while (transactions.hasNext()) {
                out.write(line(transactions.next()));
                out.newLine();
            }
        }
    }

    /**
     * Reads the first so many.
     *
     * @throws IOException when there are fewer
     */
    public static List<TransactionSubmitted> read(Path file, int count) throws IOException {
        List<TransactionSubmitted> transactions = new ArrayList<>(count);
        try (BufferedReader in = Files.newBufferedReader(file)) {
            for (String line = in.readLine(); line != null && transactions.size() < count; line = in.readLine()) {
                transactions.add(transaction(line));
            }
        }
        if (transactions.size() < count) {
            throw new IOException(file + " has " + transactions.size() + " transactions, not " + count);
        }
        return transactions;
    }

    /** The request that submits a transaction, as JSON. */
    static String line(TransactionSubmitted transaction) {
        JsonObject json = new JsonObject()
                .put("transactionId", transaction.transactionId())
                .put("accountId", transaction.accountId())
                .put("occurredAtMs", transaction.occurredAtMs())
                .put("amountMinor", transaction.amountMinor())
                .put("currency", transaction.currency())
                .put("terminalId", transaction.terminalId())
                .put("merchantId", transaction.merchantId())
                .put("merchantCategory", transaction.merchantCategory())
                .put("counterpartyId", transaction.counterpartyId())
                .put("deviceId", transaction.deviceId())
                .put("ip", transaction.ip())
                .put("country", transaction.country())
                .put("channel", transaction.channel());
        json.getMap().values().removeIf(value -> value == null);
        return json.encode();
    }

    /** What a gateway would append, received when it occurred. */
    static TransactionSubmitted transaction(String line) {
        JsonObject json = new JsonObject(line);
        return new TransactionSubmitted(
                json.getString("transactionId"),
                json.getString("accountId"),
                json.getLong("occurredAtMs"),
                json.getLong("occurredAtMs"),
                json.getLong("amountMinor"),
                json.getString("currency"),
                json.getString("terminalId"),
                json.getString("merchantId"),
                json.getString("merchantCategory"),
                json.getString("counterpartyId"),
                json.getString("deviceId"),
                json.getString("ip"),
                json.getString("country"),
                json.getString("channel"));
    }
}
