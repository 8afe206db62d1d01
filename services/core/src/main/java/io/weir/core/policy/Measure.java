package io.weir.core.policy;

import io.weir.core.policy.FeatureDefinition.Aggregated;
import io.weir.core.policy.FeatureDefinition.Listed;
import io.weir.events.TransactionSubmitted;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Which transactions an aggregate takes, and which value each of them has in place of its amount. Both are evaluated once,
 * when the transaction is folded, over it and features of its own account, and stay as they are: a function of the
 * account's part of the log. Other entities' windows are no input, because what they contain at that moment depends on how
 * partitions interleave.
 *
 * <p>Two measures are equal if their definitions are. A definition says all that the value follows from: the two
 * expressions and the definitions of all features that they read, transitively, in one canonical form.
 */
public final class Measure {
    /** Values are kept in fixed point, in millionths. */
    public static final long MILLIONTHS = 1_000_000;

    /** The largest value, either way; larger ones count as this. So that the sum over all rows of an entity fits in 64 bits. */
    public static final long MAX_VALUE = 500_000_000;

    /** What {@link #of} gives for a transaction that is not taken. */
    public static final long NOT_TAKEN = Long.MIN_VALUE;

    private final String definition;
    private final @Nullable BooleanExpression filter;
    private final @Nullable NumberExpression value;
    private final SortedMap<Integer, FeatureDefinition> inputs;

    /**
     * A measure.
     *
     * @param definition its identity
     * @param filter which transactions it takes; null for all
     * @param value the value of each; null for the amount in minor units
     * @param inputs all features that the two read, directly or through other inputs, by their index in the policy's order
     * @throws IllegalArgumentException when an input is no feature of the account, or the measure takes all as they are
     */
    public Measure(
            String definition,
            @Nullable BooleanExpression filter,
            @Nullable NumberExpression value,
            Map<Integer, FeatureDefinition> inputs) {
        if (filter == null && value == null) {
            throw new IllegalArgumentException("a measure has a filter or a value");
        }
        for (FeatureDefinition input : inputs.values()) {
            if (input instanceof Listed) {
                throw new IllegalArgumentException("feature '" + input.name() + "' is a list, whose members change at "
                        + "positions of the control topic; filter and value may read features of the account only");
            }
            if (input instanceof Aggregated feature && feature.aggregate().entity() != Entity.ACCOUNT) {
                throw new IllegalArgumentException("feature '" + input.name() + "' is over the windows of a "
                        + feature.aggregate().entity() + "; filter and value may read those of the account only");
            }
        }
        this.definition = definition;
        this.filter = filter;
        this.value = value;
        this.inputs = Collections.unmodifiableSortedMap(new TreeMap<>(inputs));
    }

    /** Its identity, in canonical form. */
    public String definition() {
        return definition;
    }

    /** Whether it has a value of its own, in {@link #MILLIONTHS}, in place of the amount in minor units. */
    public boolean hasValue() {
        return value != null;
    }

    /** All features that it reads, by their index in the order of the policy that it is of. */
    public SortedMap<Integer, FeatureDefinition> inputs() {
        return inputs;
    }

    /**
     * The value of a transaction, or {@link #NOT_TAKEN}. A filter that ends in an error does not hold; a value that ends
     * in an error, or is not a number, takes the transaction out.
     *
     * @param features those of {@link #inputs}, at their indexes
     * @return millionths within {@link #MAX_VALUE}, or the amount in minor units if the measure has no value
     */
    public long of(TransactionSubmitted transaction, double[] features) {
        try {
            if (filter != null && !filter.evaluate(transaction, features)) {
                return NOT_TAKEN;
            }
            return value == null ? transaction.amountMinor() : fixed(value.evaluate(transaction, features));
        } catch (ArithmeticException e) {
            return NOT_TAKEN;
        }
    }

    private static long fixed(double value) {
        return Double.isNaN(value)
                ? NOT_TAKEN
                : (long) Math.rint(Math.clamp(value, -MAX_VALUE, MAX_VALUE) * MILLIONTHS);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Measure measure && measure.definition.equals(definition);
    }

    @Override
    public int hashCode() {
        return definition.hashCode();
    }

    @Override
    public String toString() {
        return definition;
    }
}
