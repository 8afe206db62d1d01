package io.weir.server.gateway;

import io.netty.util.NetUtil;
import io.weir.core.decide.Admission;
import io.weir.core.decide.Admission.Violation;
import io.weir.events.TransactionSubmitted;
import io.weir.server.gateway.FlatJson.Field;
import io.weir.server.gateway.FlatJson.Kind;
import java.util.Currency;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A transaction as payment services submit it: the fields of {@code TransactionSubmitted} but {@code receivedAtMs}. */
final class TransactionJson {
    private static final Set<String> CURRENCIES = Currency.getAvailableCurrencies().stream()
            .map(Currency::getCurrencyCode)
            .collect(Collectors.toUnmodifiableSet());
    private static final Set<String> COUNTRIES = Set.of(Locale.getISOCountries());

    private static final FlatJson FORMAT = new FlatJson(List.of(
            new Field("transactionId", Kind.STRING, true),
            new Field("accountId", Kind.STRING, true),
            new Field("occurredAtMs", Kind.INTEGER, true),
            new Field("amountMinor", Kind.INTEGER, true),
            new Field("currency", Kind.STRING, true),
            new Field("terminalId", Kind.STRING, false),
            new Field("merchantId", Kind.STRING, false),
            new Field("merchantCategory", Kind.STRING, false),
            new Field("counterpartyId", Kind.STRING, false),
            new Field("deviceId", Kind.STRING, false),
            new Field("ip", Kind.STRING, false),
            new Field("country", Kind.STRING, false),
            new Field("channel", Kind.STRING, false)));

    private TransactionJson() {}

    /**
     * The transaction in {@code utf8}, admissible, received now.
     *
     * @throws io.weir.server.http.ProblemException 400 or 422
     */
    static TransactionSubmitted read(byte[] utf8, long receivedAtMs) {
        Fields fields = new Fields(FORMAT.read(utf8));
        TransactionSubmitted transaction = new TransactionSubmitted(
                fields.string(0),
                fields.string(1),
                fields.integer(2),
                receivedAtMs,
                fields.integer(3),
                fields.string(4),
                fields.optional(5),
                fields.optional(6),
                fields.optional(7),
                fields.optional(8),
                fields.optional(9),
                fields.optional(10),
                fields.optional(11),
                fields.optional(12));
        Violation violation = Admission.violation(transaction);
        violation = violation != null ? violation : implausible(transaction);
        if (violation != null) {
            throw InputProblems.violation(violation);
        }
        return transaction;
    }

    /** What the core leaves open, because it must decide the same on any Java and in any year. */
    private static @Nullable Violation implausible(TransactionSubmitted transaction) {
        if (!CURRENCIES.contains(transaction.currency())) {
            return new Violation("currency", "is no known ISO 4217 code", "give a code in use, such as EUR");
        }
        String category = transaction.merchantCategory();
        if (category != null && !isFourDigits(category)) {
            return new Violation("merchantCategory", "is not an ISO 18245 code", "give four digits, such as 5411");
        }
        String country = transaction.country();
        if (country != null && !COUNTRIES.contains(country)) {
            return new Violation("country", "is no ISO 3166-1 alpha-2 code", "give two upper-case letters, such as NL");
        }
        String ip = transaction.ip();
        if (ip != null && !NetUtil.isValidIpV4Address(ip) && !NetUtil.isValidIpV6Address(ip)) {
            return new Violation("ip", "is no IP address", "give an IPv4 or IPv6 address, such as 192.0.2.1");
        }
        return null;
    }

    private static boolean isFourDigits(String text) {
        return text.length() == 4 && text.chars().allMatch(c -> c >= '0' && c <= '9');
    }
}
