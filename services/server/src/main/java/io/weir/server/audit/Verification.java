package io.weir.server.audit;

import io.weir.events.EventReader;
import io.weir.events.SchemaIds;
import io.weir.events.Topics;
import io.weir.events.TransactionDecided;
import io.weir.server.audit.ChainCheck.Break;
import io.weir.server.audit.Divergence.Difference;
import io.weir.server.audit.Divergence.Kind;
import io.weir.server.log.History;
import io.weir.server.log.LogRecord;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Counts what a walk finds, and keeps the first of what diverges. */
final class Verification implements Visitor {
    /** Divergences reported in full; the rest is counted. */
    static final int REPORTED = 100;

    private static final int REASONS = 50;

    private final PolicyTimeline policies;
    private final AuditFilter filter;
    private final AuditProgress progress;
    private final EventReader reader;
    private final List<AlertCheck> alerts = new ArrayList<>();
    private final Map<Kind, Long> divergent = new EnumMap<>(Kind.class);
    private final Map<String, Long> notVerifiable = new TreeMap<>();
    private final List<Divergence> reported = new ArrayList<>();
    private final long[] decidedTo;
    private long alertsExpected;

    Verification(
            History history, SchemaIds schemaIds, PolicyTimeline policies, AuditFilter filter, AuditProgress progress) {
        this.policies = policies;
        this.filter = filter;
        this.progress = progress;
        this.reader = new EventReader(schemaIds);
        this.decidedTo = new long[history.partitions()];
        if (filter.equals(AuditFilter.ALL)) {
            for (int partition = 0; partition < history.partitions(); partition++) {
                alerts.add(new AlertCheck(history, partition, schemaIds, this::add));
            }
        }
    }

    @Override
    public void read(int partition, Tape.Entry entry) {
        progress.folded();
    }

    @Override
    public void decided(Redecided again) {
        if (!alerts.isEmpty()) {
            decidedTo[again.partition()] = again.source().offset() + 1;
            alertsExpected += again.outcome().alert() == null ? 0 : 1;
            alerts.get(again.partition())
                    .decided(again.source().offset(), again.outcome().alert());
        }
        LogRecord recorded = again.recorded();
        long timestampMs = recorded == null ? again.source().timestampMs() : recorded.timestampMs();
        byte[] key = again.transaction().key().getBytes(java.nio.charset.StandardCharsets.UTF_8);
        if (!filter.matches(again.partition(), timestampMs, key)) {
            return;
        }
        if (again.identical()) {
            progress.foundVerified();
        } else if (recorded == null) {
            add(missing(again));
        } else {
            add(altered(again, recorded));
        }
    }

    @Override
    public void unexpected(int partition, LogRecord recorded, String why) {
        if (filter.matches(partition, recorded.timestampMs(), recorded.key())) {
            TransactionDecided decision = Matching.decode(reader, recorded);
            add(new Divergence(
                    Kind.UNEXPECTED,
                    Topics.DECISIONS.topicName(),
                    partition,
                    recorded.offset(),
                    decision == null ? null : decision.transactionId(),
                    decision == null ? null : decision.accountId(),
                    decision == null ? null : decision.sourceOffset(),
                    why,
                    List.of()));
        }
    }

    @Override
    public void notVerifiable(int partition, LogRecord recorded, String reason) {
        if (!alerts.isEmpty()) {
            alerts.get(partition).notVerifiable();
        }
        if (filter.matches(partition, recorded.timestampMs(), recorded.key())) {
            boolean room = notVerifiable.size() < REASONS || notVerifiable.containsKey(reason);
            notVerifiable.merge(room ? reason : "other reasons", 1L, Long::sum);
        }
    }

    @Override
    public void broken(Break found) {
        if (filter.partition() == null || filter.partition() == found.partition()) {
            add(new Divergence(
                    Kind.CHAIN_BROKEN,
                    Topics.DECISIONS.topicName(),
                    found.partition(),
                    found.offset(),
                    null,
                    null,
                    null,
                    found.detail(),
                    List.of()));
        }
    }

    /** After the walk. */
    void finish() {
        for (int partition = 0; partition < alerts.size(); partition++) {
            alerts.get(partition).finish(decidedTo[partition]);
        }
    }

    Map<Kind, Long> divergent() {
        return divergent;
    }

    Map<String, Long> notVerifiable() {
        return notVerifiable;
    }

    List<Divergence> reported() {
        return reported;
    }

    /** Alerts that were held against their decisions; -1 if none were, because only a part was compared. */
    long alerts() {
        return alerts.isEmpty() ? -1 : alertsExpected;
    }

    private void add(Divergence divergence) {
        progress.foundDivergent();
        divergent.merge(divergence.kind(), 1L, Long::sum);
        if (reported.size() < REPORTED) {
            reported.add(divergence);
        }
    }

    private static Divergence missing(Redecided again) {
        return new Divergence(
                Kind.MISSING,
                Topics.DECISIONS.topicName(),
                again.partition(),
                null,
                again.transaction().transactionId(),
                again.transaction().accountId(),
                again.source().offset(),
                "no decision is recorded; recomputed: "
                        + again.outcome().decision().decision() + ", score "
                        + again.outcome().decision().score(),
                List.of());
    }

    private Divergence altered(Redecided again, LogRecord recorded) {
        TransactionDecided then = Matching.decode(reader, recorded);
        TransactionDecided now = again.outcome().decision();
        List<Difference> differences =
                then == null ? List.of() : Differences.between(then, now, policies.policy(now.policySha256()));
        String detail = "the recorded decision is not what follows from the log";
        if (then == null) {
            detail = "its bytes are no decision";
        } else if (differences.isEmpty()) {
            detail = "the content is the same, the key or the bytes are not";
        }
        return new Divergence(
                Kind.ALTERED,
                Topics.DECISIONS.topicName(),
                again.partition(),
                recorded.offset(),
                now.transactionId(),
                now.accountId(),
                again.source().offset(),
                detail,
                differences);
    }
}
