package io.weir.server.webhooks;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** One HTTP request, and what its answer means. Redirects are not followed: whoever moves says so to the operator. */
final class Sender {
    /** Client errors that say "not now". */
    private static final Set<Integer> TEMPORARY = Set.of(408, 425, 429);

    private static final int EXCERPT_CHARACTERS = 200;
    /** A longer answer is not read to its end. */
    private static final int MAX_ANSWER_BYTES = 64 << 10;

    private final HttpClient client;
    private final Endpoint endpoint;
    private final RequestOptions target;
    private final LongSupplier clockMs;

    Sender(Vertx vertx, Endpoint endpoint, LongSupplier clockMs) {
        this.endpoint = endpoint;
        this.clockMs = clockMs;
        URI url = endpoint.url();
        boolean https = url.getScheme().equals("https"); // by the JDK's trust store; the name is verified
        int timeoutMs = (int) endpoint.timeout().toMillis();
        this.client = vertx.createHttpClient(
                new HttpClientOptions().setConnectTimeout(timeoutMs).setMaxRedirects(0),
                new PoolOptions().setHttp1MaxSize(endpoint.inFlight()));
        String path = url.getRawPath().isEmpty() ? "/" : url.getRawPath();
        this.target = new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setHost(url.getHost())
                .setPort(url.getPort() >= 0 ? url.getPort() : https ? 443 : 80)
                .setSsl(https)
                .setURI(url.getRawQuery() == null ? path : path + "?" + url.getRawQuery());
    }

    /** Posts a message; the future does not fail. On one event loop. */
    Future<Answer> post(Message message) {
        Attempt attempt = new Attempt();
        return client.request(target)
                .compose(request -> attempt.begin(request) ? send(request, message) : Future.failedFuture("too late"))
                .timeout(endpoint.timeout().toMillis(), TimeUnit.MILLISECONDS)
                .otherwise(failure -> {
                    attempt.end();
                    return failed(failure);
                });
    }

    void close() {
        var unused = client.close();
    }

    private Future<Answer> send(HttpClientRequest request, Message message) {
        long seconds = TimeUnit.MILLISECONDS.toSeconds(clockMs.getAsLong());
        request.putHeader("content-type", "application/json")
                .putHeader("user-agent", "weir")
                .putHeader("webhook-id", message.id())
                .putHeader("webhook-timestamp", String.valueOf(seconds))
                .putHeader("webhook-signature", message.signature(endpoint.secrets(), seconds));
        return request.send(message.body()).compose(this::answer);
    }

    private Future<Answer> answer(HttpClientResponse response) {
        int status = response.statusCode();
        Future<String> excerpt = excerpt(response);
        if (status >= 200 && status < 300) {
            return Future.succeededFuture(new Answer.Accepted()); // it has it, whatever it goes on to say
        }
        Duration retryAfter = retryAfter(response.getHeader("retry-after"));
        return excerpt.map(text -> {
            String why = "HTTP " + status + (text.isBlank() ? "" : ": " + text);
            return status >= 400 && status < 500 && !TEMPORARY.contains(status)
                    ? new Answer.Refused(why)
                    : new Answer.Failed("status", why, retryAfter);
        });
    }

    /** The beginning of the answer, when it is over; whatever is wrong with it. */
    private static Future<String> excerpt(HttpClientResponse response) {
        Promise<String> excerpt = Promise.promise();
        Buffer beginning = Buffer.buffer();
        long[] read = {0};
        response.handler(chunk -> {
            int room = EXCERPT_CHARACTERS - Math.min(EXCERPT_CHARACTERS, beginning.length());
            beginning.appendBuffer(chunk.slice(0, Math.min(room, chunk.length())));
            read[0] += chunk.length();
            if (read[0] > MAX_ANSWER_BYTES && excerpt.tryComplete(printable(beginning))) {
                var unused = response.request().reset();
            }
        });
        response.endHandler(end -> excerpt.tryComplete(printable(beginning)));
        response.exceptionHandler(failure -> excerpt.tryComplete(printable(beginning)));
        return excerpt.future();
    }

    private static String printable(Buffer text) {
        return text.toString(StandardCharsets.UTF_8)
                .replaceAll("[\\p{Cntrl}\\uFFFD]+", " ")
                .strip();
    }

    /** Seconds or a date, as HTTP allows; zero for anything else. */
    private Duration retryAfter(@Nullable String header) {
        if (header == null) {
            return Duration.ZERO;
        }
        String text = header.strip();
        if (text.matches("[0-9]{1,9}")) {
            return Duration.ofSeconds(Long.parseLong(text));
        }
        try {
            long atMs = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant()
                    .toEpochMilli();
            return Duration.ofMillis(Math.max(0, atMs - clockMs.getAsLong()));
        } catch (DateTimeParseException e) {
            return Duration.ZERO;
        }
    }

    private Answer failed(Throwable failure) {
        if (failure instanceof TimeoutException) {
            return new Answer.Failed(
                    "timeout", "no answer within " + endpoint.timeout().toMillis() + " ms", Duration.ZERO);
        }
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause(); // a failed handshake says only there what it failed of
        }
        String why = messageOf(failure);
        return new Answer.Failed("connection", root == failure ? why : why + ": " + messageOf(root), Duration.ZERO);
    }

    private static String messageOf(Throwable failure) {
        return failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
    }

    /** What there is to take back when time is up: it may be up while the connection is still being made. */
    private static final class Attempt {
        private @Nullable HttpClientRequest request;
        private boolean over;

        boolean begin(HttpClientRequest connected) {
            request = connected;
            if (over) {
                end();
            }
            return !over;
        }

        void end() {
            over = true;
            if (request != null) {
                var unused = request.reset();
            }
        }
    }
}
