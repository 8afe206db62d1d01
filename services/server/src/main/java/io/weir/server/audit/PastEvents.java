package io.weir.server.audit;

import io.weir.core.decide.Admission;
import io.weir.core.policy.Aggregate;
import io.weir.core.policy.Entity;
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
import org.jspecify.annotations.Nullable;

/**
 * The transactions that share an account or another entity with one that is to be explained, with their labels as they
 * were known then. Features are computed from these once more, in the plainest way.
 */
final class PastEvents {
    private final TransactionSubmitted subject;
    private final List<Past> events = new ArrayList<>();
    private final Map<String, Past> byId = new HashMap<>();

    /** A transaction that was folded. */
    static final class Past {
        private final TransactionSubmitted transaction;
        private final int partition;
        private final long offset;
        private @Nullable Boolean fraud;

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

        /** What it was labelled, or null. */
        @Nullable
        Boolean fraud() {
            return fraud;
        }
    }

    PastEvents(TransactionSubmitted subject) {
        this.subject = subject;
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

    void add(TransactionSubmitted transaction, int partition, long offset) {
        Past past = new Past(transaction, partition, offset);
        events.add(past);
        byId.put(id(transaction.accountId(), transaction.transactionId()), past);
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

    /** The transactions in an aggregate's window for the subject, the newest first. */
    List<Past> in(Aggregate aggregate) {
        String id = aggregate.entity().idIn(subject);
        long throughMs = subject.occurredAtMs() - aggregate.delayMs();
        return id == null
                ? List.of()
                : events.stream()
                        .filter(past -> id.equals(aggregate.entity().idIn(past.transaction)))
                        .filter(past -> past.transaction.occurredAtMs() <= throughMs
                                && past.transaction.occurredAtMs() > throughMs - aggregate.windowMs())
                        .sorted(Comparator.comparingLong((Past past) -> past.transaction.occurredAtMs())
                                .thenComparingInt(Past::partition)
                                .thenComparingLong(Past::offset)
                                .reversed())
                        .toList();
    }

    /** An aggregate over transactions, added up one by one. */
    double addUp(Aggregate aggregate, List<Past> window) {
        int count = window.size();
        return switch (aggregate.function()) {
            case COUNT -> count;
            case SUM -> sum(window);
            case MEAN -> count == 0 ? Double.NaN : (double) sum(window) / count;
            case MAX ->
                window.stream()
                        .mapToDouble(past -> past.transaction.amountMinor())
                        .max()
                        .orElse(Double.NaN);
            case STDDEV -> standardDeviation(window);
            case DISTINCT -> distinct(aggregate.distinct(), window);
            case FRAUD_COUNT -> frauds(window);
            case FRAUD_RATE -> count == 0 ? 0 : (double) frauds(window) / count;
            case SINCE_LAST ->
                count < 2
                        ? Double.NaN
                        : subject.occurredAtMs() - window.get(1).transaction.occurredAtMs();
        };
    }

    private static String id(String accountId, String transactionId) {
        return accountId + '\n' + transactionId;
    }

    private static long sum(List<Past> window) {
        return window.stream().mapToLong(past -> past.transaction.amountMinor()).sum();
    }

    private static double standardDeviation(List<Past> window) {
        if (window.isEmpty()) {
            return Double.NaN;
        }
        double mean = (double) sum(window) / window.size();
        double squares = 0;
        for (Past past : window) {
            squares += (past.transaction.amountMinor() - mean) * (past.transaction.amountMinor() - mean);
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
