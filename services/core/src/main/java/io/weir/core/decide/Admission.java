package io.weir.core.decide;

import io.weir.core.window.EntityWindows;
import io.weir.events.TransactionLabelled;
import io.weir.events.TransactionSubmitted;
import org.jspecify.annotations.Nullable;

/**
 * What an event must satisfy to be folded. The gateway asks first, so that the caller gets a clear answer; the core asks
 * again, because the gateway is not the only writer of the log.
 */
public final class Admission {
    /** Longest id, in characters. */
    public static final int MAX_ID_LENGTH = 128;

    /** Largest amount, in minor units. */
    public static final long MAX_AMOUNT_MINOR = EntityWindows.MAX_AMOUNT_MINOR;

    /**
     * How far the event time may lie ahead of {@code receivedAtMs}, in milliseconds: room for clocks that differ. An
     * event further ahead would push history out of the windows.
     */
    public static final long FUTURE_TOLERANCE_MS = 5 * 60 * 1000L;

    /** The last millisecond of the year 9999: beyond it, sums of times and windows would overflow. */
    public static final long MAX_TIME_MS = 253_402_300_799_999L;

    private Admission() {}

    /** The first thing wrong with a transaction, or null if it may be folded. */
    public static @Nullable Violation violation(TransactionSubmitted transaction) {
        Violation violation = id("transactionId", transaction.transactionId());
        violation = violation != null ? violation : id("accountId", transaction.accountId());
        violation = violation != null ? violation : amount(transaction.amountMinor());
        violation = violation != null ? violation : currency(transaction.currency());
        violation = violation != null ? violation : optionalId("terminalId", transaction.terminalId());
        violation = violation != null ? violation : optionalId("merchantId", transaction.merchantId());
        violation = violation != null ? violation : optionalId("merchantCategory", transaction.merchantCategory());
        violation = violation != null ? violation : optionalId("counterpartyId", transaction.counterpartyId());
        violation = violation != null ? violation : optionalId("deviceId", transaction.deviceId());
        violation = violation != null ? violation : optionalId("ip", transaction.ip());
        violation = violation != null ? violation : optionalId("country", transaction.country());
        violation = violation != null ? violation : optionalId("channel", transaction.channel());
        return violation != null ? violation : time(transaction.occurredAtMs(), transaction.receivedAtMs());
    }

    /** The first thing wrong with a label, or null if it may be folded. */
    public static @Nullable Violation violation(TransactionLabelled label) {
        Violation violation = id("transactionId", label.transactionId());
        violation = violation != null ? violation : id("accountId", label.accountId());
        violation = violation != null ? violation : optionalId("source", label.source());
        return violation != null ? violation : time(label.occurredAtMs(), label.receivedAtMs());
    }

    private static @Nullable Violation id(String field, String value) {
        if (value.isEmpty()) {
            return new Violation(field, "is empty", "give 1 to " + MAX_ID_LENGTH + " characters");
        }
        if (value.length() > MAX_ID_LENGTH) {
            return new Violation(
                    field, "has " + value.length() + " characters", "give 1 to " + MAX_ID_LENGTH + " characters");
        }
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (Character.isISOControl(c)) {
                return new Violation(field, "has a control character at index " + i, "remove it");
            }
            if (Character.isSurrogate(c)) {
                if (!isPair(value, i)) {
                    // UTF-8 has no bytes for it: on the log it would be another id
                    return new Violation(field, "has half a surrogate pair at index " + i, "give valid Unicode");
                }
                i++;
            }
        }
        return null;
    }

    private static boolean isPair(String value, int i) {
        return i + 1 < value.length() && Character.isSurrogatePair(value.charAt(i), value.charAt(i + 1));
    }

    private static @Nullable Violation optionalId(String field, @Nullable String value) {
        return value == null ? null : id(field, value);
    }

    private static @Nullable Violation amount(long amountMinor) {
        if (amountMinor < 0 || amountMinor > MAX_AMOUNT_MINOR) {
            return new Violation(
                    "amountMinor",
                    "is " + amountMinor,
                    "give the amount in minor units of the currency, 0 to " + MAX_AMOUNT_MINOR);
        }
        return null;
    }

    private static @Nullable Violation currency(String currency) {
        boolean wellFormed = currency.length() == 3;
        for (int i = 0; wellFormed && i < 3; i++) {
            wellFormed = currency.charAt(i) >= 'A' && currency.charAt(i) <= 'Z';
        }
        return wellFormed
                ? null
                : new Violation("currency", "is not an ISO 4217 code", "give three upper-case letters, such as EUR");
    }

    private static @Nullable Violation time(long occurredAtMs, long receivedAtMs) {
        if (receivedAtMs > MAX_TIME_MS) {
            return new Violation("receivedAtMs", "is " + receivedAtMs, "give milliseconds up to the year 9999");
        }
        if (occurredAtMs <= 0) {
            return new Violation(
                    "occurredAtMs",
                    "is " + occurredAtMs,
                    "give the event time in milliseconds since 1970-01-01T00:00:00Z");
        }
        if (occurredAtMs - FUTURE_TOLERANCE_MS > receivedAtMs) {
            return new Violation(
                    "occurredAtMs",
                    "is " + (occurredAtMs - receivedAtMs) + " ms after it was received",
                    "give the event time in milliseconds since 1970-01-01T00:00:00Z, at most " + FUTURE_TOLERANCE_MS
                            + " ms ahead of the receiver's clock");
        }
        return null;
    }

    /**
     * What is wrong with an event.
     *
     * @param field the field's name, as in the schema
     * @param problem what is wrong with it, to be read after the field's name
     * @param remedy what to give instead
     */
    public record Violation(String field, String problem, String remedy) {
        @Override
        public String toString() {
            return field + " " + problem + "; " + remedy;
        }
    }
}
