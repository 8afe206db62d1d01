package io.weir.core.decide;

import io.weir.core.policy.Aggregate;
import io.weir.core.policy.Entity;
import io.weir.events.TransactionLabelled;
import io.weir.events.TransactionSubmitted;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The oracle: every transaction that was ever accepted, in one list, and every question answered by walking through it,
 * straight from the definitions in {@link Aggregate}. Shares no code with what it judges.
 */
final class PlainHistory {
    private final List<Accepted> accepted = new ArrayList<>();

    /** What became of a submission. */
    enum Verdict {
        NEW,
        REPEATED,
        CONFLICTING
    }

    static final class Accepted {
        final TransactionSubmitted transaction;
        final long offset;
        /** Came when the account already had an event a horizon later. */
        final boolean tooLateForAccount;

        boolean fraud;

        Accepted(TransactionSubmitted transaction, long offset, boolean tooLateForAccount) {
            this.transaction = transaction;
            this.offset = offset;
            this.tooLateForAccount = tooLateForAccount;
        }
    }

    static boolean admissible(TransactionSubmitted transaction) {
        return transaction.amountMinor() >= 0 && transaction.occurredAtMs() <= transaction.receivedAtMs() + 300_000;
    }

    /** The accepted submission under the same id of the same account, if the account still remembers it. */
    Optional<Accepted> original(TransactionSubmitted transaction) {
        return remembered(transaction.accountId())
                .filter(one -> one.transaction.transactionId().equals(transaction.transactionId()))
                .findFirst();
    }

    Verdict submit(TransactionSubmitted transaction, long offset) {
        var original = original(transaction);
        if (original.isPresent()) {
            return samePayload(original.get().transaction, transaction) ? Verdict.REPEATED : Verdict.CONFLICTING;
        }
        accepted.add(new Accepted(
                transaction, offset, transaction.occurredAtMs() <= horizon(Entity.ACCOUNT, transaction.accountId())));
        return Verdict.NEW;
    }

    boolean label(TransactionLabelled label) {
        var labelled = remembered(label.accountId())
                .filter(one -> !one.tooLateForAccount)
                .filter(one -> one.transaction.transactionId().equals(label.transactionId()))
                .findFirst();
        labelled.ifPresent(one -> one.fraud = label.fraud());
        return labelled.isPresent();
    }

    /** The value for the transaction that was accepted last. */
    double value(Aggregate aggregate) {
        Accepted current = accepted.getLast();
        long t = current.transaction.occurredAtMs();
        String id = aggregate.entity().idIn(current.transaction);
        List<Accepted> window = new ArrayList<>();
        if (id != null) {
            long horizon = horizon(aggregate.entity(), id);
            for (Accepted one : accepted) {
                long time = one.transaction.occurredAtMs();
                if (id.equals(aggregate.entity().idIn(one.transaction))
                        && time > horizon
                        && time > t - aggregate.delayMs() - aggregate.windowMs()
                        && time <= t - aggregate.delayMs()) {
                    window.add(one);
                }
            }
            window.sort(Comparator.<Accepted>comparingLong(one -> one.transaction.occurredAtMs())
                    .thenComparingLong(one -> one.transaction.amountMinor()));
        }
        long[] amounts =
                window.stream().mapToLong(one -> one.transaction.amountMinor()).toArray();
        long frauds = window.stream().filter(one -> one.fraud).count();
        return switch (aggregate.function()) {
            case COUNT -> window.size();
            case SUM -> sum(amounts);
            case MEAN -> amounts.length == 0 ? Double.NaN : (double) sum(amounts) / amounts.length;
            case MAX ->
                amounts.length == 0 ? Double.NaN : Arrays.stream(amounts).max().getAsLong();
            case STDDEV -> standardDeviation(amounts);
            case DISTINCT -> distinct(window, Objects.requireNonNull(aggregate.distinct()));
            case FRAUD_COUNT -> frauds;
            case FRAUD_RATE -> window.isEmpty() ? 0 : (double) frauds / window.size();
            case SINCE_LAST ->
                window.stream()
                        .filter(one -> one != current)
                        .mapToDouble(one -> t - one.transaction.occurredAtMs())
                        .min()
                        .orElse(Double.NaN);
        };
    }

    private Stream<Accepted> remembered(String account) {
        long horizon = horizon(Entity.ACCOUNT, account);
        // those in the windows; and those too late for them, of which no test has more than are remembered
        return accepted.stream()
                .filter(one -> one.transaction.accountId().equals(account))
                .filter(one -> one.tooLateForAccount || one.transaction.occurredAtMs() > horizon);
    }

    private long horizon(Entity entity, String id) {
        long newest = 0;
        for (Accepted one : accepted) {
            if (id.equals(entity.idIn(one.transaction))) {
                newest = Math.max(newest, one.transaction.occurredAtMs());
            }
        }
        return newest - 120L * 24 * 60 * 60 * 1000;
    }

    private static boolean samePayload(TransactionSubmitted a, TransactionSubmitted b) {
        return a.occurredAtMs() == b.occurredAtMs()
                && a.amountMinor() == b.amountMinor()
                && a.currency().equals(b.currency())
                && Stream.of(Entity.values()).allMatch(entity -> Objects.equals(entity.idIn(a), entity.idIn(b)));
    }

    private static long sum(long[] amounts) {
        long sum = 0;
        for (long amount : amounts) {
            sum += amount;
        }
        return sum;
    }

    private static double standardDeviation(long[] amounts) {
        double mean = (double) sum(amounts) / amounts.length;
        double squares = 0;
        for (long amount : amounts) {
            squares += (amount - mean) * (amount - mean);
        }
        return Math.sqrt(squares / amounts.length);
    }

    private static double distinct(List<Accepted> window, Entity entity) {
        Set<String> ids = new HashSet<>();
        for (Accepted one : window) {
            String id = entity.idIn(one.transaction);
            if (id != null) {
                ids.add(id);
            }
        }
        return ids.size();
    }
}
