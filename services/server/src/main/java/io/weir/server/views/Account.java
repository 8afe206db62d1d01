package io.weir.server.views;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.weir.events.Decision;
import io.weir.events.Sha256;
import io.weir.events.TransactionDecided;
import io.weir.server.http.EventJson;
import io.weir.server.http.PolicyNames;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What the log says of an account. Immutable.
 *
 * @param sinceMs log time from which decisions are counted: of the first that was read since the view began or last forgot
 *     the account
 * @param lastOccurredAtMs the latest event time of its transactions
 * @param latest its last decision on the log
 * @param recent its last decisions on the log, newest first
 */
record Account(
        long sinceMs,
        long approved,
        long reviewed,
        long declined,
        long lastOccurredAtMs,
        HeldEvent<TransactionDecided> latest,
        List<Summary> recent) {

    /** The record, its cache entry and its list. */
    private static final int OVERHEAD = 64 + 96 + 40;

    /** A decision in short; the whole stands under its transaction id. */
    record Summary(
            String transactionId,
            long occurredAtMs,
            long amountMinor,
            String currency,
            Decision decision,
            double score) {
        private static final int OVERHEAD = 56 + HeapSize.REFERENCE;

        static Summary of(TransactionDecided decided) {
            return new Summary(
                    decided.transactionId(),
                    decided.occurredAtMs(),
                    decided.amountMinor(),
                    decided.currency(),
                    decided.decision(),
                    decided.score());
        }

        JsonObject toJson() {
            return new JsonObject()
                    .put("transactionId", transactionId)
                    .put("occurredAtMs", occurredAtMs)
                    .put("amountMinor", amountMinor)
                    .put("currency", currency)
                    .put("decision", decision.name())
                    .put("score", Double.isFinite(score) ? score : null);
        }
    }

    /** The account after one more decision; {@code before} is null for the first. */
    static Account after(
            @Nullable Account before, long logTimeMs, TransactionDecided decided, HeldEvent<TransactionDecided> held) {
        List<Summary> recent = new ArrayList<>(ViewsConfig.ACCOUNT_DECISIONS);
        recent.add(Summary.of(decided));
        if (before != null) {
            int kept = Math.min(before.recent.size(), ViewsConfig.ACCOUNT_DECISIONS - 1);
            recent.addAll(before.recent.subList(0, kept));
        }
        Decision decision = decided.decision();
        return new Account(
                before == null ? logTimeMs : before.sinceMs,
                (before == null ? 0 : before.approved) + (decision == Decision.APPROVE ? 1 : 0),
                (before == null ? 0 : before.reviewed) + (decision == Decision.REVIEW ? 1 : 0),
                (before == null ? 0 : before.declined) + (decision == Decision.DECLINE ? 1 : 0),
                before == null ? decided.occurredAtMs() : Math.max(before.lastOccurredAtMs, decided.occurredAtMs()),
                held,
                List.copyOf(recent));
    }

    /** What it takes on the heap, estimated, as if nothing of it were shared. */
    int bytes() {
        int bytes = OVERHEAD + latest.bytes();
        for (Summary summary : recent) {
            bytes += Summary.OVERHEAD + HeapSize.of(summary.transactionId) + HeapSize.of(summary.currency);
        }
        return bytes;
    }

    JsonObject toJson(Function<Sha256, @Nullable PolicyNames> namesOf) {
        TransactionDecided last = latest.read();
        JsonArray decisions = new JsonArray();
        recent.forEach(summary -> decisions.add(summary.toJson()));
        return new JsonObject()
                .put("accountId", last.accountId())
                .put("lastOccurredAtMs", lastOccurredAtMs)
                .put("countedSinceMs", sinceMs)
                .put(
                        "decisionCounts",
                        new JsonObject()
                                .put(Decision.APPROVE.name(), approved)
                                .put(Decision.REVIEW.name(), reviewed)
                                .put(Decision.DECLINE.name(), declined))
                .put(
                        "features",
                        EventJson.decision(last, namesOf.apply(last.policySha256()))
                                .getValue("features"))
                .put("recentDecisions", decisions);
    }
}
