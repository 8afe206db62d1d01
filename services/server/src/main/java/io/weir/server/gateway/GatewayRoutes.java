package io.weir.server.gateway;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.weir.events.TransactionLabelled;
import io.weir.events.TransactionSubmitted;
import io.weir.server.http.Problem;
import io.weir.server.http.ProblemException;
import io.weir.server.http.RequestBody;
import io.weir.server.http.Routes;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The gateway's part of the HTTP interface. Statuses: see {@code openapi.yaml}. */
final class GatewayRoutes implements Routes {
    private static final Logger log = LoggerFactory.getLogger(GatewayRoutes.class);
    private static final List<String> JSON = List.of("application/json");
    private static final List<String> NDJSON = List.of("application/x-ndjson", "application/ndjson");

    /**
     * Batches at a time. Each may hold a window of answers that its caller does not read: without a bound, callers who read
     * nothing would fill the heap.
     */
    private static final int MAX_BATCHES = 100;

    private final GatewaySettings settings;
    private final Submissions submissions;
    private final Labels labels;
    private final Answers answers;
    private final LongSupplier clock;
    private final GatewayMetrics metrics;
    private final Supplier<@Nullable String> notReadyBecause;
    private final Set<NdjsonExchange> batches = new HashSet<>();
    private boolean stopping;

    GatewayRoutes(
            GatewaySettings settings,
            Submissions submissions,
            Labels labels,
            Answers answers,
            LongSupplier clock,
            GatewayMetrics metrics,
            Supplier<@Nullable String> notReadyBecause) {
        this.settings = settings;
        this.submissions = submissions;
        this.labels = labels;
        this.answers = answers;
        this.clock = clock;
        this.metrics = metrics;
        this.notReadyBecause = notReadyBecause;
    }

    @Override
    public void mount(Router router) {
        router.post("/v1/transactions").handler(this::submit);
        router.post("/v1/labels").handler(this::label);
        batch(router, "/v1/transactions:batch", submissions::hasRoomForBatch, this::submitLines);
        batch(router, "/v1/labels:batch", labels::hasRoomForBatch, context -> this::labelLine);
    }

    /** Takes no more: batches end after the lines that were read, further requests are refused. On the event loop. */
    void stopTaking() {
        stopping = true;
        List.copyOf(batches).forEach(NdjsonExchange::endSoon);
    }

    private void submit(RoutingContext context) {
        long arrivedAt = System.nanoTime();
        Preference preference = Preference.of(context.request(), settings.budgetMs(), settings);
        body(context)
                .map(body -> TransactionJson.read(body.getBytes(), clock.getAsLong()))
                .compose(transaction -> submissions
                        .submit(transaction, preference.budgetMs())
                        .map(outcome -> {
                            preference.confirm(context.response());
                            answer(context, transaction, outcome, arrivedAt);
                            return true;
                        }))
                .onFailure(failure -> fail(context, failure));
    }

    private void answer(RoutingContext context, TransactionSubmitted transaction, Outcome outcome, long arrivedAt) {
        metrics.answered(outcome.word());
        HttpServerResponse response = context.response();
        switch (outcome) {
            case Outcome.Decided decided -> {
                send(response, 200, answers.decided(decided));
                metrics.decided(decided, arrivedAt);
            }
            case Outcome.Pending pending -> {
                response.putHeader("Location", Answers.location(transaction.transactionId()));
                send(response, 202, answers.pending(transaction.transactionId(), pending.timedOut()));
            }
            case Outcome.Refused refused -> refused.problem().send(response);
        }
    }

    private void label(RoutingContext context) {
        body(context)
                .map(body -> LabelJson.read(body.getBytes(), clock.getAsLong()))
                .compose(label -> labels.append(label).map(position -> {
                    metrics.answered("labelled");
                    send(context.response(), 202, answers.labelled(label.transactionId(), position));
                    return true;
                }))
                .onFailure(failure -> fail(context, failure));
    }

    private LineTask submitLines(RoutingContext context) {
        Preference preference = Preference.of(context.request(), settings.batchBudgetMs(), settings);
        preference.confirm(context.response());
        return line -> submitLine(line, preference.budgetMs());
    }

    private Future<JsonObject> submitLine(byte[] line, long budgetMs) {
        long arrivedAt = System.nanoTime();
        TransactionSubmitted transaction = TransactionJson.read(line, clock.getAsLong());
        return submissions.submit(transaction, budgetMs).map(outcome -> {
            metrics.answered(outcome.word());
            return switch (outcome) {
                case Outcome.Decided decided -> {
                    metrics.decided(decided, arrivedAt);
                    yield answers.decided(decided);
                }
                case Outcome.Pending pending -> answers.pending(transaction.transactionId(), pending.timedOut());
                case Outcome.Refused refused -> refused.problem().toJson();
            };
        });
    }

    private Future<JsonObject> labelLine(byte[] line) {
        TransactionLabelled label = LabelJson.read(line, clock.getAsLong());
        return labels.append(label).map(position -> {
            metrics.answered("labelled");
            return answers.labelled(label.transactionId(), position);
        });
    }

    /** What to do with a line: an answer, or a failure with a {@link ProblemException}. */
    private interface LineTask {
        Future<JsonObject> run(byte[] line);
    }

    /** By regular expression, because a colon in a path means a parameter to the router; clients may escape it. */
    private void batch(Router router, String path, BooleanSupplier hasRoom, Function<RoutingContext, LineTask> tasks) {
        router.routeWithRegex(HttpMethod.POST, path.replace(":", "(?::|%3[aA])"))
                .setName(path)
                .handler(context -> {
                    RequestBody.requireContentType(context, NDJSON);
                    RequestBody.requireUncompressed(context);
                    requireReady();
                    exchange(context, hasRoom, tasks.apply(context));
                });
    }

    private void exchange(RoutingContext context, BooleanSupplier hasRoom, LineTask task) {
        if (batches.size() >= MAX_BATCHES) {
            metrics.answered("overloaded");
            throw new ProblemException(Outcome.Refused.overloaded().problem());
        }
        NdjsonExchange batch = new NdjsonExchange(
                context, settings.batchWindow(), settings.maxBodyBytes(), hasRoom, new Lines(task), batches::remove);
        batches.add(batch);
        batch.start();
    }

    private final class Lines implements NdjsonExchange.LineHandler {
        private final LineTask task;

        Lines(LineTask task) {
            this.task = task;
        }

        @Override
        public Future<Buffer> handle(long number, byte[] line) {
            Future<JsonObject> answer;
            try {
                answer = task.run(line);
            } catch (ProblemException e) {
                answer = Future.failedFuture(e);
            }
            return answer.otherwise(failure -> problem(failure).toJson())
                    .map(json -> (json.containsKey("remedy") ? json.put("line", number) : json).toBuffer());
        }

        @Override
        public Buffer tooLong(long number) {
            metrics.answered("rejected");
            return new Problem(
                            413,
                            "too-large",
                            "Line too large",
                            "the line has more than " + settings.maxBodyBytes() + " bytes",
                            null,
                            "send at most " + settings.maxBodyBytes() + " bytes a line")
                    .toJson()
                    .put("line", number)
                    .toBuffer();
        }
    }

    private Future<Buffer> body(RoutingContext context) {
        RequestBody.requireContentType(context, JSON);
        requireReady();
        return RequestBody.read(context, settings.maxBodyBytes());
    }

    private void requireReady() {
        String reason = notReadyBecause.get();
        if (stopping || reason != null) {
            metrics.answered("unavailable");
            throw new ProblemException(
                    (reason == null ? Outcome.Refused.stopping() : Outcome.Refused.unavailable(reason)).problem());
        }
    }

    private void fail(RoutingContext context, Throwable failure) {
        problem(failure).send(context);
    }

    private Problem problem(Throwable failure) {
        if (failure instanceof ProblemException e) {
            metrics.answered(e.problem().status() == 503 ? "unavailable" : "rejected");
            return e.problem();
        }
        metrics.answered("failed");
        log.error("a request failed", failure);
        return new Problem(
                500,
                "internal-error",
                "Internal error",
                "something went wrong here",
                null,
                "send it again; the id makes that safe");
    }

    private static void send(HttpServerResponse response, int status, JsonObject body) {
        response.setStatusCode(status).putHeader("Content-Type", "application/json");
        response.end(body.toBuffer());
    }
}
