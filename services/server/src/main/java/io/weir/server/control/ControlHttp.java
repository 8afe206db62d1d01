package io.weir.server.control;

import io.vertx.core.Future;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import io.weir.events.Topics;
import io.weir.server.control.Policies.RefusedException;
import io.weir.server.http.Problem;
import io.weir.server.http.ProblemException;
import io.weir.server.http.RequestBody;
import io.weir.server.http.Text;
import io.weir.server.policy.PolicyException;
import io.weir.server.yaml.DocumentError;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/** What all routes of the control topic share: work off the event loop, answers, and what went wrong. */
final class ControlHttp {
    static final String JSON = "application/json";

    private static final int MAX_BY = 128;
    private static final int MAX_REASON = 500;
    /** Not those that the gateway appends with: without brokers, these wait. */
    private static final int WORKERS = 2;

    private ControlHttp() {}

    /** Runs on a worker what blocks. */
    static <T> Future<T> blocking(RoutingContext context, Callable<T> task) {
        WorkerExecutor workers = context.vertx().createSharedWorkerExecutor("weir-control", WORKERS);
        return workers.executeBlocking(task, false).onComplete(done -> workers.close());
    }

    /** The JSON object in a body. */
    static JsonObject object(RoutingContext context, Buffer body, String example) {
        RequestBody.requireContentType(context, List.of(JSON));
        try {
            return new JsonObject(body);
        } catch (DecodeException | ClassCastException e) {
            throw new ProblemException(new Problem(
                    400,
                    "malformed-json",
                    "Malformed JSON",
                    "the body is no JSON object",
                    null,
                    "send an object like " + example));
        }
    }

    /** Who does it; for the record. */
    static String by(@Nullable Object name) {
        return words(name, "by", MAX_BY, "say who does this, for the record");
    }

    /** Why it is done; for the record. */
    static String reason(@Nullable Object text) {
        return words(text, "reason", MAX_REASON, "say why, for those who read the record");
    }

    /** A text that has to be there. */
    static String words(@Nullable Object value, String field, int maxLength, String remedy) {
        if (!(value instanceof String text) || text.isBlank() || text.length() > maxLength) {
            throw invalid(field, field + " is missing, or longer than " + maxLength + " characters", remedy);
        }
        if (text.chars().anyMatch(Character::isISOControl)) {
            throw invalid(field, field + " has control characters", "leave them out");
        }
        return text;
    }

    /** An instant in the query, in milliseconds since 1970; null if it is not there. */
    static @Nullable Long instant(RoutingContext context, String parameter) {
        String text = context.queryParams().get(parameter);
        if (text == null) {
            return null;
        }
        try {
            return Instant.parse(text).toEpochMilli();
        } catch (DateTimeParseException | ArithmeticException e) {
            throw invalid(
                    parameter,
                    parameter + " is " + Text.shown(text) + ", which is no instant",
                    "give an instant in ISO 8601, for example 2026-11-22T08:00:00Z");
        }
    }

    static ProblemException invalid(String field, String detail, String remedy) {
        return new ProblemException(new Problem(422, "invalid-field", "Invalid field", detail, field, remedy));
    }

    static void send(RoutingContext context, int status, JsonObject json) {
        var unused = context.response()
                .setStatusCode(status)
                .putHeader("Content-Type", JSON)
                .end(json.toBuffer());
    }

    static void fail(RoutingContext context, Throwable failure) {
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
        for (DocumentError error : exception.errors()) {
            errors.add(new JsonObject()
                    .put("line", error.line())
                    .put("column", error.column())
                    .put("field", error.path())
                    .put("problem", error.problem())
                    .put("remedy", error.remedy()));
        }
        DocumentError first = exception.errors().getFirst();
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
