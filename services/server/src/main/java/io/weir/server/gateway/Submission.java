package io.weir.server.gateway;

import io.vertx.core.Promise;
import io.weir.events.DuplicateDetected;
import io.weir.events.TransactionDecided;
import io.weir.events.TransactionSubmitted;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A transaction on its way: appended or being appended, what the log said about it so far, and who waits for it.
 *
 * <p>An answer takes both the acknowledgement, which tells our record's position, and what the scorer committed: only
 * together they tell whether a decision was made on our record or on an earlier one.
 */
final class Submission {
    /** Other gateways may repeat an id too; ours is among the latest. */
    private static final int MAX_REPETITIONS = 64;

    private final String transactionId;
    private final String accountId;
    private final long hash;
    private final List<Wait> waits = new ArrayList<>(1);
    private final List<DuplicateDetected> repetitions = new ArrayList<>(0);
    private @Nullable Position position;
    private long acknowledgedNs;
    private @Nullable TransactionDecided decision;

    Submission(TransactionSubmitted transaction, long hash) {
        this.transactionId = transaction.transactionId();
        this.accountId = transaction.accountId();
        this.hash = hash;
    }

    String transactionId() {
        return transactionId;
    }

    List<Wait> waits() {
        return waits;
    }

    boolean isSame(String otherAccountId, long otherHash) {
        return accountId.equals(otherAccountId) && hash == otherHash;
    }

    boolean isAcknowledged() {
        return position != null;
    }

    void acknowledged(Position at) {
        position = at;
        acknowledgedNs = System.nanoTime();
    }

    void decided(TransactionDecided decided) {
        if (decided.accountId().equals(accountId)) {
            decision = decided;
        }
    }

    void repeated(DuplicateDetected duplicate) {
        if (duplicate.accountId().equals(accountId)) {
            if (repetitions.size() == MAX_REPETITIONS) {
                repetitions.removeFirst();
            }
            repetitions.add(duplicate);
        }
    }

    /** What is certain now, or null while there is more to come. */
    @Nullable
    Outcome outcome() {
        if (position == null) {
            return null;
        }
        if (decision != null) {
            return outcome(decision, !isAt(decision.sourcePartition(), decision.sourceOffset()));
        }
        DuplicateDetected repetition = ownRepetition();
        return repetition != null && repetition.conflicting() ? Outcome.Refused.conflict() : null;
    }

    /** The outcome that a decision means for us. */
    Outcome outcome(TransactionDecided decided, boolean duplicate) {
        return isSame(decided.accountId(), decided.submissionHash())
                ? new Outcome.Decided(decided, duplicate, acknowledgedNs)
                : Outcome.Refused.conflict();
    }

    /** Whether the scorer found our record to repeat one that was decided before we began to listen. */
    boolean isRepetition() {
        return ownRepetition() != null;
    }

    private @Nullable DuplicateDetected ownRepetition() {
        for (DuplicateDetected repetition : repetitions) {
            if (isAt(repetition.sourcePartition(), repetition.sourceOffset())) {
                return repetition;
            }
        }
        return null;
    }

    private boolean isAt(int partition, long offset) {
        return position != null && position.partition() == partition && position.offset() == offset;
    }

    /** One who waits. Time is up when the budget is spent; that is told only once the log has acknowledged. */
    static final class Wait {
        final Promise<Outcome> promise = Promise.promise();
        final boolean duplicate;
        /** Waits for the acknowledgement alone. */
        final boolean async;

        boolean timeIsUp;
        long timer = -1;

        Wait(boolean duplicate, boolean async) {
            this.duplicate = duplicate;
            this.async = async;
        }
    }
}
