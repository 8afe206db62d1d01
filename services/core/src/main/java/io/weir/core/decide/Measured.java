package io.weir.core.decide;

import io.weir.events.TransactionSubmitted;

/** A transaction that was folded, and its features: all that its decision needs of the state. */
public final class Measured implements Folded {
    private final Scoring scoring;
    private final TransactionSubmitted transaction;
    private final long submissionHash;
    private final int partition;
    private final long offset;
    private final double[] features;
    private final boolean[] inShadow;

    /** {@code inShadow} says it by rule. */
    Measured(
            Scoring scoring,
            TransactionSubmitted transaction,
            long submissionHash,
            int partition,
            long offset,
            double[] features,
            boolean[] inShadow) {
        this.scoring = scoring;
        this.transaction = transaction;
        this.submissionHash = submissionHash;
        this.partition = partition;
        this.offset = offset;
        this.features = features;
        this.inShadow = inShadow;
    }

    /**
     * Decides, as {@link DecisionStateMachine#decide} would have. On any thread, one decision at a time, and while its {@link
     * FeatureRows} are not used again.
     */
    public Outcome.Decided decide() {
        return scoring.decide(this);
    }

    TransactionSubmitted transaction() {
        return transaction;
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
