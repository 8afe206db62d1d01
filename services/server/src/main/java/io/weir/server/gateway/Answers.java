package io.weir.server.gateway;

import io.vertx.core.json.JsonObject;
import io.weir.core.policy.Policy.OnDeadline;
import io.weir.events.TransactionDecided;
import io.weir.server.http.DecisionLookup;
import io.weir.server.http.EventJson;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** The JSON of the gateway's answers. */
final class Answers {
    private final DecisionLookup lookup;

    Answers(DecisionLookup lookup) {
        this.lookup = lookup;
    }

    JsonObject decided(Outcome.Decided decided) {
        TransactionDecided decision = decided.decision();
        return EventJson.decision(decision, lookup.names(decision.policySha256()))
                .put("duplicate", decided.duplicate());
    }

    /**
     * Not decided yet.
     *
     * @param timedOut whether the active policy's word for that is to be given
     */
    JsonObject pending(String transactionId, boolean timedOut) {
        JsonObject json = new JsonObject()
                .put("transactionId", transactionId)
                .put("status", "pending")
                .put("location", location(transactionId));
        OnDeadline meanwhile = lookup.onDeadline();
        if (timedOut && meanwhile != OnDeadline.PENDING) {
            json.put("onDeadline", meanwhile.name());
        }
        return json;
    }

    JsonObject labelled(String transactionId, Position position) {
        return new JsonObject()
                .put("transactionId", transactionId)
                .put(
                        "position",
                        new JsonObject().put("partition", position.partition()).put("offset", position.offset()));
    }

    /** Where the decision can be read. */
    static String location(String transactionId) {
        return "/v1/decisions/"
                + URLEncoder.encode(transactionId, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
