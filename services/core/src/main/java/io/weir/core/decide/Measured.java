package io.weir.core.decide;

import io.weir.events.TransactionSubmitted;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A transaction that was folded, and its features: all that its decision needs of the state. */
public final class Measured implements Folded {
    private final double[] features;
    private @Nullable Scoring scoring;
    private @Nullable TransactionSubmitted transaction;
    private long submissionHash;
    private int partition;
    private long offset;
    private boolean[] inShadow = new boolean[0];

    /** Room for one with so many features. */
    Measured(int features) {
        this.features = new double[features];
    }

    /** What it is of, from now on; {@code rulesInShadow} says it by rule. */
    void set(
            Scoring by,
            TransactionSubmitted of,
            long hash,
            int sourcePartition,
            long sourceOffset,
            boolean[] rulesInShadow) {
        scoring = by;
        transaction = of;
        submissionHash = hash;
        partition = sourcePartition;
        offset = sourceOffset;
        inShadow = rulesInShadow;
    }

    /**
     * Decides, as {@link DecisionStateMachine#decide} would have. On any thread, one decision at a time, and while its {@link
     * FeatureRows} are not used again.
     */
    public Outcome.Decided decide() {
        return Objects.requireNonNull(scoring).decide(this);
    }

    TransactionSubmitted transaction() {
        return Objects.requireNonNull(transaction);
    }

    long submissionHash() {
        return submissionHash;
    }

    int partition() {
        return partition;
    }

    long offset() {
        return offset;
    }

    double[] features() {
        return features;
    }

    boolean[] inShadow() {
        return inShadow;
    }
}
