package io.weir.core.policy;

import org.jspecify.annotations.Nullable;

/**
 * An aggregate over the transactions of one entity in the event-time window {@code (t - delayMs - windowMs, t - delayMs]},
 * where t is the {@code occurredAtMs} of the transaction that is decided. Without delay, that transaction is included, but
 * where a function looks for the last one before it.
 *
 * @param entity whose transactions
 * @param function what of them
 * @param distinct for {@link Function#DISTINCT}, and null otherwise: the other kind of entity whose different ids are counted
 * @param windowMs length of the window in milliseconds, 1,000 to 90 days
 * @param delayMs how far back it ends, in milliseconds, 0 to 30 days; for labels, which arrive late
 * @param measure which of the transactions, and their values in place of the amounts; null for all of them as they are
 * @param label takes only those that are so labelled now; null for all
 */
public record Aggregate(
        Entity entity,
        Function function,
        @Nullable Entity distinct,
        long windowMs,
        long delayMs,
        @Nullable Measure measure,
        @Nullable Label label) {

    /** The shortest window, in milliseconds. */
    public static final long MIN_WINDOW_MS = 1_000;

    /** The longest window, in milliseconds: 90 days. */
    public static final long MAX_WINDOW_MS = 90L * 24 * 60 * 60 * 1000;

    /** The longest delay, in milliseconds: 30 days. */
    public static final long MAX_DELAY_MS = 30L * 24 * 60 * 60 * 1000;

    /** How far back any window can reach, in milliseconds; state older than that is of no use. */
    public static final long HORIZON_MS = MAX_WINDOW_MS + MAX_DELAY_MS;

    public Aggregate {
        if (windowMs < MIN_WINDOW_MS || windowMs > MAX_WINDOW_MS) {
            throw new IllegalArgumentException("window must be 1 s to 90 days, is " + windowMs + " ms");
        }
        if (delayMs < 0 || delayMs > MAX_DELAY_MS) {
            throw new IllegalArgumentException("delay must be 0 to 30 days, is " + delayMs + " ms");
        }
        if (function == Function.COUNT_SINCE_LAST && measure == null && label == null) {
            throw new IllegalArgumentException("count_since_last counts from the last transaction that a filter or a "
                    + "label selects: give one");
        }
        if (label != null && !function.takesLabel()) {
            throw new IllegalArgumentException(function + " takes no label");
        }
        if (measure != null && function == Function.DISTINCT) {
            throw new IllegalArgumentException("distinct ids are counted among all transactions");
        }
        if ((function == Function.DISTINCT) != (distinct != null)) {
            throw new IllegalArgumentException("'distinct' names an entity for the function distinct, and only for it");
        }
        if (distinct == entity) {
            throw new IllegalArgumentException(
                    "distinct counts ids of another kind, not the " + distinct + " of itself");
        }
    }

    /** One over all transactions as they are. */
    public Aggregate(Entity entity, Function function, @Nullable Entity distinct, long windowMs, long delayMs) {
        this(entity, function, distinct, windowMs, delayMs, null, null);
    }

    /** What an aggregate computes. Amounts are in minor units; a measure's values take their place. */
    public enum Function {
        /** Number of transactions. */
        COUNT,
        /** Sum of their amounts. */
        SUM,
        /** Mean amount; NaN if there is none. */
        MEAN,
        /** Largest amount; NaN if there is none. */
        MAX,
        /** Population standard deviation of the amounts; NaN if there is none. */
        STDDEV,
        /** Number of different ids of another entity. */
        DISTINCT,
        /** Number of transactions now labelled fraud. */
        FRAUD_COUNT,
        /** Their share, 0 to 1; 0 if there is no transaction. */
        FRAUD_RATE,
        /**
         * Milliseconds between the last selected transaction in the window and this one; NaN if there is none. Without delay
         * the window ends with the last one before this one.
         */
        SINCE_LAST,
        /**
         * Number of the entity's transactions, selected or not, later than the last selected one in the window, up to this
         * one, which does not count; NaN if there is none in the window.
         */
        COUNT_SINCE_LAST;

        /** Whether it looks for the last transaction before the one that is decided. */
        public boolean looksBack() {
            return this == SINCE_LAST || this == COUNT_SINCE_LAST;
        }

        /** Whether it can be restricted to transactions that are labelled. */
        public boolean takesLabel() {
            return switch (this) {
                case COUNT, SUM, MEAN, SINCE_LAST, COUNT_SINCE_LAST -> true;
                default -> false;
            };
        }

        /** Whether its result is in the unit of the values. */
        public boolean isOfValues() {
            return switch (this) {
                case SUM, MEAN, MAX, STDDEV -> true;
                default -> false;
            };
        }
    }
}
