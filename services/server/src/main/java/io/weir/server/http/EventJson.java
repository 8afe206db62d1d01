package io.weir.server.http;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.weir.events.Feature;
import io.weir.events.FraudAlertRaised;
import io.weir.events.Reason;
import io.weir.events.TransactionDecided;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How events look in JSON. Fields have the names of the schemas; numbers that JSON cannot write (NaN) are null. */
public final class EventJson {
    private EventJson() {}

    /**
     * A decision.
     *
     * @param featureNames the policy's features in order, or null where they are not known: then the values come without
     *     names
     */
    public static JsonObject decision(TransactionDecided decided, @Nullable List<String> featureNames) {
        return new JsonObject()
                .put("transactionId", decided.transactionId())
                .put("accountId", decided.accountId())
                .put("occurredAtMs", decided.occurredAtMs())
                .put("receivedAtMs", decided.receivedAtMs())
                .put("amountMinor", decided.amountMinor())
                .put("currency", decided.currency())
                .put("decision", decided.decision().name())
                .put("score", number(decided.score()))
                .put("reasons", reasons(decided.reasons()))
                .put("features", features(decided.featureValues(), featureNames))
                .put("policy", policy(decided.policyId(), decided.policySha256().hex()))
                .put("position", position(decided.sourcePartition(), decided.sourceOffset()));
    }

    /** An alert. */
    public static JsonObject alert(FraudAlertRaised alert) {
        JsonObject json = new JsonObject()
                .put("transactionId", alert.transactionId())
                .put("accountId", alert.accountId())
                .put("occurredAtMs", alert.occurredAtMs())
                .put("receivedAtMs", alert.receivedAtMs())
                .put("amountMinor", alert.amountMinor())
                .put("currency", alert.currency());
        if (alert.terminalId() != null) {
            json.put("terminalId", alert.terminalId());
        }
        if (alert.merchantId() != null) {
            json.put("merchantId", alert.merchantId());
        }
        JsonObject features = new JsonObject();
        for (Feature feature : alert.features()) {
            features.put(feature.name(), number(feature.value()));
        }
        return json.put("decision", alert.decision().name())
                .put("score", number(alert.score()))
                .put("reasons", reasons(alert.reasons()))
                .put("features", features)
                .put("policy", policy(alert.policyId(), alert.policySha256().hex()))
                .put("position", position(alert.sourcePartition(), alert.sourceOffset()));
    }

    private static JsonArray reasons(List<Reason> reasons) {
        JsonArray json = new JsonArray();
        for (Reason reason : reasons) {
            json.add(new JsonObject()
                    .put("code", reason.code())
                    .put("text", reason.text())
                    .put("weight", number(reason.weight())));
        }
        return json;
    }

    private static Object features(double[] values, @Nullable List<String> names) {
        if (names == null || names.size() != values.length) {
            JsonArray json = new JsonArray();
            for (double value : values) {
                json.add(number(value));
            }
            return json;
        }
        JsonObject json = new JsonObject();
        for (int i = 0; i < values.length; i++) {
            json.put(names.get(i), number(values[i]));
        }
        return json;
    }

    private static JsonObject policy(String id, String sha256) {
        return new JsonObject().put("id", id).put("sha256", sha256);
    }

    private static JsonObject position(int partition, long offset) {
        return new JsonObject().put("partition", partition).put("offset", offset);
    }

    private static @Nullable Double number(double value) {
        return Double.isFinite(value) ? value : null;
    }
}
