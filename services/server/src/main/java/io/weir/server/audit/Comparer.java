package io.weir.server.audit;

import io.weir.core.decide.Admission;
import io.weir.core.decide.InShadow;
import io.weir.events.Decision;
import io.weir.events.Event;
import io.weir.events.EventReader;
import io.weir.events.Hash64;
import io.weir.events.MalformedValueException;
import io.weir.events.PolicyPublished;
import io.weir.events.PolicyShadowed;
import io.weir.events.SchemaIds;
import io.weir.events.Sha256;
import io.weir.events.Topics;
import io.weir.events.TransactionDecided;
import io.weir.events.TransactionLabelled;
import io.weir.server.log.Cluster;
import io.weir.server.log.History;
import io.weir.server.log.LogHistory;
import io.weir.server.log.LogRecord;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Puts what was decided live and what policies decided in shadow side by side. Only reads. */
public final class Comparer {
    private static final Set<Topics> TOPICS =
            Set.of(Topics.TRANSACTIONS, Topics.DECISIONS, Topics.SHADOW_DECISIONS, Topics.CONTROL);

    private final Cluster cluster;
    private final SchemaIds schemaIds;

    public Comparer(Cluster cluster, SchemaIds schemaIds) {
        this.cluster = cluster;
        this.schemaIds = schemaIds;
    }

    /**
     * Compares.
     *
     * @param wanted SHA-256 of policies, or the beginnings of them; none for those in shadow now, or, if none is, for all that
     *     ever were
     * @param filter which decisions made live count
     * @throws AuditException when a policy that is wanted decided nothing in shadow
     * @throws io.weir.server.log.LogHistoryException when the log cannot be read
     */
    public Comparison compare(List<String> wanted, AuditFilter filter, AuditProgress progress) {
        try (History history = new LogHistory(cluster, "weir-compare", TOPICS, Map.of())) {
            Run run = new Run(history, new EventReader(schemaIds), progress);
            progress.expect(run.records());
            run.control();
            run.live(filter);
            run.shadow(wanted);
            run.labels();
            return run.comparison();
        }
    }

    private static final class Run {
        private final History history;
        private final EventReader reader;
        private final AuditProgress progress;
        private final InShadow inShadow = new InShadow();
        private final Map<Sha256, String> ids = new LinkedHashMap<>();
        private final ComparedDecisions decisions = new ComparedDecisions();
        private final Map<Sha256, Integer> sideOf = new LinkedHashMap<>();
        private final List<@Nullable Sha256> models = new ArrayList<>();
        private final List<Long> decided = new ArrayList<>();
        private final int live = addSide();

        Run(History history, EventReader reader, AuditProgress progress) {
            this.history = history;
            this.reader = reader;
            this.progress = progress;
        }

        long records() {
            return TOPICS.stream()
                    .flatMapToLong(topic -> IntStream.range(0, partitions(topic))
                            .mapToLong(partition -> history.end(topic, partition) - history.start(topic, partition)))
                    .sum();
        }

        void control() {
            read(Topics.CONTROL, (record, event) -> {
                if (event instanceof PolicyPublished published) {
                    ids.put(published.policySha256(), published.policyId());
                } else if (event instanceof PolicyShadowed change) {
                    inShadow.fold(change, record.offset());
                }
            });
        }

        void live(AuditFilter filter) {
            read(Topics.DECISIONS, (record, event) -> {
                if (event instanceof TransactionDecided decision
                        && filter.matches(record.partition(), record.timestampMs(), record.key())) {
                    int row = decisions.row(
                            key(decision.accountId(), decision.transactionId()),
                            decision.amountMinor(),
                            decision.currency());
                    take(row, live, decision);
                }
            });
        }

        void shadow(List<String> wanted) {
            Set<Sha256> chosen = chosen(wanted);
            chosen.forEach(policy -> sideOf.put(policy, addSide()));
            read(Topics.SHADOW_DECISIONS, (record, event) -> {
                if (event instanceof TransactionDecided decision) {
                    if (chosen.isEmpty() && !sideOf.containsKey(decision.policySha256())) {
                        sideOf.put(decision.policySha256(), addSide());
                    }
                    Integer side = sideOf.get(decision.policySha256());
                    int row = decisions.find(key(decision.accountId(), decision.transactionId()));
                    if (side != null && row != ComparedDecisions.NONE) {
                        take(row, side, decision);
                    }
                }
            });
            if (wanted.isEmpty()) {
                sideOf.values().removeIf(side -> decided.get(side) == 0);
            }
            if (sideOf.isEmpty()) {
                throw new AuditException(
                        "nothing was decided in shadow of these decisions: weir policy shadow SHA256 begins it");
            }
            sideOf.forEach((policy, side) -> {
                if (decided.get(side) == 0) {
                    throw new AuditException(
                            "policy " + policy.hex() + " decided nothing in shadow of these decisions");
                }
            });
        }

        void labels() {
            read(Topics.TRANSACTIONS, (record, event) -> {
                if (event instanceof TransactionLabelled label && Admission.violation(label) == null) {
                    int row = decisions.find(key(label.accountId(), label.transactionId()));
                    if (row != ComparedDecisions.NONE) {
                        decisions.labelled(row, label.fraud());
                    }
                }
            });
        }

        Comparison comparison() {
            List<Sha256> policies = new ArrayList<>(sideOf.keySet());
            int[] common = IntStream.range(0, decisions.size())
                    .filter(row -> sideOf.values().stream().allMatch(side -> decisions.isDecided(row, side)))
                    .toArray();
            int[] labelled = Arrays.stream(common).filter(decisions::isLabelled).toArray();
            boolean[] frauds = new boolean[labelled.length];
            for (int i = 0; i < labelled.length; i++) {
                frauds[i] = decisions.isFraud(labelled[i]);
            }
            List<Comparison.Side> sides = new ArrayList<>();
            sides.add(side("live", null, live, common, labelled));
            for (Sha256 policy : policies) {
                sides.add(side(
                        ids.getOrDefault(policy, "?"),
                        policy.hex(),
                        sideOf.getOrDefault(policy, live),
                        common,
                        labelled));
            }
            return new Comparison(sides, common.length, frauds);
        }

        private Comparison.Side side(String id, @Nullable String sha256, int side, int[] common, int[] labelled) {
            long alerts = 0;
            long flips = 0;
            for (int row : common) {
                Decision decision = decisions.decision(row, side);
                alerts += decision.alerts() ? 1 : 0;
                flips += decision == decisions.decision(row, live) ? 0 : 1;
            }
            BacktestReport.Side against = new BacktestReport.Side();
            for (int row : labelled) {
                against.add(
                        decisions.decision(row, side),
                        decisions.isFraud(row),
                        decisions.amountMinor(row),
                        decisions.currency(row));
            }
            Sha256 model = models.get(side);
            return new Comparison.Side(
                    id,
                    sha256,
                    model == null ? null : model.hex(),
                    decided.get(side),
                    alerts,
                    flips,
                    against,
                    Arrays.stream(labelled)
                            .mapToDouble(row -> decisions.score(row, side))
                            .toArray());
        }

        private Set<Sha256> chosen(List<String> wanted) {
            if (wanted.isEmpty()) {
                return new LinkedHashSet<>(inShadow.policies());
            }
            Set<Sha256> chosen = new LinkedHashSet<>();
            for (String name : wanted) {
                List<Sha256> found = ids.keySet().stream()
                        .filter(policy -> policy.hex().startsWith(name.toLowerCase(Locale.ROOT)))
                        .toList();
                if (found.size() != 1) {
                    throw new AuditException(
                            found.size() + " published policies have a SHA-256 that begins with '" + name + "'");
                }
                chosen.add(found.getFirst());
            }
            return chosen;
        }

        private int addSide() {
            models.add(null);
            decided.add(0L);
            return decisions.addSide();
        }

        private void take(int row, int side, TransactionDecided decision) {
            decisions.decided(row, side, decision.decision(), decision.score());
            decided.set(side, decided.get(side) + 1);
            models.set(side, decision.model() == null ? null : decision.model().modelSha256());
        }

        private int partitions(Topics topic) {
            return topic == Topics.CONTROL ? 1 : history.partitions();
        }

        private interface Taking {
            void take(LogRecord record, Event event);
        }

        /** What is no event is told by an audit. */
        private void read(Topics topic, Taking taking) {
            for (int partition = 0; partition < partitions(topic); partition++) {
                LogRecord record = history.next(topic, partition);
                while (record != null) {
                    progress.folded();
                    try {
                        taking.take(record, reader.read(record.value()));
                    } catch (MalformedValueException e) {
                        // passed over
                    }
                    record = history.next(topic, partition);
                }
            }
        }

        private static long key(String accountId, String transactionId) {
            return new Hash64().add(accountId).add(transactionId).value();
        }
    }
}
