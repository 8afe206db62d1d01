package io.weir.server.control;

import io.vertx.core.Future;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.weir.core.policy.Policy;
import io.weir.events.Sha256;
import io.weir.events.Topics;
import io.weir.server.control.Policies.Activation;
import io.weir.server.control.Policies.Publication;
import io.weir.server.control.Policies.RefusedException;
import io.weir.server.http.Problem;
import io.weir.server.http.ProblemException;
import io.weir.server.http.RequestBody;
import io.weir.server.http.Routes;
import io.weir.server.policy.PolicyCompiler;
import io.weir.server.policy.PolicyError;
import io.weir.server.policy.PolicyException;
import io.weir.server.policy.PolicySchema;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/** The life cycle of policies over HTTP. What blocks runs on a worker. */
public final class PolicyRoutes implements Routes {
    private static final List<String> YAML = List.of("application/yaml", "application/x-yaml", "text/yaml");
    private static final int MAX_JSON_BYTES = 4_096;
    private static final int MAX_BY = 128;
    /** Not those that the gateway appends with: without brokers, these wait. */
    private static final int WORKERS = 2;

    private final Policies policies;

    public PolicyRoutes(Policies policies) {
        this.policies = policies;
    }

    @Override
    public void mount(Router router) {
        router.get("/v1/policies").handler(this::list);
        router.post("/v1/policies").handler(this::publish);
        router.post("/v1/policies/validate").handler(this::validate);
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
                    String by = by(field(context, body));
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
        Activation by(String by) throws RefusedException;
    }

    private void activation(RoutingContext context, Activating activating) {
        RequestBody.read(context, MAX_JSON_BYTES)
                .compose(body -> blocking(context, () -> activating.by(by(field(context, body)))))
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
                .onFailure(failure -> fail(context, failure));
    }

    private void list(RoutingContext context) {
        blocking(context, policies::history)
                .onSuccess(history -> send(context, 200, json(history)))
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

    private static JsonObject json(PolicyHistory history) {
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
    private static Sha256 find(PolicyHistory history, String name) {
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

    private static String field(RoutingContext context, Buffer body) {
        RequestBody.requireContentType(context, List.of("application/json"));
        try {
            JsonObject json = new JsonObject(body);
            return json.getValue("by") instanceof String by ? by : "";
        } catch (DecodeException e) {
            throw new ProblemException(new Problem(
                    400,
                    "malformed-json",
                    "Malformed JSON",
                    "the body is no JSON object",
                    null,
                    "send an object like {\"by\": \"alice\"}"));
        }
    }

    /** Who does it; for the record. */
    private static String by(@Nullable String name) {
        if (name == null || name.isBlank() || name.length() > MAX_BY) {
            throw new ProblemException(new Problem(
                    422,
                    "invalid-field",
                    "Invalid field",
                    "by is missing, or longer than " + MAX_BY + " characters",
                    "by",
                    "say who does this, for the record"));
        }
        return name;
    }

    private static <T> Future<T> blocking(RoutingContext context, Callable<T> task) {
        WorkerExecutor workers = context.vertx().createSharedWorkerExecutor("weir-control", WORKERS);
        return workers.executeBlocking(task, false).onComplete(done -> workers.close());
    }

    private static void send(RoutingContext context, int status, JsonObject json) {
        var unused = context.response()
                .setStatusCode(status)
                .putHeader("Content-Type", "application/json")
                .end(json.toBuffer());
    }

    private static void fail(RoutingContext context, Throwable failure) {
        switch (failure) {
            case ProblemException problem -> problem.problem().send(context);
            case PolicyException errors -> invalid(context, errors);
            case RefusedException refused ->
                new Problem(
                                409,
                                "policy-refused",
                                "Policy refused",
                                String.valueOf(refused.getMessage()),
                                null,
                                "GET /v1/policies shows what is published and active")
                        .send(context);
            case IllegalStateException unavailable ->
                new Problem(
                                503,
                                "control-unavailable",
                                "Control topic not available",
                                String.valueOf(unavailable.getMessage()),
                                null,
                                "try again; what was answered so far has happened")
                        .send(context);
            case KafkaException unavailable ->
                new Problem(
                                503,
                                "control-unavailable",
                                "Control topic not available",
                                Topics.CONTROL.topicName() + ": " + unavailable.getMessage(),
                                null,
                                "try again when the brokers answer")
                        .send(context);
            default -> context.fail(failure);
        }
    }

    /** All errors at once: an analyst mends a document in one go. */
    private static void invalid(RoutingContext context, PolicyException exception) {
        JsonArray errors = new JsonArray();
        for (PolicyError error : exception.errors()) {
            errors.add(new JsonObject()
                    .put("line", error.line())
                    .put("column", error.column())
                    .put("field", error.path())
                    .put("problem", error.problem())
                    .put("remedy", error.remedy()));
        }
        PolicyError first = exception.errors().getFirst();
        JsonObject json = new Problem(
                        422,
                        "invalid-policy",
                        "Invalid policy",
                        "line " + first.line() + ", column " + first.column() + ": " + first.problem()
                                + (errors.size() > 1 ? "; and " + (errors.size() - 1) + " more" : ""),
                        first.path().isEmpty() ? null : first.path(),
                        first.remedy())
                .toJson()
                .put("errors", errors);
        var unused = context.response()
                .setStatusCode(422)
                .putHeader("Content-Type", Problem.CONTENT_TYPE)
                .end(json.toBuffer());
    }
}
