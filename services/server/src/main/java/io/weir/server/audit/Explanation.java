package io.weir.server.audit;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.weir.core.policy.Aggregate;
import io.weir.core.policy.Model;
import io.weir.core.policy.Policy;
import io.weir.events.TransactionDecided;
import io.weir.events.TransactionSubmitted;
import io.weir.server.audit.PastEvents.Past;
import io.weir.server.http.EventJson;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Why a transaction was decided as it was.
 *
 * @param transaction as it was submitted
 * @param recorded the decision on the log
 * @param policy that made it
 * @param features in the policy's order
 * @param rules in the policy's order
 * @param place where the decision lies, and what it was made from
 * @param identical whether the recomputed decision is the recorded one, byte for byte
 * @param recomputed the decision as it is recomputed
 */
public record Explanation(
        TransactionSubmitted transaction,
        TransactionDecided recorded,
        TransactionDecided recomputed,
        Policy policy,
        List<ExplainedFeature> features,
        List<ExplainedRule> rules,
        Place place,
        boolean identical) {

    public Explanation {
        features = List.copyOf(features);
        rules = List.copyOf(rules);
    }

    /**
     * A feature.
     *
     * @param aggregate null where it is computed by an expression
     * @param expression null where it is an aggregate
     * @param filter text of the aggregate's filter, null if it has none
     * @param valued text of the aggregate's value, null if it is over amounts
     * @param window the newest events of the window, at most as many as were asked for
     * @param events in the window
     * @param addedUp the value that the events in the window add up to
     */
    public record ExplainedFeature(
            String name,
            double value,
            @Nullable Aggregate aggregate,
            @Nullable String expression,
            @Nullable String filter,
            @Nullable String valued,
            List<Past> window,
            int events,
            double addedUp) {

        public ExplainedFeature {
            window = List.copyOf(window);
        }

        /** Whether the events give the value; they need not where a hot entity's older ones are in panes. */
        boolean addsUp() {
            return expression != null
                    || value == addedUp
                    || (Double.isNaN(value) && Double.isNaN(addedUp))
                    || Math.abs(value - addedUp) <= 1e-9 * Math.max(Math.abs(value), Math.abs(addedUp));
        }
    }

    /**
     * A rule.
     *
     * @param condition its text
     * @param hit whether it holds and counts
     * @param inShadow whether it holds and is in shadow, so that it does not count
     * @param reason as it was given; empty where it was not hit
     */
    public record ExplainedRule(
            String code, String condition, boolean hit, boolean inShadow, double weight, String reason) {}

    /**
     * Where a decision lies and what it was made from.
     *
     * @param decisionOffset in its partition of the decisions
     * @param decidedAtMs append time of the decision
     * @param provenance the position vector
     * @param chainBefore head of the chain before the batch; empty if there is no chain
     * @param chainAfter head of the chain after the batch; empty if there is no chain
     */
    public record Place(
            long decisionOffset, long decidedAtMs, String provenance, String chainBefore, String chainAfter) {}

    /** For programs. */
    public JsonObject json() {
        JsonObject inputs = new JsonObject();
        inputs().forEach(inputs::put);
        JsonArray explained = new JsonArray();
        features.forEach(feature -> explained.add(json(feature)));
        JsonArray conditions = new JsonArray();
        rules.forEach(rule -> conditions.add(new JsonObject()
                .put("code", rule.code)
                .put("condition", rule.condition)
                .put("hit", rule.hit)
                .put("inShadow", rule.inShadow)
                .put("weight", rule.weight)
                .put("reason", rule.reason)));
        return new JsonObject()
                .put("transactionId", transaction.transactionId())
                .put("accountId", transaction.accountId())
                .put("decision", recorded.decision().name())
                .put("score", recorded.score())
                .put(
                        "thresholds",
                        new JsonObject().put("review", policy.reviewAt()).put("decline", policy.declineAt()))
                .put("inputs", inputs)
                .put("features", explained)
                .put("rules", conditions)
                .put("reasons", EventJson.reasons(recorded.reasons()))
                .put("model", EventJson.model(recorded.model(), modelInputs()))
                .put(
                        "policy",
                        new JsonObject()
                                .put("id", policy.id())
                                .put("sha256", policy.sha256().hex()))
                .put(
                        "position",
                        new JsonObject()
                                .put("partition", recorded.sourcePartition())
                                .put("offset", recorded.sourceOffset())
                                .put("decisionOffset", place.decisionOffset)
                                .put("decidedAt", time(place.decidedAtMs))
                                .put("provenance", place.provenance)
                                .put("chainBefore", place.chainBefore)
                                .put("chainAfter", place.chainAfter))
                .put("recomputed", identical ? "identical" : "different")
                .put("differences", differences());
    }

    /** The names of the features that the model was fed, in its order; none without a model. */
    List<String> modelInputs() {
        Model model = policy.model();
        return model == null
                ? List.of()
                : model.inputs().stream()
                        .map(input -> policy.features().get(input).name())
                        .toList();
    }

    /** What was submitted, by field. */
    Map<String, Object> inputs() {
        Map<String, Object> inputs = new LinkedHashMap<>();
        inputs.put("occurredAt", time(transaction.occurredAtMs()));
        inputs.put("receivedAt", time(transaction.receivedAtMs()));
        inputs.put("amountMinor", transaction.amountMinor());
        inputs.put("currency", transaction.currency());
        put(inputs, "terminalId", transaction.terminalId());
        put(inputs, "merchantId", transaction.merchantId());
        put(inputs, "merchantCategory", transaction.merchantCategory());
        put(inputs, "counterpartyId", transaction.counterpartyId());
        put(inputs, "deviceId", transaction.deviceId());
        put(inputs, "ip", transaction.ip());
        put(inputs, "country", transaction.country());
        put(inputs, "channel", transaction.channel());
        return inputs;
    }

    private static void put(Map<String, Object> inputs, String name, @Nullable String value) {
        if (value != null) {
            inputs.put(name, value);
        }
    }

    private JsonArray differences() {
        JsonArray json = new JsonArray();
        Differences.between(recorded, recomputed, policy)
                .forEach(difference -> json.add(new JsonObject()
                        .put("field", difference.field())
                        .put("recorded", difference.recorded())
                        .put("recomputed", difference.recomputed())));
        return json;
    }

    private JsonObject json(ExplainedFeature feature) {
        JsonObject json = new JsonObject().put("name", feature.name).put("value", number(feature.value));
        Aggregate aggregate = feature.aggregate;
        if (aggregate == null) {
            return json.put("expression", feature.expression);
        }
        long throughMs = transaction.occurredAtMs() - aggregate.delayMs();
        JsonArray window = new JsonArray();
        feature.window.forEach(past -> window.add(new JsonObject()
                .put("transactionId", past.transaction().transactionId())
                .put("accountId", past.transaction().accountId())
                .put("occurredAt", time(past.transaction().occurredAtMs()))
                .put("amountMinor", past.transaction().amountMinor())
                .put("currency", past.transaction().currency())
                .put("fraud", past.fraud())
                .put(
                        "distinctId",
                        aggregate.distinct() == null
                                ? null
                                : aggregate.distinct().idIn(past.transaction()))
                .put("value", aggregate.measure() == null ? null : past.value(aggregate.measure()))
                .put("partition", past.partition())
                .put("offset", past.offset())));
        return json.put("function", aggregate.function().name())
                .put("entity", aggregate.entity().name())
                .put("entityId", aggregate.entity().idIn(transaction))
                .put("filter", feature.filter)
                .put("valueExpression", feature.valued)
                .put(
                        "label",
                        aggregate.label() == null ? null : aggregate.label().name())
                .put("after", time(throughMs - aggregate.windowMs()))
                .put("through", time(throughMs))
                .put("events", feature.events)
                .put("addsUp", feature.addsUp())
                .put("newestEvents", window);
    }

    static String time(long ms) {
        return Instant.ofEpochMilli(ms).toString();
    }

    private static @Nullable Double number(double value) {
        return Double.isFinite(value) ? value : null;
    }
}
