package io.weir.core.decide;

import io.weir.core.policy.Aggregate;
import io.weir.core.policy.Entity;
import io.weir.core.window.PlainWindows;
import io.weir.events.TransactionLabelled;
import io.weir.events.TransactionSubmitted;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The oracle: every transaction that was ever accepted, in one list, and every question answered by walking through it,
 * straight from the definitions. Shares no code with what it judges.
 */
final class PlainHistory {
    private final List<Accepted> accepted = new ArrayList<>();
    private final int exactEvents;
    /** Windows made since the last change, by entity, id and what is counted as distinct. */
    private final Map<List<@Nullable Object>, PlainWindows> known = new HashMap<>();

    /** A history whose windows are exact for this many most recent transactions of each entity. */
    PlainHistory(int exactEvents) {
        this.exactEvents = exactEvents;
    }

    /** What became of a submission. */
    enum Verdict {
        NEW,
        REPEATED,
        CONFLICTING
    }

    static final class Accepted {
        final TransactionSubmitted transaction;
        final long offset;
        /** Came when the account already had an event a horizon later, or as many later ones as are kept one by one. */
        boolean tooLateForAccount;

        boolean fraud;

        Accepted(TransactionSubmitted transaction, long offset) {
            this.transaction = transaction;
            this.offset = offset;
        }

        PlainWindows.Event as(@Nullable Entity distinct) {
            return new PlainWindows.Event(
                    transaction.occurredAtMs(),
                    transaction.amountMinor(),
                    fraud,
                    distinct == null ? null : distinct.idIn(transaction));
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
        Accepted one = new Accepted(transaction, offset);
        accepted.add(one);
        known.clear();
        one.tooLateForAccount =
                !windows(Entity.ACCOUNT, transaction.accountId(), null).isRow(transaction.occurredAtMs());
        return Verdict.NEW;
    }

    boolean label(TransactionLabelled label) {
        var labelled = remembered(label.accountId())
                .filter(one -> !one.tooLateForAccount)
                .filter(one -> one.transaction.transactionId().equals(label.transactionId()))
                .findFirst();
        labelled.ifPresent(one -> one.fraud = label.fraud());
        known.clear();
        return labelled.isPresent();
    }

    /** The value for the transaction that was accepted last. */
    double value(Aggregate aggregate) {
        TransactionSubmitted transaction = accepted.getLast().transaction;
        String id = aggregate.entity().idIn(transaction);
        if (id == null) {
            return new PlainWindows(List.of(), exactEvents).value(aggregate);
        }
        return windows(aggregate.entity(), id, aggregate.distinct()).value(aggregate);
    }

    /** Whether the value for the transaction that was accepted last is not exact. */
    boolean isPaned(Aggregate aggregate) {
        TransactionSubmitted transaction = accepted.getLast().transaction;
        String id = aggregate.entity().idIn(transaction);
        return id != null && windows(aggregate.entity(), id, null).isPaned(aggregate, transaction.occurredAtMs());
    }

    private Stream<Accepted> remembered(String account) {
        PlainWindows windows = windows(Entity.ACCOUNT, account, null);
        // those in the windows; and those too late for them, of which no test has more than are remembered
        return accepted.stream()
                .filter(one -> one.transaction.accountId().equals(account))
                .filter(one -> one.tooLateForAccount || windows.isRow(one.transaction.occurredAtMs()));
    }

    private PlainWindows windows(Entity entity, String id, @Nullable Entity distinct) {
        return known.computeIfAbsent(
                Arrays.asList(entity, id, distinct),
                key -> new PlainWindows(
                        accepted.stream()
                                .filter(one -> id.equals(entity.idIn(one.transaction)))
                                .map(one -> one.as(distinct))
                                .toList(),
                        exactEvents));
    }

    private static boolean samePayload(TransactionSubmitted a, TransactionSubmitted b) {
        return a.occurredAtMs() == b.occurredAtMs()
                && a.amountMinor() == b.amountMinor()
                && a.currency().equals(b.currency())
                && Stream.of(Entity.values()).allMatch(entity -> Objects.equals(entity.idIn(a), entity.idIn(b)));
    }
}
