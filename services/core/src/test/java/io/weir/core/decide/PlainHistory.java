package io.weir.core.decide;

import io.weir.core.policy.Aggregate;
import io.weir.core.policy.Entity;
import io.weir.core.policy.FeatureDefinition;
import io.weir.core.policy.FeatureDefinition.Aggregated;
import io.weir.core.policy.FeatureDefinition.Computed;
import io.weir.core.policy.Label;
import io.weir.core.policy.Measure;
import io.weir.core.policy.Policy;
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
    private final List<FeatureDefinition> features;
    /** Windows made since the last change, by entity, id, what is counted as distinct and what is selected. */
    private final Map<List<@Nullable Object>, PlainWindows> known = new HashMap<>();

    /** A history whose windows are exact for this many most recent transactions of each entity. */
    PlainHistory(int exactEvents, Policy policy) {
        this.exactEvents = exactEvents;
        this.features = policy.features();
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

        @Nullable
        Label label;

        /** By definition of the measure, its value, of those that take it. */
        final Map<String, Long> values = new HashMap<>();

        Accepted(TransactionSubmitted transaction, long offset) {
            this.transaction = transaction;
            this.offset = offset;
        }

        PlainWindows.Event as(@Nullable Entity distinct, @Nullable Measure measure) {
            return new PlainWindows.Event(
                    transaction.occurredAtMs(),
                    measure == null ? transaction.amountMinor() : values.get(measure.definition()),
                    label,
                    distinct == null ? null : distinct.idIn(transaction));
        }

        boolean isTaken(@Nullable Measure measure) {
            return measure == null || values.containsKey(measure.definition());
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
                !windows(Entity.ACCOUNT, transaction.accountId(), null, null).isRow(transaction.occurredAtMs());
        measure(one);
        return Verdict.NEW;
    }

    /** The features of the account and what is selected, in the policy's order: each reads only what comes before it. */
    private void measure(Accepted one) {
        double[] values = new double[features.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = Double.NaN;
            if (features.get(i) instanceof Aggregated feature) {
                Measure measure = feature.aggregate().measure();
                if (measure != null) {
                    known.clear();
                    measure(one, measure, values);
                }
                if (feature.aggregate().entity() == Entity.ACCOUNT) {
                    values[i] = value(feature.aggregate());
                }
            } else if (features.get(i) instanceof Computed feature) {
                values[i] = feature.expression().evaluate(one.transaction, values);
            }
        }
        known.clear();
    }

    private static void measure(Accepted one, Measure measure, double[] values) {
        long value = measure.of(one.transaction, values);
        if (value != Measure.NOT_TAKEN) {
            one.values.put(measure.definition(), value);
        }
    }

    boolean label(TransactionLabelled label) {
        var labelled = remembered(label.accountId())
                .filter(one -> !one.tooLateForAccount)
                .filter(one -> one.transaction.transactionId().equals(label.transactionId()))
                .findFirst();
        labelled.ifPresent(one -> one.label = label.fraud() ? Label.FRAUD : Label.GENUINE);
        known.clear();
        return labelled.isPresent();
    }

    /** The value for the transaction that was accepted last. */
    double value(Aggregate aggregate) {
        Accepted current = accepted.getLast();
        String id = aggregate.entity().idIn(current.transaction);
        if (id == null) {
            PlainWindows none = new PlainWindows(List.of(), exactEvents);
            return none.value(aggregate, current.transaction.occurredAtMs(), null, none);
        }
        Measure measure = aggregate.measure();
        PlainWindows windows = windows(aggregate.entity(), id, aggregate.distinct(), measure);
        PlainWindows all = windows(aggregate.entity(), id, null, null);
        double value = windows.value(
                aggregate, current.transaction.occurredAtMs(), current.isTaken(measure) ? windows.last() : null, all);
        boolean ofValues =
                switch (aggregate.function()) {
                    case SUM, MEAN, MAX, STDDEV -> true;
                    default -> false;
                };
        return measure != null && measure.hasValue() && ofValues ? value / 1e6 : value;
    }

    /** Whether the value for the transaction that was accepted last is not exact. */
    boolean isPaned(Aggregate aggregate) {
        Accepted current = accepted.getLast();
        String id = aggregate.entity().idIn(current.transaction);
        if (id == null) {
            return false;
        }
        Measure measure = aggregate.measure();
        PlainWindows windows = windows(aggregate.entity(), id, null, measure);
        return windows.isPaned(
                aggregate,
                current.transaction.occurredAtMs(),
                current.isTaken(measure) ? windows.last() : null,
                windows(aggregate.entity(), id, null, null));
    }

    private Stream<Accepted> remembered(String account) {
        PlainWindows windows = windows(Entity.ACCOUNT, account, null, null);
        // those in the windows; and those too late for them, of which no test has more than are remembered
        return accepted.stream()
                .filter(one -> one.transaction.accountId().equals(account))
                .filter(one -> one.tooLateForAccount || windows.isRow(one.transaction.occurredAtMs()));
    }

    private PlainWindows windows(Entity entity, String id, @Nullable Entity distinct, @Nullable Measure measure) {
        return known.computeIfAbsent(
                Arrays.asList(entity, id, distinct, measure),
                key -> new PlainWindows(
                        accepted.stream()
                                .filter(one -> id.equals(entity.idIn(one.transaction)))
                                .filter(one -> one.isTaken(measure))
                                .map(one -> one.as(distinct, measure))
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
