package io.weir.server.audit;

import io.weir.core.decide.Admission;
import io.weir.core.decide.DecisionStateMachine;
import io.weir.core.policy.Aggregate;
import io.weir.core.policy.Entity;
import io.weir.core.policy.FeatureDefinition;
import io.weir.core.policy.Label;
import io.weir.core.policy.Measure;
import io.weir.core.policy.Policy;
import io.weir.events.Event;
import io.weir.events.TransactionLabelled;
import io.weir.events.TransactionSubmitted;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The transactions that share an account or another entity with one that is to be explained, with their labels as they
 * were known then. Features are computed from these once more, in the plainest way.
 */
final class PastEvents {
    private final TransactionSubmitted subject;
    private final Set<Measure> measures = new HashSet<>();
    private final List<Past> events = new ArrayList<>();
    private final Map<String, Past> byId = new HashMap<>();

    /** A transaction that was folded. */
    static final class Past {
        private final TransactionSubmitted transaction;
        private final int partition;
        private final long offset;
        private @Nullable Boolean fraud;
        /** What the policy's measures gave for it; null if that is not known. */
        private @Nullable Map<Measure, Long> results;

        private Past(TransactionSubmitted transaction, int partition, long offset) {
            this.transaction = transaction;
            this.partition = partition;
            this.offset = offset;
        }

        TransactionSubmitted transaction() {
            return transaction;
        }

        int partition() {
            return partition;
        }

        long offset() {
            return offset;
        }

        /** What a measure with a value gave for it; null if that is not known. */
        @Nullable
        Double value(Measure measure) {
            Long result = measure.hasValue() && results != null ? results.get(measure) : null;
            return result == null || result == Measure.NOT_TAKEN ? null : (double) result / Measure.MILLIONTHS;
        }

        /** What it was labelled, or null. */
        @Nullable
        Boolean fraud() {
            return fraud;
        }
    }

    /** {@code policy} is the one that decides on the subject. */
    PastEvents(TransactionSubmitted subject, Policy policy) {
        this.subject = subject;
        for (FeatureDefinition feature : policy.features()) {
            if (feature instanceof FeatureDefinition.Aggregated aggregated
                    && aggregated.aggregate().measure() != null) {
                measures.add(aggregated.aggregate().measure());
            }
        }
    }

    /** Whether a transaction can lie in one of the subject's windows. */
    boolean concerns(TransactionSubmitted transaction) {
        long timeMs = transaction.occurredAtMs();
        if (timeMs > subject.occurredAtMs() || timeMs <= subject.occurredAtMs() - Aggregate.HORIZON_MS) {
            return false;
        }
        for (Entity kind : Entity.values()) {
            String id = kind.idIn(transaction);
            if (id != null && id.equals(kind.idIn(subject))) {
                return true;
            }
        }
        return false;
    }

    /** Adds what the machine has just decided. */
    void add(TransactionSubmitted transaction, int partition, long offset, DecisionStateMachine machine) {
        Map<Measure, Long> results = new HashMap<>();
        measures.forEach(measure -> results.put(measure, machine.lastResult(measure)));
        add(transaction, partition, offset).results = results;
    }

    private Past add(TransactionSubmitted transaction, int partition, long offset) {
        Past past = new Past(transaction, partition, offset);
        events.add(past);
        byId.put(id(transaction.accountId(), transaction.transactionId()), past);
        return past;
    }

    /** Takes in an event whose effect is known from a snapshot only: of several under one id the first counts. */
    void note(@Nullable Event event, int atPartition, long atOffset) {
        if (event instanceof TransactionSubmitted transaction
                && concerns(transaction)
                && Admission.violation(transaction) == null
                && !byId.containsKey(id(transaction.accountId(), transaction.transactionId()))) {
            add(transaction, atPartition, atOffset);
        } else if (event instanceof TransactionLabelled label && Admission.violation(label) == null) {
            label(label);
        }
    }

    void label(TransactionLabelled label) {
        Past past = byId.get(id(label.accountId(), label.transactionId()));
        if (past != null) {
            past.fraud = label.fraud();
        }
    }

    /** Whether all is known that an aggregate needs: of what is known from a snapshot only, no measure's results are. */
    boolean isKnown(Aggregate aggregate) {
        return aggregate.measure() == null || ofEntity(aggregate).allMatch(past -> past.results != null);
    }

    /** The transactions in an aggregate's window for the subject that it takes, the newest first. */
    List<Past> in(Aggregate aggregate) {
        return ofEntity(aggregate)
                .filter(past -> past.results == null || isTaken(past, aggregate.measure()))
                .filter(past -> isLabelled(past, aggregate.label()))
                .sorted(Comparator.comparingLong((Past past) -> past.transaction.occurredAtMs())
                        .thenComparingInt(Past::partition)
                        .thenComparingLong(Past::offset)
                        .reversed())
                .toList();
    }

    /** Those of the aggregate's entity in its window. */
    private Stream<Past> ofEntity(Aggregate aggregate) {
        long throughMs = subject.occurredAtMs() - aggregate.delayMs();
        return ofEntity(aggregate.entity())
                .filter(past -> past.transaction.occurredAtMs() <= throughMs
                        && past.transaction.occurredAtMs() > throughMs - aggregate.windowMs());
    }

    /** Those of the subject's entity of a kind; none is later than the subject. */
    private Stream<Past> ofEntity(Entity kind) {
        String id = kind.idIn(subject);
        return id == null ? Stream.empty() : events.stream().filter(past -> id.equals(kind.idIn(past.transaction)));
    }

    private static boolean isTaken(Past past, @Nullable Measure measure) {
        return measure == null || result(past, measure) != Measure.NOT_TAKEN;
    }

    private static long result(Past past, Measure measure) {
        return past.results == null ? Measure.NOT_TAKEN : past.results.getOrDefault(measure, Measure.NOT_TAKEN);
    }

    private static boolean isLabelled(Past past, @Nullable Label label) {
        if (label == null || past.fraud == null) {
            return label == null;
        }
        return label == Label.KNOWN || past.fraud == (label == Label.FRAUD);
    }

    private static double amount(Past past, @Nullable Measure measure) {
        return measure != null && measure.hasValue()
                ? (double) result(past, measure) / Measure.MILLIONTHS
                : past.transaction.amountMinor();
    }

    /** An aggregate over transactions, added up one by one. */
    double addUp(Aggregate aggregate, List<Past> window) {
        int count = window.size();
        return switch (aggregate.function()) {
            case COUNT -> count;
            case SUM -> sum(window, aggregate.measure());
            case MEAN -> count == 0 ? Double.NaN : sum(window, aggregate.measure()) / count;
            case MAX ->
                window.stream()
                        .mapToDouble(past -> amount(past, aggregate.measure()))
                        .max()
                        .orElse(Double.NaN);
            case STDDEV -> standardDeviation(window, aggregate.measure());
            case DISTINCT -> distinct(aggregate.distinct(), window);
            case FRAUD_COUNT -> frauds(window);
            case FRAUD_RATE -> count == 0 ? 0 : (double) frauds(window) / count;
            case SINCE_LAST -> subject.occurredAtMs() - lastMs(window);
            case COUNT_SINCE_LAST -> countSince(aggregate, lastMs(window));
        };
    }

    private boolean isSubject(Past past) {
        return id(past.transaction.accountId(), past.transaction.transactionId())
                .equals(id(subject.accountId(), subject.transactionId()));
    }

    /** When the newest was, but for the subject; NaN if there is none. */
    private double lastMs(List<Past> window) {
        for (Past past : window) {
            if (!isSubject(past)) {
                return past.transaction.occurredAtMs();
            }
        }
        return Double.NaN;
    }

    private double countSince(Aggregate aggregate, double lastMs) {
        return Double.isNaN(lastMs)
                ? Double.NaN
                : ofEntity(aggregate.entity())
                        .filter(past -> past.transaction.occurredAtMs() > lastMs && !isSubject(past))
                        .count();
    }

    private static String id(String accountId, String transactionId) {
        return accountId + '\n' + transactionId;
    }

    private static double sum(List<Past> window, @Nullable Measure measure) {
        return window.stream().mapToDouble(past -> amount(past, measure)).sum();
    }

    private static double standardDeviation(List<Past> window, @Nullable Measure measure) {
        if (window.isEmpty()) {
            return Double.NaN;
        }
        double mean = sum(window, measure) / window.size();
        double squares = 0;
        for (Past past : window) {
            squares += (amount(past, measure) - mean) * (amount(past, measure) - mean);
        }
        return Math.sqrt(squares / window.size());
    }

    private static int distinct(@Nullable Entity kind, List<Past> window) {
        Set<String> ids = new HashSet<>();
        for (Past past : window) {
            String id = kind == null ? null : kind.idIn(past.transaction);
            if (id != null) {
                ids.add(id);
            }
        }
        return ids.size();
    }

    private static long frauds(List<Past> window) {
        return window.stream().filter(past -> Boolean.TRUE.equals(past.fraud)).count();
    }
}
