package io.weir.server.control;

import static io.weir.server.control.ControlHttp.blocking;
import static io.weir.server.control.ControlHttp.by;
import static io.weir.server.control.ControlHttp.fail;
import static io.weir.server.control.ControlHttp.instant;
import static io.weir.server.control.ControlHttp.invalid;
import static io.weir.server.control.ControlHttp.object;
import static io.weir.server.control.ControlHttp.send;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.weir.core.policy.Policy;
import io.weir.events.Sha256;
import io.weir.server.control.Policies.Activation;
import io.weir.server.control.Policies.Publication;
import io.weir.server.control.Policies.RefusedException;
import io.weir.server.control.Policies.WarmingException;
import io.weir.server.http.Problem;
import io.weir.server.http.ProblemException;
import io.weir.server.http.RequestBody;
import io.weir.server.http.Routes;
import io.weir.server.policy.PolicyCompiler;
import io.weir.server.policy.PolicySchema;
import io.weir.server.score.Warmth;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The life cycle of policies over HTTP. What blocks runs on a worker. */
public final class PolicyRoutes implements Routes {
    private static final List<String> YAML = List.of("application/yaml", "application/x-yaml", "text/yaml");
    private static final int MAX_JSON_BYTES = 4_096;
    private static final String RETRY_AFTER_S = "30";

    private final Policies policies;
    private final Backtests backtests;

    public PolicyRoutes(Policies policies, Backtests backtests) {
        this.policies = policies;
        this.backtests = backtests;
    }

    @Override
    public void mount(Router router) {
        router.get("/v1/policies").handler(this::list);
        router.post("/v1/policies").handler(this::publish);
        router.post("/v1/policies/validate").handler(this::validate);
        router.post("/v1/policies/backtest").handler(this::backtest);
        router.post("/v1/policies/rollback").handler(this::rollBack);
        router.get("/v1/policies/schema").handler(context -> {
            var unused = context.response()
                    .putHeader("Content-Type", "application/schema+json")
                    .end(PolicySchema.text());
        });
        router.get("/v1/policies/:sha256").handler(this::document);
        router.post("/v1/policies/:sha256/activate").handler(this::activate);
        router.post("/v1/policies/:sha256/shadow").handler(context -> shadow(context, true));
        router.post("/v1/policies/:sha256/unshadow").handler(context -> shadow(context, false));
    }

    private void validate(RoutingContext context) {
        RequestBody.read(context, PolicyCompiler.MAX_BYTES)
                .compose(body -> blocking(context, () -> policies.validate(text(context, body))))
                .onSuccess(policy -> send(context, 200, described(policy)))
                .onFailure(failure -> fail(context, failure));
    }

    /** The document need not be published: who changes a policy looks at what it would have done first. */
    private void backtest(RoutingContext context) {
        RequestBody.read(context, PolicyCompiler.MAX_BYTES)
                .compose(body -> {
                    Long fromMs = instant(context, "from");
                    Long toMs = instant(context, "to");
                    if (fromMs != null && toMs != null && fromMs >= toMs) {
                        throw invalid("to", "to is not after from", "give a later instant, or leave it out");
                    }
                    return blocking(
                            context, () -> backtests.begin(policies.validate(text(context, body)), fromMs, toMs));
                })
                .onSuccess(job -> {
                    context.response().putHeader("Location", "/v1/audits/" + job.getString("id"));
                    send(context, 202, job);
                })
                .onFailure(failure -> {
                    if (failure instanceof ProblemException problem
                            && problem.problem().status() == 503) {
                        context.response().putHeader("Retry-After", RETRY_AFTER_S);
                    }
                    fail(context, failure);
                });
    }

    private void publish(RoutingContext context) {
        String by = context.queryParams().get("by");
        RequestBody.read(context, PolicyCompiler.MAX_BYTES)
                .compose(body -> blocking(context, () -> policies.publish(text(context, body), by(by))))
                .onSuccess(publication -> published(context, publication))
                .onFailure(failure -> fail(context, failure));
    }

    private static void published(RoutingContext context, Publication publication) {
        context.response()
                .putHeader(
                        "Location",
                        "/v1/policies/" + publication.policy().sha256().hex());
        send(
                context,
                publication.again() ? 200 : 201,
                described(publication.policy())
                        .put("offset", publication.offset())
                        .put("publishedBefore", publication.again()));
    }

    private void activate(RoutingContext context) {
        String name = context.pathParam("sha256");
        activation(context, by -> policies.activate(find(policies.history(), name), by));
    }

    private void shadow(RoutingContext context, boolean shadow) {
        String name = context.pathParam("sha256");
        RequestBody.read(context, MAX_JSON_BYTES)
                .compose(body -> blocking(context, () -> {
                    String by = by(object(context, body, "{\"by\": \"alice\"}").getValue("by"));
                    Sha256 sha256 = find(policies.history(), name);
                    return new JsonObject()
                            .put("sha256", sha256.hex())
                            .put("shadow", shadow)
                            .put("offset", policies.shadow(sha256, shadow, by));
                }))
                .onSuccess(json -> send(context, 200, json))
                .onFailure(failure -> fail(context, failure));
    }

    private void rollBack(RoutingContext context) {
        activation(context, policies::rollBack);
    }

    private interface Activating {
        Activation by(String by) throws RefusedException, WarmingException;
    }

    private void activation(RoutingContext context, Activating activating) {
        RequestBody.read(context, MAX_JSON_BYTES)
                .compose(body -> blocking(
                        context,
                        () -> activating.by(
                                by(object(context, body, "{\"by\": \"alice\"}").getValue("by")))))
                .onSuccess(done -> {
                    String waitsFor = done.waitsFor();
                    JsonObject json = new JsonObject()
                            .put("sha256", done.policySha256().hex())
                            .put("active", waitsFor == null)
                            .put("offset", done.offset());
                    if (waitsFor != null) {
                        json.put("waitsFor", "another person than " + waitsFor + " to activate it as well");
                    }
                    send(context, waitsFor == null ? 200 : 202, json);
                })
                .onFailure(failure -> {
                    if (failure instanceof WarmingException warming) {
                        warming(context, warming);
                    } else {
                        fail(context, failure);
                    }
                });
    }

    private void list(RoutingContext context) {
        blocking(context, policies::history)
                .onSuccess(history -> send(context, 200, json(history, policies::warmth)))
                .onFailure(failure -> fail(context, failure));
    }

    private void document(RoutingContext context) {
        String name = context.pathParam("sha256");
        blocking(context, () -> {
                    PolicyHistory history = policies.history();
                    return Objects.requireNonNull(history.published(find(history, name)))
                            .event()
                            .document();
                })
                .onSuccess(document -> {
                    var unused = context.response()
                            .putHeader("Content-Type", YAML.getFirst())
                            .end(document);
                })
                .onFailure(failure -> fail(context, failure));
    }

    private static JsonObject json(PolicyHistory history, Function<Sha256, @Nullable Warmth> warmths) {
        Sha256 active = history.active();
        JsonArray published = new JsonArray();
        for (PolicyHistory.Published each : history.published()) {
            Sha256 sha256 = each.event().policySha256();
            JsonObject json = new JsonObject()
                    .put("policyId", each.event().policyId())
                    .put("sha256", sha256.hex())
                    .put("publishedAtMs", each.event().receivedAtMs())
                    .put("publishedBy", each.event().publishedBy())
                    .put("active", Objects.equals(sha256, active))
                    .put("shadow", history.inShadow().contains(sha256));
            PolicyHistory.Step request = history.requested(sha256);
            if (request != null) {
                json.put("activationRequestedBy", request.by());
            }
            Warmth warmth = warmths.apply(sha256);
            if (warmth != null) {
                json.put("warmUp", json(warmth));
            }
            published.add(json);
        }
        JsonArray steps = new JsonArray();
        for (PolicyHistory.Step step : history.steps()) {
            steps.add(new JsonObject()
                    .put("action", step.action().name().toLowerCase(Locale.ROOT))
                    .put("policyId", step.policyId())
                    .put("sha256", step.policySha256().hex())
                    .put("atMs", step.atMs())
                    .put("by", step.by())
                    .put("offset", step.offset()));
        }
        return new JsonObject()
                .put("active", active == null ? null : active.hex())
                .put("policies", published)
                .put("history", steps);
    }

    private static JsonObject json(Warmth warmth) {
        JsonObject json = new JsonObject().put("state", warmth.state().name().toLowerCase(Locale.ROOT));
        return switch (warmth.state()) {
            case COLD -> json;
            case WARMING -> json.put("records", warmth.done()).put("ofRecords", warmth.total());
            case WARM -> json.put("tookMs", warmth.tookMs());
        };
    }

    private static void warming(RoutingContext context, WarmingException warming) {
        JsonObject json = new Problem(
                        409,
                        "policy-warming",
                        "Policy is warming up",
                        String.valueOf(warming.getMessage()),
                        null,
                        "ask again after the time in Retry-After; decisions go on meanwhile")
                .toJson()
                .put("warmUp", json(warming.warmth()));
        var unused = context.response()
                .setStatusCode(409)
                .putHeader("Content-Type", Problem.CONTENT_TYPE)
                .putHeader("Retry-After", "1")
                .end(json.toBuffer());
    }

    private static JsonObject described(Policy policy) {
        return new JsonObject()
                .put("policyId", policy.id())
                .put("sha256", policy.sha256().hex())
                .put("features", policy.featureNames().size())
                .put("rules", policy.rules().size())
                .put("review", policy.reviewAt())
                .put("decline", policy.declineAt());
    }

    /** A published policy by its SHA-256 or the beginning of it. */
    static Sha256 find(PolicyHistory history, String name) {
        List<Sha256> found = history.published().stream()
                .map(published -> published.event().policySha256())
                .filter(sha256 -> sha256.hex().startsWith(name.toLowerCase(Locale.ROOT)))
                .toList();
        if (found.size() == 1) {
            return found.getFirst();
        }
        throw new ProblemException(new Problem(
                404,
                "policy-not-found",
                "Policy not found",
                found.isEmpty()
                        ? "no published policy has a SHA-256 that begins with '" + name + "'"
                        : found.size() + " published policies have a SHA-256 that begins with '" + name + "'",
                "sha256",
                found.isEmpty()
                        ? "publish it first: POST /v1/policies; GET /v1/policies lists those that are"
                        : "give more of it"));
    }

    private static String text(RoutingContext context, Buffer body) {
        RequestBody.requireContentType(context, YAML);
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(body.getBytes()))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new ProblemException(new Problem(
                    400, "malformed-yaml", "Malformed YAML", "the document is not UTF-8", null, "send it in UTF-8"));
        }
    }
}
