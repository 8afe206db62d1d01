package io.weir.core.decide;

import io.weir.events.TransactionLabelled;
import io.weir.events.TransactionSubmitted;
import org.jspecify.annotations.Nullable;

/** A transaction to be submitted, for tests: sensible in every field, and every field can be set. */
final class Submission {
    String transactionId = "t1";
    String accountId = "a1";
    long occurredAtMs = 1_750_000_000_000L;

    @Nullable
    Long receivedAtMs;

    long amountMinor = 1_000;
    String currency = "EUR";

    @Nullable
    String terminalId;

    @Nullable
    String merchantId;

    @Nullable
    String merchantCategory;

    @Nullable
    String counterpartyId;

    @Nullable
    String deviceId;

    @Nullable
    String ip;

    @Nullable
    String country;

    @Nullable
    String channel;

    static Submission of(String transactionId) {
        Submission submission = new Submission();
        submission.transactionId = transactionId;
        return submission;
    }

    Submission account(String id) {
        accountId = id;
        return this;
    }

    Submission at(long timeMs) {
        occurredAtMs = timeMs;
        return this;
    }

    Submission receivedAt(long timeMs) {
        receivedAtMs = timeMs;
        return this;
    }

    Submission amount(long minor) {
        amountMinor = minor;
        return this;
    }

    Submission terminal(@Nullable String id) {
        terminalId = id;
        return this;
    }

    TransactionSubmitted event() {
        return new TransactionSubmitted(
                transactionId,
                accountId,
                occurredAtMs,
                receivedAtMs != null ? receivedAtMs : occurredAtMs,
                amountMinor,
                currency,
                terminalId,
                merchantId,
                merchantCategory,
                counterpartyId,
                deviceId,
                ip,
                country,
                channel);
    }

    /** A label on this transaction that comes when it is submitted. */
    TransactionLabelled label(boolean fraud) {
        return new TransactionLabelled(transactionId, accountId, occurredAtMs, occurredAtMs, fraud, null);
    }
}
