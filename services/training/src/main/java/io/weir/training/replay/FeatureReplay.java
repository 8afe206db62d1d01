package io.weir.training.replay;

import io.weir.core.decide.DecisionStateMachine;
import io.weir.core.decide.Outcome;
import io.weir.core.decide.Selections;
import io.weir.core.policy.Policy;
import io.weir.events.TransactionLabelled;
import io.weir.events.TransactionSubmitted;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * Features by replaying history through the core that serves: what a decision recorded is what a model learns from. Every
 * transaction is labelled, as fraud or as genuine, when it is as old as the delay, before any transaction of that time.
 */
public final class FeatureReplay {
    private static final int PARTITION = 0;

    private final Policy policy;
    private final List<String> features;
    private final int[] indices;
    private final long labelDelayMs;

    /**
     * A replay that reads some of a policy's features.
     *
     * @param features their names, in the order of the columns
     * @param labelDelayMs how long after a transaction its label comes, in milliseconds, 0 or more
     * @throws IllegalArgumentException naming a feature that the policy does not have
     */
    public FeatureReplay(Policy policy, List<String> features, long labelDelayMs) {
        this.policy = policy;
        this.features = List.copyOf(features);
        this.labelDelayMs = labelDelayMs;
        List<String> names = policy.featureNames();
        indices = features.stream()
                .mapToInt(name -> FeatureTable.indexOf(names, name))
                .toArray();
    }

    /**
     * Folds everything up to {@code toMs}, and keeps the features from {@code fromMs} on.
     *
     * @param history in the order of time
     * @param fromMs event time of the first row, inclusive
     * @param toMs event time of the last row, exclusive
     * @throws IllegalArgumentException for a transaction that the core refuses, saying why, or that is out of order
     */
    public FeatureTable run(Iterable<LabelledTransaction> history, long fromMs, long toMs) {
        DecisionStateMachine core = new DecisionStateMachine(Selections.of(List.of(policy)));
        core.activate(policy);
        FeatureTable.Builder table = new FeatureTable.Builder(features);
        Deque<LabelledTransaction> unlabelled = new ArrayDeque<>();
        double[] values = new double[indices.length];
        long offset = 0;
        long beforeMs = Long.MIN_VALUE;
        for (LabelledTransaction labelled : history) {
            TransactionSubmitted transaction = labelled.transaction();
            long timeMs = transaction.occurredAtMs();
            if (timeMs < beforeMs) {
                throw new IllegalArgumentException(transaction.transactionId()
                        + " comes after a later one; transactions must come in the order of time");
            }
            beforeMs = timeMs;
            if (timeMs >= toMs) {
                break;
            }
            while (!unlabelled.isEmpty()
                    && unlabelled.element().transaction().occurredAtMs() + labelDelayMs <= timeMs) {
                core.fold(label(unlabelled.remove()), PARTITION, offset++);
            }
            if (timeMs < fromMs) {
                core.fold(transaction, PARTITION, offset++);
            } else {
                double[] all = decide(core, transaction, offset++);
                for (int i = 0; i < indices.length; i++) {
                    values[i] = all[indices[i]];
                }
                table.add(timeMs, transaction.accountId(), labelled.fraud(), values);
            }
            unlabelled.add(labelled);
        }
        return table.build();
    }

    private static double[] decide(DecisionStateMachine core, TransactionSubmitted transaction, long offset) {
        return switch (core.decide(transaction, PARTITION, offset)) {
            case Outcome.Decided decided -> decided.decision().featureValues();
            case Outcome.Refused refused ->
                throw new IllegalArgumentException(transaction.transactionId() + ": " + refused.message());
            case Outcome.Repeated repeated ->
                throw new IllegalArgumentException(transaction.transactionId() + " occurs twice in its account");
            case Outcome.Labelled ignored -> throw new IllegalStateException("a transaction is no label");
        };
    }

    private TransactionLabelled label(LabelledTransaction labelled) {
        TransactionSubmitted transaction = labelled.transaction();
        long knownAtMs = transaction.occurredAtMs() + labelDelayMs;
        return new TransactionLabelled(
                transaction.transactionId(), transaction.accountId(), knownAtMs, knownAtMs, labelled.fraud(), null);
    }
}
