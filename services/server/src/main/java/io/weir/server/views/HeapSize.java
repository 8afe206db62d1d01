package io.weir.server.views;

import io.weir.events.Reason;
import io.weir.events.TransactionDecided;

/** Estimates of what objects take on the heap, in bytes, with compressed references. */
final class HeapSize {
    static final int ARRAY = 16;
    static final int REFERENCE = 4;

    private static final int STRING = 24;
    private static final int DECIDED = 104;
    private static final int REASON = 32;
    private static final int LIST = 24;
    private static final int SHA256 = 16 + ARRAY + 32;

    private HeapSize() {}

    static int of(String text) {
        return STRING + ARRAY + padded(text.length());
    }

    static int of(double[] values) {
        return ARRAY + values.length * Double.BYTES;
    }

    static int of(TransactionDecided decided) {
        int bytes = DECIDED + SHA256 + of(decided.featureValues());
        bytes +=
                of(decided.transactionId()) + of(decided.accountId()) + of(decided.currency()) + of(decided.policyId());
        bytes += LIST + ARRAY + padded(decided.reasons().size() * REFERENCE);
        for (Reason reason : decided.reasons()) {
            bytes += REASON + of(reason.code()) + of(reason.text());
        }
        return bytes;
    }

    private static int padded(int bytes) {
        return (bytes + 7) & ~7;
    }
}
