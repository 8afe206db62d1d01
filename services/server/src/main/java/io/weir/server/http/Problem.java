package io.weir.server.http;

import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import org.jspecify.annotations.Nullable;

/**
 * An RFC 9457 problem document.
 *
 * @param status HTTP status
 * @param type the last part of the problem's type URI, for programs: lower-case words joined by dashes
 * @param title the kind of problem, in words, the same for every occurrence
 * @param detail what is wrong here
 * @param field the JSON field or parameter it is about, or null
 * @param remedy what to do instead
 */
public record Problem(
        int status,
        String type,
        String title,
        String detail,
        @Nullable String field,
        String remedy) {

    public static final String CONTENT_TYPE = "application/problem+json";

    private static final String TYPE_PREFIX = "urn:weir:problem:";
    private static final String RETRY_AFTER_SECONDS = "1";

    /** The document. */
    public JsonObject toJson() {
        JsonObject json = new JsonObject()
                .put("type", TYPE_PREFIX + type)
                .put("title", title)
                .put("status", status)
                .put("detail", detail);
        if (field != null) {
            json.put("field", field);
        }
        return json.put("remedy", remedy);
    }

    /** Ends the response with this problem, unless it has ended already. */
    public void send(RoutingContext context) {
        send(context.response());
    }

    /** Ends the response with this problem, unless it has ended already. A 503 says when to try again. */
    public void send(HttpServerResponse response) {
        if (response.ended() || response.headWritten() || response.closed()) {
            return;
        }
        response.setStatusCode(status).putHeader("Content-Type", CONTENT_TYPE);
        if (status == 503 && !response.headers().contains("Retry-After")) {
            response.putHeader("Retry-After", RETRY_AFTER_SECONDS);
        }
        response.end(toJson().toBuffer());
    }
}
