package io.weir.core.policy;

/** A number that the policy names. */
public sealed interface FeatureDefinition {

    /** Its name, unique in the policy. */
    String name();

    /** A feature that aggregates over a window. */
    record Aggregated(String name, Aggregate aggregate) implements FeatureDefinition {}

    /** A feature computed from the transaction and the features before it. */
    record Computed(String name, NumberExpression expression) implements FeatureDefinition {}

    /** 1 if the transaction's entity is on the list of that name, 0 if not. */
    record Listed(String name, Entity entity) implements FeatureDefinition {}
}
