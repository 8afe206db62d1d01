package io.weir.core.policy;

import io.weir.events.TransactionSubmitted;
import org.jspecify.annotations.Nullable;

/** What windows are kept for. */
public enum Entity {
    ACCOUNT,
    TERMINAL,
    MERCHANT,
    DEVICE,
    IP,
    COUNTERPARTY;

    /** The id of this entity in a transaction, or null if the transaction has none. */
    public @Nullable String idIn(TransactionSubmitted transaction) {
        return switch (this) {
            case ACCOUNT -> transaction.accountId();
            case TERMINAL -> transaction.terminalId();
            case MERCHANT -> transaction.merchantId();
            case DEVICE -> transaction.deviceId();
            case IP -> transaction.ip();
            case COUNTERPARTY -> transaction.counterpartyId();
        };
    }
}
