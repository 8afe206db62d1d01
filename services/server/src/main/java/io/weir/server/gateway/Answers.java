package io.weir.server.gateway;

import io.vertx.core.json.JsonObject;
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

    JsonObject pending(String transactionId) {
        return new JsonObject()
                .put("transactionId", transactionId)
                .put("status", "pending")
                .put("location", location(transactionId));
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
