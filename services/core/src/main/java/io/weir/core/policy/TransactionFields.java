package io.weir.core.policy;

import io.weir.events.TransactionSubmitted;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What an expression can read from a transaction, as {@code transaction.<name>}. Names are in alphabetical order. */
public final class TransactionFields {
    private static final long DAY_MS = 24L * 60 * 60 * 1000;
    private static final long HOUR_MS = 60L * 60 * 1000;

    /**
     * Integers: {@code amountMinor} (minor units of the currency), {@code occurredAtMs} (milliseconds since 1970-01-01 UTC), {@code hour}
     * (0 to 23, UTC), {@code dayOfWeek} (1, Monday, to 7, Sunday; UTC).
     */
    public static final SortedMap<String, IntegerExpression> INTEGERS = sorted(Map.<String, IntegerExpression>ofEntries(
            Map.entry("amountMinor", (transaction, features) -> transaction.amountMinor()),
            Map.entry("occurredAtMs", (transaction, features) -> transaction.occurredAtMs()),
            Map.entry("hour", (transaction, features) -> Math.floorMod(transaction.occurredAtMs(), DAY_MS) / HOUR_MS),
            Map.entry("dayOfWeek", (transaction, features) -> dayOfWeek(transaction))));

    /** Strings; empty where the transaction does not have the field. */
    public static final SortedMap<String, StringExpression> STRINGS = sorted(Map.<String, StringExpression>ofEntries(
            Map.entry("transactionId", (transaction, features) -> transaction.transactionId()),
            Map.entry("accountId", (transaction, features) -> transaction.accountId()),
            Map.entry("currency", (transaction, features) -> transaction.currency()),
            Map.entry("terminalId", (transaction, features) -> orEmpty(transaction.terminalId())),
            Map.entry("merchantId", (transaction, features) -> orEmpty(transaction.merchantId())),
            Map.entry("merchantCategory", (transaction, features) -> orEmpty(transaction.merchantCategory())),
            Map.entry("counterpartyId", (transaction, features) -> orEmpty(transaction.counterpartyId())),
            Map.entry("deviceId", (transaction, features) -> orEmpty(transaction.deviceId())),
            Map.entry("ip", (transaction, features) -> orEmpty(transaction.ip())),
            Map.entry("country", (transaction, features) -> orEmpty(transaction.country())),
            Map.entry("channel", (transaction, features) -> orEmpty(transaction.channel()))));

    private TransactionFields() {}

    private static long dayOfWeek(TransactionSubmitted transaction) {
        // 1970-01-01, day 0, was a Thursday, day 4 of the week.
        return Math.floorMod(Math.floorDiv(transaction.occurredAtMs(), DAY_MS) + 3, 7) + 1L;
    }

    private static String orEmpty(@Nullable String value) {
        return value == null ? "" : value;
    }

    private static <E> SortedMap<String, E> sorted(Map<String, E> map) {
        return Collections.unmodifiableSortedMap(new TreeMap<>(map));
    }
}
