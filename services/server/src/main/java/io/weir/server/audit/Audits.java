package io.weir.server.audit;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.weir.core.policy.Policy;
import io.weir.server.audit.AuditJob.Kind;
import io.weir.server.http.Problem;
import io.weir.server.http.ProblemException;
import io.weir.server.http.RequestBody;
import io.weir.server.http.Routes;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Audits and backtests over HTTP: one at a time, on a thread of their own; a few wait, the last ones are kept. */
public final class Audits implements Routes, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Audits.class);
    private static final int WAITING = 4;
    private static final int KEPT = 20;
    private static final int MAX_BODY_BYTES = 4096;
    private static final String RETRY_AFTER_S = "30";
    private static final long CLOSE_S = 10;

    private final Auditor auditor;
    private final LongSupplier clock;
    private final AtomicLong numbers = new AtomicLong();
    private final ThreadPoolExecutor worker = new ThreadPoolExecutor(
            1,
            1,
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(WAITING),
            Thread.ofPlatform().daemon().name("weir-audit").factory());
    private final Map<String, AuditJob> jobs = new HashMap<>();
    private final Deque<AuditJob> ended = new ArrayDeque<>();
    private volatile boolean closing;

    /**
     * Audits by an auditor.
     *
     * @param clock milliseconds since 1970
     */
    public Audits(Auditor auditor, LongSupplier clock) {
        this.auditor = auditor;
        this.clock = clock;
    }

    @Override
    public void mount(Router router) {
        router.post("/v1/audits").handler(this::submit);
        router.get("/v1/audits/:auditId").handler(this::get);
    }

    /** Ends the audit under way; those that wait are not begun. */
    @Override
    public void close() {
        closing = true;
        worker.shutdownNow();
        try {
            if (!worker.awaitTermination(CLOSE_S, TimeUnit.SECONDS)) {
                log.warn("an audit is not over after {} s", CLOSE_S);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void submit(RoutingContext context) {
        RequestBody.read(context, MAX_BODY_BYTES)
                .map(body -> {
                    requireJson(context, body);
                    return verify(AuditRequest.read(body));
                })
                .onSuccess(job -> {
                    context.response().setStatusCode(202).putHeader("Location", "/v1/audits/" + job.id());
                    send(context, job);
                })
                .onFailure(failure -> {
                    if (failure instanceof ProblemException problem) {
                        if (problem.problem().status() == 503) {
                            context.response().putHeader("Retry-After", RETRY_AFTER_S);
                        }
                        problem.problem().send(context);
                    } else {
                        context.fail(failure);
                    }
                });
    }

    private static void requireJson(RoutingContext context, Buffer body) {
        if (body.length() > 0) {
            RequestBody.requireContentType(context, List.of("application/json"));
        }
    }

    private AuditJob verify(AuditFilter filter) {
        return enqueue(Kind.VERIFY, filter, (progress, cancelled) -> {
            AuditReport report = auditor.verify(filter, progress, cancelled);
            return report == null ? null : report.json();
        });
    }

    /**
     * Has a policy beside the recorded decisions; to be asked for at {@code /v1/audits/{id}}.
     *
     * @param fromMs append time of the first decision, inclusive; null for no bound
     * @param toMs append time of the last one, exclusive; null for no bound
     * @return the job, as it is told over HTTP
     * @throws ProblemException 503 when too many wait
     */
    public JsonObject backtest(Policy policy, @Nullable Long fromMs, @Nullable Long toMs) {
        AuditFilter filter = new AuditFilter(fromMs, toMs, null, null);
        return enqueue(Kind.BACKTEST, filter, (progress, cancelled) -> {
                    BacktestReport report = auditor.backtest(policy, filter, progress, cancelled);
                    return report == null ? null : report.json();
                })
                .json();
    }

    private AuditJob enqueue(Kind kind, AuditFilter filter, AuditJob.Work work) {
        long nowMs = clock.getAsLong();
        String id = Long.toString(nowMs, 36) + "-" + numbers.incrementAndGet();
        AuditJob job = new AuditJob(id, kind, filter, work, nowMs);
        synchronized (jobs) {
            jobs.put(job.id(), job);
        }
        try {
            worker.execute(() -> run(job));
        } catch (RejectedExecutionException e) {
            synchronized (jobs) {
                jobs.remove(job.id());
            }
            throw new ProblemException(new Problem(
                    503,
                    "too-many-audits",
                    "Too many audits",
                    "one audit runs and " + WAITING + " wait",
                    null,
                    "try again when one is done, or run weir audit verify elsewhere"));
        }
        return job;
    }

    private void run(AuditJob job) {
        try {
            job.run(() -> closing, clock);
        } catch (RuntimeException e) {
            log.warn("audit {} failed", job.id(), e);
            job.failed(String.valueOf(e.getMessage()), clock.getAsLong());
        }
        synchronized (jobs) {
            ended.add(job);
            while (ended.size() > KEPT) {
                jobs.remove(ended.remove().id());
            }
        }
    }

    private void get(RoutingContext context) {
        String id = context.pathParam("auditId");
        AuditJob job = find(id);
        if (job == null) {
            new Problem(
                            404,
                            "audit-not-found",
                            "Audit not found",
                            "there is no audit '" + id + "' here",
                            "auditId",
                            "ask the instance that took it; the last " + KEPT + " are kept, until it is stopped")
                    .send(context);
        } else {
            send(context, job);
        }
    }

    private @Nullable AuditJob find(String id) {
        synchronized (jobs) {
            return jobs.get(id);
        }
    }

    private static void send(RoutingContext context, AuditJob job) {
        var unused = context.response()
                .putHeader("Content-Type", "application/json")
                .end(job.json().toBuffer());
    }
}
