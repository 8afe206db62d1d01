package io.weir.server.http;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads request bodies within bounds. */
public final class RequestBody {
    /** How much of an oversize body is read and thrown away, so that the caller gets to read the answer. */
    private static final long MAX_DISCARDED_BYTES = 8 << 20;

    static final String TIMEOUT_KEY = "weir.body.timeout.ms";

    private RequestBody() {}

    /**
     * The whole body. To be called in the handler that the router calls, before anything asynchronous.
     *
     * @return fails with a {@link ProblemException}: 413 for more than {@code maxBytes}, 408 when it does not arrive in
     *     time, 415 when it is compressed
     */
    public static Future<Buffer> read(RoutingContext context, int maxBytes) {
        HttpServerRequest request = context.request();
        Promise<Buffer> promise = Promise.promise();
        if (isCompressed(request)) {
            return Future.failedFuture(new ProblemException(compressed()));
        }
        long timeoutMs = context.<Long>get(TIMEOUT_KEY, 10_000L);
        long timer = context.vertx().setTimer(timeoutMs, id -> {
            context.addEndHandler(answered -> request.connection().close());
            promise.tryFail(new ProblemException(tooSlow(timeoutMs)));
        });
        Buffer body = Buffer.buffer();
        long[] discarded = {0};
        request.handler(chunk -> {
            if (promise.future().isComplete()) {
                discarded[0] += chunk.length();
                if (discarded[0] > MAX_DISCARDED_BYTES) {
                    request.connection().close();
                }
            } else if (body.length() + chunk.length() > maxBytes) {
                promise.tryFail(new ProblemException(tooLarge(maxBytes)));
            } else {
                body.appendBuffer(chunk);
            }
        });
        request.exceptionHandler(cause -> promise.tryFail(new ProblemException(brokenOff())));
        request.endHandler(end -> promise.tryComplete(body));
        return promise.future().onComplete(done -> context.vertx().cancelTimer(timer));
    }

    /**
     * Refuses a body of another kind.
     *
     * @throws ProblemException 415, when the content type is none of {@code accepted} or the charset is not UTF-8
     */
    public static void requireContentType(RoutingContext context, List<String> accepted) {
        String contentType = context.request().getHeader(HttpHeaders.CONTENT_TYPE);
        if (!isAccepted(contentType, accepted)) {
            throw new ProblemException(new Problem(
                    415,
                    "unsupported-media-type",
                    "Unsupported media type",
                    contentType == null
                            ? "the request has no Content-Type"
                            : "the content type is " + Text.shown(contentType),
                    "Content-Type",
                    "send Content-Type: " + accepted.getFirst() + ", in UTF-8"));
        }
    }

    /**
     * Refuses a compressed body.
     *
     * @throws ProblemException 415
     */
    public static void requireUncompressed(RoutingContext context) {
        if (isCompressed(context.request())) {
            throw new ProblemException(compressed());
        }
    }

    private static boolean isAccepted(@Nullable String contentType, List<String> accepted) {
        if (contentType == null) {
            return false;
        }
        String[] parts = contentType.split(";", -1);
        if (!accepted.contains(parts[0].trim().toLowerCase(Locale.ROOT))) {
            return false;
        }
        for (int i = 1; i < parts.length; i++) {
            String parameter = parts[i].replace("\"", "").trim().toLowerCase(Locale.ROOT);
            if (parameter.startsWith("charset=") && !parameter.equals("charset=utf-8")) {
                return false;
            }
        }
        return true;
    }

    private static boolean isCompressed(HttpServerRequest request) {
        String encoding = request.getHeader(HttpHeaders.CONTENT_ENCODING);
        return encoding != null && !encoding.equalsIgnoreCase("identity");
    }

    private static Problem tooLarge(int maxBytes) {
        return new Problem(
                413,
                "too-large",
                "Request too large",
                "the body has more than " + maxBytes + " bytes",
                null,
                "send at most " + maxBytes + " bytes; for many transactions use /v1/transactions:batch");
    }

    private static Problem tooSlow(long timeoutMs) {
        return new Problem(
                408,
                "too-slow",
                "Request too slow",
                "the body was not complete after " + timeoutMs + " ms",
                null,
                "send the whole body at once");
    }

    private static Problem brokenOff() {
        return new Problem(
                400, "broken-off", "Request broken off", "the body ended early", null, "send the whole body");
    }

    private static Problem compressed() {
        return new Problem(
                415,
                "unsupported-media-type",
                "Unsupported media type",
                "the body is compressed",
                "Content-Encoding",
                "send it without Content-Encoding");
    }
}
