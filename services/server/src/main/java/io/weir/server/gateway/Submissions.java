package io.weir.server.gateway;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.weir.events.DuplicateDetected;
import io.weir.events.TransactionDecided;
import io.weir.events.TransactionSubmitted;
import io.weir.server.gateway.Submission.Wait;
import io.weir.server.http.DecisionLookup;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Brings transactions onto the log, each once, and the outcomes back to those who wait. Confined to one event loop.
 *
 * <p>What goes in is bounded: transactions in flight and callers waiting, each to {@code maxInFlight}.
 */
final class Submissions {
    /** The views may lag a little behind the feed. */
    private static final long LOOKUP_AGAIN_MS = 5;

    private final Vertx vertx;
    private final GatewaySettings settings;
    private final LogAppender appender;
    private final DecisionLookup lookup;
    private final GatewayMetrics metrics;
    private final Map<String, Submission> inFlight = new HashMap<>();
    private volatile int waiting;

    Submissions(
            Vertx vertx,
            GatewaySettings settings,
            LogAppender appender,
            DecisionLookup lookup,
            GatewayMetrics metrics) {
        this.vertx = vertx;
        this.settings = settings;
        this.appender = appender;
        this.lookup = lookup;
        this.metrics = metrics;
    }

    /**
     * Submits a transaction.
     *
     * @param budgetMs how long to wait for the decision; 0: only until the log has acknowledged
     * @return never fails
     */
    Future<Outcome> submit(TransactionSubmitted transaction, long budgetMs) {
        long hash = transaction.submissionHash();
        Submission same = inFlight.get(transaction.transactionId());
        if (same != null) {
            if (!same.isSame(transaction.accountId(), hash)) {
                return Future.succeededFuture(Outcome.Refused.conflict());
            }
            return isFull() ? Future.succeededFuture(Outcome.Refused.overloaded()) : await(same, budgetMs, true);
        }
        Submission submission = new Submission(transaction, hash);
        TransactionDecided known = lookup.decision(transaction.transactionId());
        if (known != null) {
            return Future.succeededFuture(submission.outcome(known, true));
        }
        if (isFull()) {
            return Future.succeededFuture(Outcome.Refused.overloaded());
        }
        String stalled = appender.stalledBecause();
        if (stalled != null) {
            return Future.succeededFuture(Outcome.Refused.unavailable(stalled));
        }
        // Before the append: the outcome may be there before the acknowledgement is.
        inFlight.put(submission.transactionId(), submission);
        Future<Outcome> outcome = await(submission, budgetMs, false);
        appender.append(transaction).onComplete((position, failure) -> appended(submission, position));
        return outcome;
    }

    /** How many callers wait now. On any thread. */
    int waiting() {
        return waiting;
    }

    /** Whether a batch may add to what is in flight: half of the room is kept for callers who wait. */
    boolean hasRoomForBatch() {
        return Math.max(waiting, inFlight.size()) < settings.maxInFlight() / 2;
    }

    /** A decision was committed. */
    void decided(TransactionDecided decision) {
        Submission submission = inFlight.get(decision.transactionId());
        if (submission != null) {
            submission.decided(decision);
            settle(submission);
        }
    }

    /** A repetition was found and committed. */
    void repeated(DuplicateDetected duplicate) {
        Submission submission = inFlight.get(duplicate.transactionId());
        if (submission != null) {
            submission.repeated(duplicate);
            settle(submission);
        }
    }

    private boolean isFull() {
        return waiting >= settings.maxInFlight() || inFlight.size() >= settings.maxInFlight();
    }

    private Future<Outcome> await(Submission submission, long budgetMs, boolean duplicate) {
        Wait wait = new Wait(duplicate, budgetMs == 0);
        submission.waits().add(wait);
        count(1);
        if (budgetMs > 0) {
            wait.timer = vertx.setTimer(budgetMs, id -> timeIsUp(submission, wait, budgetMs));
        } else {
            timeIsUp(submission, wait, 0);
        }
        return wait.promise.future();
    }

    /** "Pending" is a promise that it is on the log, so it takes the acknowledgement; that too is not awaited for long. */
    private void timeIsUp(Submission submission, Wait wait, long waitedMs) {
        wait.timeIsUp = true;
        if (submission.isAcknowledged()) {
            finish(submission, wait, new Outcome.Pending(!wait.async));
        } else if (waitedMs < settings.acknowledgeWithinMs()) {
            wait.timer = vertx.setTimer(
                    settings.acknowledgeWithinMs() - waitedMs, id -> finish(submission, wait, unacknowledged()));
        } else {
            finish(submission, wait, unacknowledged());
        }
    }

    private static Outcome unacknowledged() {
        return Outcome.Refused.unavailable("the log did not acknowledge the append in time");
    }

    private void appended(Submission submission, @Nullable Position position) {
        if (position == null) {
            inFlight.remove(submission.transactionId(), submission);
            finishAll(submission, Outcome.Refused.unavailable("the append to the log failed"));
            return;
        }
        metrics.appended("transaction");
        submission.acknowledged(position);
        finishPending(submission, wait -> wait.async);
        settle(submission);
        finishPending(submission, wait -> wait.timeIsUp);
        removeIfNobodyWaits(submission);
    }

    private void finishPending(Submission submission, Predicate<Wait> which) {
        for (Wait wait : List.copyOf(submission.waits())) {
            if (which.test(wait)) {
                finish(submission, wait, new Outcome.Pending(!wait.async));
            }
        }
    }

    private void settle(Submission submission) {
        Outcome outcome = submission.outcome();
        if (outcome == null && submission.isRepetition()) {
            TransactionDecided original = lookup.decision(submission.transactionId());
            if (original == null) {
                vertx.setTimer(LOOKUP_AGAIN_MS, again -> settleIfAwaited(submission));
                return;
            }
            outcome = submission.outcome(original, true);
        }
        if (outcome != null) {
            inFlight.remove(submission.transactionId(), submission);
            finishAll(submission, outcome);
        }
    }

    private void settleIfAwaited(Submission submission) {
        if (!submission.waits().isEmpty()) {
            settle(submission);
        }
    }

    private void finishAll(Submission submission, Outcome outcome) {
        for (Wait wait : List.copyOf(submission.waits())) {
            boolean late = wait.duplicate && outcome instanceof Outcome.Decided;
            finish(submission, wait, late ? ((Outcome.Decided) outcome).repeated() : outcome);
        }
    }

    private void finish(Submission submission, Wait wait, Outcome outcome) {
        if (!submission.waits().remove(wait)) {
            return;
        }
        vertx.cancelTimer(wait.timer);
        count(-1);
        if (outcome instanceof Outcome.Pending pending && pending.timedOut()) {
            metrics.timedOut();
        }
        removeIfNobodyWaits(submission);
        wait.promise.complete(outcome);
    }

    /** An unacknowledged append stays: it counts as in flight, and a repetition of it is not appended again. */
    private void removeIfNobodyWaits(Submission submission) {
        if (submission.waits().isEmpty() && submission.isAcknowledged()) {
            inFlight.remove(submission.transactionId(), submission);
        }
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // written on the event loop only
    private void count(int change) {
        waiting += change;
    }
}
