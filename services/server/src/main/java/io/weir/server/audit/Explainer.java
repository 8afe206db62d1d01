package io.weir.server.audit;

import io.weir.core.decide.DecisionStateMachine;
import io.weir.core.decide.Outcome;
import io.weir.core.policy.FeatureDefinition;
import io.weir.core.policy.Policy;
import io.weir.core.policy.Rule;
import io.weir.events.DecisionChain;
import io.weir.events.Event;
import io.weir.events.EventReader;
import io.weir.events.EventWriter;
import io.weir.events.Provenance;
import io.weir.events.Reason;
import io.weir.events.SchemaIds;
import io.weir.events.Sha256;
import io.weir.events.Topics;
import io.weir.events.TransactionDecided;
import io.weir.events.TransactionLabelled;
import io.weir.events.TransactionSubmitted;
import io.weir.server.audit.Explanation.ExplainedFeature;
import io.weir.server.audit.Explanation.ExplainedRule;
import io.weir.server.audit.Explanation.Place;
import io.weir.server.audit.PastEvents.Past;
import io.weir.server.log.History;
import io.weir.server.log.LogRecord;
import io.weir.server.policy.PolicySource;
import io.weir.server.policy.PolicyText;
import io.weir.server.score.RecordDecoder;
import io.weir.server.score.RecordDecoder.UndecodableException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Finds a decision, replays the log to where it was made, and makes it again with everything in view. */
final class Explainer {
    private final Supplier<History> histories;
    private final Supplier<Snapshots> snapshots;
    private final SchemaIds schemaIds;
    private final PolicySource compiler;
    private final AuditProgress progress;
    private final EventReader reader;

    Explainer(
            Supplier<History> histories,
            Supplier<Snapshots> snapshots,
            SchemaIds schemaIds,
            PolicySource compiler,
            AuditProgress progress) {
        this.histories = histories;
        this.snapshots = snapshots;
        this.schemaIds = schemaIds;
        this.compiler = compiler;
        this.progress = progress;
        this.reader = new EventReader(schemaIds);
    }

    /** A recorded decision with its batch. */
    private record Found(LogRecord record, TransactionDecided decision, List<LogRecord> batch) {
        @Nullable
        String header(String name) {
            return batch.getFirst().headers().get(name);
        }
    }

    Explanation explain(String transactionId, @Nullable String accountId, int eventsShown) {
        Found found;
        TransactionSubmitted subject;
        try (History history = histories.get()) {
            found = find(history, transactionId, accountId);
            subject = subject(history, found.decision);
        }
        try (Opened opened = Opened.open(
                histories,
                snapshots,
                history -> PolicyTimeline.read(history, decoder(history), compiler),
                PolicyTimeline::decided)) {
            return replay(opened, found, subject, eventsShown);
        }
    }

    private Found find(History history, String transactionId, @Nullable String accountId) {
        List<Found> all = new ArrayList<>();
        for (int partition = 0; partition < history.partitions(); partition++) {
            List<LogRecord> batch = new ArrayList<>();
            List<Found> inBatch = new ArrayList<>();
            LogRecord record;
            while ((record = history.next(Topics.DECISIONS, partition)) != null) {
                if (record.headers().containsKey(Provenance.HEADER)) {
                    all.addAll(inBatch);
                    inBatch.clear();
                    batch = new ArrayList<>();
                }
                batch.add(record);
                TransactionDecided decision = Matching.decode(reader, record);
                if (decision != null
                        && decision.transactionId().equals(transactionId)
                        && (accountId == null || decision.accountId().equals(accountId))) {
                    inBatch.add(new Found(record, decision, batch));
                }
            }
            all.addAll(inBatch);
        }
        if (all.isEmpty()) {
            throw new AuditException("no decision on transaction " + transactionId
                    + (accountId == null ? "" : " of account " + accountId)
                    + " is on the log: check the id, or it lies before retention");
        }
        List<String> accounts =
                all.stream().map(found -> found.decision.accountId()).distinct().toList();
        if (accounts.size() > 1) {
            throw new AuditException("transaction " + transactionId + " is of several accounts, "
                    + String.join(", ", accounts) + "; name one with --account");
        }
        return all.getFirst();
    }

    private TransactionSubmitted subject(History history, TransactionDecided decision) {
        int partition = decision.sourcePartition();
        if (partition >= 0 && partition < history.partitions()) {
            history.startAt(Topics.TRANSACTIONS, partition, decision.sourceOffset());
            LogRecord record = history.next(Topics.TRANSACTIONS, partition);
            if (record != null
                    && record.offset() == decision.sourceOffset()
                    && event(history, record) instanceof TransactionSubmitted transaction) {
                return transaction;
            }
        }
        throw new AuditException(
                "the decision is on the log, but the transaction that it names, partition " + partition + " offset "
                        + decision.sourceOffset() + ", is not: it lies before retention, or the decision was altered");
    }

    private Explanation replay(Opened opened, Found found, TransactionSubmitted subject, int eventsShown) {
        History history = opened.history();
        Walk.Start start = opened.start();
        String text = found.header(Provenance.HEADER);
        if (text == null) {
            throw new AuditException(
                    "the decision's batch has no provenance header: it lies before retention, or was " + "altered");
        }
        BatchVector vector = BatchVector.parse(text, history.partitions());
        PolicyTimeline policies = opened.policies();
        Policy policy = policies.activeAt(vector.control());
        if (policy == null) {
            String problem = policies.problem(found.decision.policySha256());
            throw new AuditException(problem == null ? "no policy is active at the decision's position" : problem);
        }
        if (!vector.reachableFrom(start.verifiableFrom(), 0)) {
            throw new AuditException(
                    "before retention: the events behind the decision have been deleted from the log; recorded is "
                            + found.decision);
        }
        PastEvents past = new PastEvents(subject, policy);
        int own = found.decision.sourcePartition();
        DecisionStateMachine machine = fold(history, start, policy, past, vector, found.decision);
        machine.steer(policies.steering(), vector.control());
        Outcome outcome = machine.decide(subject, own, found.decision.sourceOffset());
        if (!(outcome instanceof Outcome.Decided decided)) {
            throw new AuditException("nothing is to be decided at the position that the decision names: " + outcome);
        }
        past.add(subject, own, found.decision.sourceOffset(), machine);
        byte[] bytes = new EventWriter(schemaIds).write(decided.decision());
        boolean identical =
                Arrays.equals(bytes, found.record.value()) || decided.decision().equals(found.decision);
        PolicyText texts = PolicyText.of(Objects.requireNonNullElse(policies.document(policy.sha256()), ""));
        return new Explanation(
                subject,
                found.decision,
                decided.decision(),
                policy,
                features(policy, decided.decision(), texts, past, eventsShown),
                rules(policy, decided.decision(), texts),
                place(found, text),
                identical);
    }

    /** Folds the log up to the event that is to be decided. */
    private DecisionStateMachine fold(
            History history,
            Walk.Start start,
            Policy policy,
            PastEvents past,
            BatchVector vector,
            TransactionDecided decision) {
        DecisionStateMachine machine = start.machine();
        machine.activate(policy);
        Walker walker = new Walker(machine, start.positions());
        Tape[] tapes = new Tape[history.partitions()];
        for (int partition = 0; partition < tapes.length; partition++) {
            tapes[partition] = new Tape(history, partition, schemaIds, (of, entry) -> progress.folded());
            pass(walker, partition, tapes[partition], past, start);
        }
        machine.restored();
        int own = decision.sourcePartition();
        for (int partition = 0; partition < tapes.length; partition++) {
            // Of its own partitions an engine decides those with lower numbers first.
            long to = partition == own
                    ? decision.sourceOffset()
                    : partition < own ? vector.after(partition) : vector.before(partition);
            fold(walker, partition, tapes[partition], past, to);
        }
        return machine;
    }

    /** What may be in the snapshots already: the events are taken note of. */
    private static void pass(Walker walker, int partition, Tape tape, PastEvents past, Walk.Start start) {
        Tape.Entry entry;
        while ((entry = tape.at(walker.index(partition))) != null
                && entry.offset() < start.verifiableFrom()[partition]) {
            past.note(entry.event(), partition, entry.offset());
            if (entry.offset() >= start.positions()[partition]) {
                walker.fold(partition, entry);
            }
            walker.passed(partition, entry);
            tape.forgetBefore(walker.index(partition));
        }
    }

    private static void fold(Walker walker, int partition, Tape tape, PastEvents past, long to) {
        Tape.Entry entry;
        while ((entry = tape.at(walker.index(partition))) != null && entry.offset() < to) {
            if (entry.event() instanceof TransactionSubmitted transaction && past.concerns(transaction)) {
                // Decided, not folded, to learn whether it counts: a retry does not.
                if (walker.decide(partition, entry) instanceof Outcome.Decided) {
                    past.add(transaction, partition, entry.offset(), walker.machine());
                }
            } else if (entry.event() instanceof TransactionLabelled label) {
                if (walker.decide(partition, entry) instanceof Outcome.Labelled) {
                    past.label(label);
                }
            } else {
                walker.fold(partition, entry);
            }
            walker.passed(partition, entry);
            tape.forgetBefore(walker.index(partition));
        }
    }

    private RecordDecoder decoder(History history) {
        return new RecordDecoder(schemaIds, history::partitions);
    }

    private @Nullable Event event(History history, LogRecord record) {
        try {
            return decoder(history).decode(record);
        } catch (UndecodableException e) {
            return null;
        }
    }

    static List<ExplainedFeature> features(
            Policy policy, TransactionDecided decision, PolicyText texts, PastEvents past, int eventsShown) {
        List<ExplainedFeature> features = new ArrayList<>();
        for (int i = 0; i < policy.features().size(); i++) {
            double value = decision.featureValues()[i];
            features.add(
                    switch (policy.features().get(i)) {
                        case FeatureDefinition.Aggregated of -> {
                            List<Past> window = past.in(of.aggregate());
                            yield new ExplainedFeature(
                                    of.name(),
                                    value,
                                    of.aggregate(),
                                    null,
                                    texts.filter(of.name()),
                                    texts.value(of.name()),
                                    window.subList(0, Math.min(eventsShown, window.size())),
                                    window.size(),
                                    past.isKnown(of.aggregate()) ? past.addUp(of.aggregate(), window) : value);
                        }
                        case FeatureDefinition.Listed of ->
                            new ExplainedFeature(
                                    of.name(),
                                    value,
                                    null,
                                    "1 if the " + of.entity().name().toLowerCase(Locale.ROOT) + " is on the list",
                                    null,
                                    null,
                                    List.of(),
                                    0,
                                    value);
                        case FeatureDefinition.Computed of -> {
                            String expression = texts.expression(of.name());
                            yield new ExplainedFeature(
                                    of.name(),
                                    value,
                                    null,
                                    expression == null ? "" : expression,
                                    null,
                                    null,
                                    List.of(),
                                    0,
                                    value);
                        }
                    });
        }
        return features;
    }

    private static List<ExplainedRule> rules(Policy policy, TransactionDecided decision, PolicyText texts) {
        List<ExplainedRule> rules = new ArrayList<>();
        for (Rule rule : policy.rules()) {
            Reason hit = decision.reasons().stream()
                    .filter(reason -> reason.code().equals(rule.code()))
                    .findFirst()
                    .orElse(null);
            String condition = texts.condition(rule.code());
            rules.add(new ExplainedRule(
                    rule.code(),
                    condition == null ? "" : condition,
                    hit != null,
                    decision.shadowRules().contains(rule.code()),
                    rule.weight(),
                    hit == null ? "" : hit.text()));
        }
        return rules;
    }

    private static Place place(Found found, String provenance) {
        String before = Objects.requireNonNullElse(found.header(DecisionChain.HEADER), "");
        String after = "";
        if (!before.isEmpty()) {
            DecisionChain chain = DecisionChain.batch(Sha256.parse(before), provenance);
            for (LogRecord record : found.batch) {
                byte[] value = record.value();
                chain.add(value == null ? new byte[0] : value);
            }
            after = chain.head().hex();
        }
        return new Place(found.record.offset(), found.record.timestampMs(), provenance, before, after);
    }
}
