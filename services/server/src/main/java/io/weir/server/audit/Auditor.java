package io.weir.server.audit;

import io.weir.core.decide.Selections;
import io.weir.core.policy.Policy;
import io.weir.events.SchemaIds;
import io.weir.events.Topics;
import io.weir.server.audit.AuditReport.Chain;
import io.weir.server.log.Cluster;
import io.weir.server.log.History;
import io.weir.server.log.LogHistory;
import io.weir.server.model.Models;
import io.weir.server.policy.PolicySource;
import io.weir.server.score.RecordDecoder;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Recomputes what was decided. Only reads; blocks; each call opens the log anew and ends where it then ends. */
public final class Auditor {
    private static final Set<Topics> TOPICS =
            Set.of(Topics.TRANSACTIONS, Topics.DECISIONS, Topics.FRAUD_ALERTS, Topics.CONTROL);

    private final Supplier<History> histories;
    private final Supplier<Snapshots> snapshots;
    private final SchemaIds schemaIds;
    private final PolicySource compiler;

    /** An auditor of a cluster. */
    public Auditor(Cluster cluster, SchemaIds schemaIds) {
        this(cluster, schemaIds, Map.of());
    }

    /**
     * An auditor of a cluster.
     *
     * @param copies names of topics that are copies of ours, to be audited instead
     */
    public Auditor(Cluster cluster, SchemaIds schemaIds, Map<Topics, String> copies) {
        this(
                () -> new LogHistory(cluster, "weir-audit", TOPICS, copies),
                () -> Snapshots.read(cluster, schemaIds),
                schemaIds,
                PolicySource.of(new Models()));
    }

    Auditor(Supplier<History> histories, Supplier<Snapshots> snapshots, SchemaIds schemaIds, PolicySource compiler) {
        this.histories = histories;
        this.snapshots = snapshots;
        this.schemaIds = schemaIds;
        this.compiler = compiler;
    }

    /**
     * Recomputes every decision that the filter lets through and compares it byte for byte.
     *
     * @param cancelled asked again and again; once true, the audit ends without a report
     * @return null if it was cancelled
     * @throws AuditException when the filter names what is not there
     * @throws io.weir.server.log.LogHistoryException when the log cannot be read
     */
    public @Nullable AuditReport verify(AuditFilter filter, AuditProgress progress, BooleanSupplier cancelled) {
        try (Opened opened = Opened.open(histories, snapshots, this::timeline, PolicyTimeline::decided)) {
            History history = opened.history();
            check(filter, history);
            progress.expect(records(history));
            PolicyTimeline policies = opened.policies();
            Verification found = new Verification(history, schemaIds, policies, filter, progress);
            Walk walk = new Walk(history, schemaIds, policies, filter, opened.start(), found);
            if (!walk.run(cancelled)) {
                return null;
            }
            found.finish();
            return new AuditReport(
                    progress.verified(),
                    found.divergent(),
                    found.notVerifiable(),
                    found.reported(),
                    chain(walk, history.partitions()),
                    found.alerts(),
                    walk.mostWalkers(),
                    progress.records(),
                    progress.seconds(),
                    progress.recordsPerSecond());
        }
    }

    /**
     * Why a transaction was decided as it was.
     *
     * @param accountId whose transaction it is; null if the id alone is enough
     * @param eventsShown how many events are listed with a feature at most, the newest
     * @throws AuditException when there is no such decision, or it cannot be made again
     * @throws io.weir.server.log.LogHistoryException when the log cannot be read
     */
    public Explanation explain(
            String transactionId, @Nullable String accountId, int eventsShown, AuditProgress progress) {
        return new Explainer(histories, snapshots, schemaIds, compiler, progress)
                .explain(transactionId, accountId, eventsShown);
    }

    /**
     * A policy to be compared, which may use any model that is published.
     *
     * @throws IllegalStateException if it does not compile
     * @throws io.weir.server.log.LogHistoryException when the log cannot be read
     */
    public Policy compile(String document) {
        try (History history = histories.get()) {
            var unused = timeline(history); // the models
        }
        return compiler.policy(document);
    }

    /**
     * Has another policy decide everything that the filter lets through, each on the state that it was decided on.
     *
     * @param cancelled asked again and again; once true, it ends without a report
     * @return null if it was cancelled
     * @throws io.weir.server.log.LogHistoryException when the log cannot be read
     */
    public @Nullable BacktestReport backtest(
            Policy policy, AuditFilter filter, AuditProgress progress, BooleanSupplier cancelled) {
        try (Opened opened =
                Opened.open(histories, snapshots, this::timeline, policies -> policies.decidedAnd(policy))) {
            History history = opened.history();
            progress.expect(records(history));
            PolicyTimeline policies = opened.policies();
            Backtest backtest = new Backtest(policy, schemaIds, filter, progress);
            Walk walk = new Walk(history, schemaIds, policies, filter, opened.start(), backtest);
            return walk.run(cancelled) ? backtest.report() : null;
        }
    }

    /**
     * Folds the whole log into a machine of its own and compares the snapshots with it, each at the position it is of.
     *
     * @param cancelled asked again and again; once true, it ends without a report
     * @return null if it was cancelled
     * @throws AuditException when the log no longer reaches back to its beginning
     * @throws io.weir.server.log.LogHistoryException when the log cannot be read
     */
    public @Nullable RebuildReport rebuild(AuditProgress progress, BooleanSupplier cancelled) {
        Snapshots recorded = snapshots.get(); // first: what they contain lies before the end of the log
        try (History history = histories.get()) {
            progress.expect(records(history));
            Selections kept = timeline(history).published();
            return new Rebuild(history, schemaIds, recorded, kept, progress).run(cancelled);
        }
    }

    private PolicyTimeline timeline(History history) {
        return PolicyTimeline.read(history, new RecordDecoder(schemaIds), compiler);
    }

    private static void check(AuditFilter filter, History history) {
        Integer partition = filter.partition();
        if (partition != null && partition >= history.partitions()) {
            throw new AuditException(
                    "there is no partition " + partition + "; they are 0 to " + (history.partitions() - 1));
        }
    }

    private static Chain chain(Walk walk, int partitions) {
        long batches = 0;
        long unchained = 0;
        int anchored = 0;
        for (int partition = 0; partition < partitions; partition++) {
            ChainCheck chain = walk.chain(partition);
            batches += chain.batches();
            unchained += chain.unchained();
            anchored += chain.anchored() ? 1 : 0;
        }
        return new Chain(batches, unchained, anchored, partitions);
    }

    private static long records(History history) {
        long records = 0;
        for (int partition = 0; partition < history.partitions(); partition++) {
            records += history.end(Topics.TRANSACTIONS, partition) - history.start(Topics.TRANSACTIONS, partition);
        }
        return records;
    }
}
