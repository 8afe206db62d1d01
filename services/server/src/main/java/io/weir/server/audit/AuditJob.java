package io.weir.server.audit;

import io.vertx.core.json.JsonObject;
import java.util.Locale;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** An audit or a backtest that was asked for over HTTP. Its worker moves it on, event loops look at it. */
final class AuditJob {
    private final String id;
    private final Kind kind;
    private final AuditFilter filter;
    private final Work work;
    private final long submittedMs;
    private volatile State state = new State(Status.QUEUED, null, 0, 0, null, null);

    /** How far it is. */
    enum Status {
        QUEUED,
        RUNNING,
        DONE,
        FAILED
    }

    private record State(
            Status status,
            @Nullable AuditProgress progress,
            long startedMs,
            long endedMs,
            @Nullable JsonObject result,
            @Nullable String error) {}

    /** What is done. */
    enum Kind {
        VERIFY,
        BACKTEST
    }

    /** How it is done. */
    @FunctionalInterface
    interface Work {
        /** The result; null if it was cancelled. */
        @Nullable
        JsonObject run(AuditProgress progress, BooleanSupplier cancelled);
    }

    AuditJob(String id, Kind kind, AuditFilter filter, Work work, long submittedMs) {
        this.id = id;
        this.kind = kind;
        this.filter = filter;
        this.work = work;
        this.submittedMs = submittedMs;
    }

    String id() {
        return id;
    }

    /** Does it; an exception fails it. */
    void run(BooleanSupplier cancelled, LongSupplier clock) {
        AuditProgress progress = new AuditProgress();
        state = new State(Status.RUNNING, progress, clock.getAsLong(), 0, null, null);
        JsonObject result = work.run(progress, cancelled);
        if (result == null) {
            failed("the instance was stopped", clock.getAsLong());
        } else {
            State running = state;
            state = new State(Status.DONE, progress, running.startedMs, clock.getAsLong(), result, null);
        }
    }

    void failed(String error, long nowMs) {
        State running = state;
        state = new State(Status.FAILED, running.progress, running.startedMs, nowMs, null, error);
    }

    JsonObject json() {
        State now = state;
        JsonObject json = new JsonObject()
                .put("id", id)
                .put("kind", kind.name().toLowerCase(Locale.ROOT))
                .put("status", now.status.name().toLowerCase(Locale.ROOT))
                .put("submittedAt", Explanation.time(submittedMs))
                .put("filter", filterJson());
        if (now.startedMs > 0) {
            json.put("startedAt", Explanation.time(now.startedMs));
        }
        if (now.endedMs > 0) {
            json.put("endedAt", Explanation.time(now.endedMs));
        }
        AuditProgress progress = now.progress;
        if (progress != null) {
            json.put(
                    "progress",
                    new JsonObject()
                            .put("records", progress.records())
                            .put("total", progress.total())
                            .put("verified", progress.verified())
                            .put("divergent", progress.divergent()));
        }
        if (now.result != null) {
            json.put("result", now.result);
        }
        if (now.error != null) {
            json.put("error", now.error);
        }
        return json;
    }

    private JsonObject filterJson() {
        JsonObject json = new JsonObject();
        if (filter.fromMs() != null) {
            json.put("from", Explanation.time(filter.fromMs()));
        }
        if (filter.toMs() != null) {
            json.put("to", Explanation.time(filter.toMs()));
        }
        if (filter.partition() != null) {
            json.put("partition", filter.partition());
        }
        if (filter.accountId() != null) {
            json.put("account", filter.accountId());
        }
        return json;
    }
}
