package io.weir.server.audit;

import io.vertx.core.json.JsonObject;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** An audit that was asked for over HTTP. Its worker moves it on, event loops look at it. */
final class AuditJob {
    private final String id;
    private final AuditFilter filter;
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
            @Nullable AuditReport report,
            @Nullable String error) {}

    AuditJob(String id, AuditFilter filter, long submittedMs) {
        this.id = id;
        this.filter = filter;
        this.submittedMs = submittedMs;
    }

    String id() {
        return id;
    }

    AuditFilter filter() {
        return filter;
    }

    AuditProgress started(long nowMs) {
        AuditProgress progress = new AuditProgress();
        state = new State(Status.RUNNING, progress, nowMs, 0, null, null);
        return progress;
    }

    void done(AuditReport report, long nowMs) {
        State running = state;
        state = new State(Status.DONE, running.progress, running.startedMs, nowMs, report, null);
    }

    void failed(String error, long nowMs) {
        State running = state;
        state = new State(Status.FAILED, running.progress, running.startedMs, nowMs, null, error);
    }

    JsonObject json() {
        State now = state;
        JsonObject json = new JsonObject()
                .put("id", id)
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
        AuditReport report = now.report;
        if (report != null) {
            json.put("result", report.json());
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
