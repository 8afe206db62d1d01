package io.weir.server.control;

import static io.weir.server.control.ControlHttp.blocking;
import static io.weir.server.control.ControlHttp.by;
import static io.weir.server.control.ControlHttp.fail;
import static io.weir.server.control.ControlHttp.object;
import static io.weir.server.control.ControlHttp.reason;
import static io.weir.server.control.ControlHttp.send;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.weir.server.control.Policies.RefusedException;
import io.weir.server.control.Rules.OfPolicy;
import io.weir.server.control.Rules.State;
import io.weir.server.control.Rules.Step;
import io.weir.server.guard.RuleRates.RuleRate;
import io.weir.server.http.RequestBody;
import io.weir.server.http.Routes;

/** The rules of published policies over HTTP. What blocks runs on a worker. */
public final class RuleRoutes implements Routes {
    private static final int MAX_JSON_BYTES = 4_096;

    private final Rules rules;

    public RuleRoutes(Rules rules) {
        this.rules = rules;
    }

    @Override
    public void mount(Router router) {
        router.get("/v1/policies/:sha256/rules").handler(this::list);
        router.post("/v1/policies/:sha256/rules/:code/shadow").handler(context -> change(context, true));
        router.post("/v1/policies/:sha256/rules/:code/enforce").handler(context -> change(context, false));
    }

    private void list(RoutingContext context) {
        String name = context.pathParam("sha256");
        blocking(context, () -> json(rules.rules(name)))
                .onSuccess(answer -> send(context, 200, answer))
                .onFailure(failure -> fail(context, failure));
    }

    private void change(RoutingContext context, boolean shadow) {
        RequestBody.read(context, MAX_JSON_BYTES)
                .compose(body -> blocking(context, () -> change(context, body, shadow)))
                .onSuccess(answer -> send(context, 200, answer))
                .onFailure(failure -> fail(context, failure));
    }

    private JsonObject change(RoutingContext context, Buffer body, boolean shadow) throws RefusedException {
        JsonObject asked = object(context, body, "{\"reason\": \"too many false alerts\", \"by\": \"alice\"}");
        Step done = rules.change(
                context.pathParam("sha256"),
                context.pathParam("code"),
                shadow,
                reason(asked.getValue("reason")),
                by(asked.getValue("by")));
        return new JsonObject()
                .put("sha256", done.event().policySha256().hex())
                .put("code", done.event().ruleCode())
                .put("shadow", shadow)
                .put("offset", done.offset());
    }

    private static JsonObject json(OfPolicy of) {
        JsonArray rules = new JsonArray();
        of.rules().forEach(state -> rules.add(json(state)));
        return new JsonObject()
                .put("policyId", of.policy().id())
                .put("sha256", of.policy().sha256().hex())
                .put("active", of.active())
                .put("rules", rules);
    }

    private static JsonObject json(State state) {
        JsonObject json = new JsonObject()
                .put("code", state.rule().code())
                .put("weight", state.rule().weight())
                .put("shadow", state.inShadow());
        if (state.rule().demands() != null) {
            json.put("decision", state.rule().demands().name());
        }
        if (state.rule().shadow()) {
            json.put("shadowByPolicy", true);
        }
        Step last = state.last();
        if (last != null) {
            json.put(
                    "lastChange",
                    new JsonObject()
                            .put("shadow", last.event().shadow())
                            .put("reason", last.event().reason())
                            .put("by", last.event().changedBy())
                            .put("atMs", last.event().receivedAtMs())
                            .put("offset", last.offset()));
        }
        RuleRate rate = state.rate();
        if (rate != null) {
            json.put("decisions", rate.decisions())
                    .put("fired", rate.fired())
                    .put("recentDecisions", rate.recentDecisions())
                    .put("recentFired", rate.recentFired());
        }
        return json;
    }
}
