package io.weir.load.fuzz;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An answer over HTTP, and what is wrong with it.
 *
 * @param headers by their names in lower case
 */
record Answer(int status, Map<String, String> headers, String body) {
    static final int OK = 200;
    static final int MULTIPLE_CHOICES = 300;
    static final int BAD_REQUEST = 400;
    static final int UNPROCESSABLE = 422;
    static final int UNAVAILABLE = 503;

    private static final String PROBLEM = "application/problem+json";
    private static final String NDJSON = "application/x-ndjson";
    private static final Pattern INTERNAL = Pattern.compile(
            "Exception|\\.java:|\\tat |io\\.weir\\.|io\\.vertx\\.|java\\.(lang|util|io)\\.|com\\.fasterxml");

    @Nullable
    String header(String name) {
        return headers.get(name.toLowerCase(Locale.ROOT));
    }

    /** What no answer to {@code request} may look like; null if it is well. */
    @Nullable
    String wrongFor(FuzzedRequest request) {
        String wrong = wrong(request.answers());
        return wrong == null && NDJSON.equals(header("Content-Type")) ? wrongLine() : wrong;
    }

    /** The same for a request that may be answered with {@code expected}, or with 503. */
    @Nullable
    String wrong(Set<Integer> expected) {
        if (INTERNAL.matcher(body).find()) {
            return "tells what is inside: " + body;
        }
        if (status == UNAVAILABLE && header("Retry-After") == null) {
            return "503 without Retry-After";
        }
        if (status != UNAVAILABLE && !expected.contains(status)) {
            return "status " + status + " is none of " + expected + ": " + body;
        }
        if (status < MULTIPLE_CHOICES) {
            return null;
        }
        if (!PROBLEM.equals(header("Content-Type"))) {
            return "status " + status + " with the content type " + header("Content-Type");
        }
        try {
            return wrongProblem(new JsonObject(body), status);
        } catch (DecodeException e) {
            return "the problem is not JSON: " + body;
        }
    }

    private @Nullable String wrongLine() {
        for (String line : body.lines().toList()) {
            try {
                JsonObject answer = new JsonObject(line);
                String wrong = answer.containsKey("remedy")
                        ? wrongProblem(answer, Objects.requireNonNullElse(answer.getInteger("status"), 0))
                        : null;
                if (wrong != null || (answer.containsKey("remedy") && !answer.containsKey("line"))) {
                    return "the line's answer " + line + ": " + wrong;
                }
            } catch (DecodeException e) {
                return "the line's answer is not JSON: " + line;
            }
        }
        return null;
    }

    /** A problem document says what, where if it is about a field, and what to do. */
    private static @Nullable String wrongProblem(JsonObject problem, int status) {
        boolean complete = problem.getString("type", "").startsWith("urn:weir:problem:")
                && !problem.getString("title", "").isBlank()
                && !problem.getString("detail", "").isBlank()
                && !problem.getString("remedy", "").isBlank()
                && Objects.equals(problem.getInteger("status"), status);
        if (!complete) {
            return "is no complete problem document: " + problem.encode();
        }
        // A policy is wrong at a line and a column.
        boolean located = problem.getString("field") != null || problem.containsKey("errors");
        return status == UNPROCESSABLE && !located ? "names no field: " + problem.encode() : null;
    }
}
