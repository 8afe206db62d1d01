package io.weir.server.http;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.weir.events.Feature;
import io.weir.events.FraudAlertRaised;
import io.weir.events.ModelScore;
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
     * @param names of the policy, or null where they are not known: then values come without names
     */
    public static JsonObject decision(TransactionDecided decided, @Nullable PolicyNames names) {
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
                .put("features", features(decided.featureValues(), names == null ? null : names.features()))
                .put("model", model(decided.model(), names == null ? null : names.modelInputs()))
                .put("shadowRules", new JsonArray(decided.shadowRules()))
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
        JsonObject contributions = new JsonObject();
        for (Feature contribution : alert.contributions()) {
            contributions.put(contribution.name(), number(contribution.value()));
        }
        return json.put("decision", alert.decision().name())
                .put("score", number(alert.score()))
                .put("reasons", reasons(alert.reasons()))
                .put("features", features)
                .put("model", model(alert.model(), null))
                .put("contributions", contributions)
                .put("policy", policy(alert.policyId(), alert.policySha256().hex()))
                .put("position", position(alert.sourcePartition(), alert.sourceOffset()));
    }

    /**
     * What a model said, or null.
     *
     * @param names of the features that it was fed, or null where they are not known: then contributions come without names
     */
    public static @Nullable JsonObject model(@Nullable ModelScore said, @Nullable List<String> names) {
        return said == null
                ? null
                : new JsonObject()
                        .put("sha256", said.modelSha256().hex())
                        .put("probability", number(said.probability()))
                        .put("points", number(said.points()))
                        .put("margin", number(said.margin()))
                        .put("meanMargin", number(said.meanMargin()))
                        .put("contributions", features(said.contributions(), names));
    }

    /** Reasons. */
    public static JsonArray reasons(List<Reason> reasons) {
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
