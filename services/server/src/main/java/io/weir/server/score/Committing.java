package io.weir.server.score;

import io.weir.server.log.BatchTimes;
import io.weir.server.log.EngineLog;
import io.weir.server.log.EngineLogException;
import io.weir.server.log.Failure;
import io.weir.server.log.Failure.Course;
import io.weir.server.log.InstanceIdTakenException;
import io.weir.server.log.OwnPartitions;
import io.weir.server.log.TransactionalWriter;
import io.weir.server.log.TransactionalWriter.AbortedException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commits an engine's batches, one after the other. One may be under way while the next is decided; whatever would take
 * notice of partitions that came or went has to {@link #settle} first. Used by the engine's thread alone.
 */
final class Committing {
    private static final Logger log = LoggerFactory.getLogger(Committing.class);
    private static final int TRIES = 8;
    private static final long FIRST_BACKOFF_MS = 10;
    private static final Duration CONFIRMATION_POLL = Duration.ofMillis(50);

    private final EngineLog engineLog;
    private final OwnPartitions own;
    private final Vector vector;
    private final Intake intake;
    private final EngineMetrics metrics;
    private final TransactionalWriter writer;
    private @Nullable UnderWay underWay;

    /** A batch that is being committed. */
    private record UnderWay(Batch batch, BatchTimes.Batch times, TransactionalWriter.Commit commit) {}

    /** Nothing is under way; {@code intake} tells which of the partitions that are decided here stay paused. */
    Committing(EngineLog engineLog, OwnPartitions own, Vector vector, Intake intake, EngineMetrics metrics) {
        this.engineLog = engineLog;
        this.own = own;
        this.vector = vector;
        this.intake = intake;
        this.metrics = metrics;
        this.writer = new TransactionalWriter(engineLog.sinks(), engineLog.background());
    }

    /** Fences and aborts what an earlier life of this instance may have left open. */
    void fenceThePast() {
        writer.fenceThePast();
    }

    /**
     * Begins to commit a batch, as soon as the one before is committed.
     *
     * @param ahead whether to go on in the background; otherwise {@link #settle} does the work
     */
    void handOver(Batch batch, BatchTimes.Batch times, boolean ahead) {
        settle();
        begin(batch, times, ahead);
    }

    /** Returns when the batch that was handed over last is committed, after as many tries as it takes. */
    void settle() {
        UnderWay last = underWay;
        long backoffMs = FIRST_BACKOFF_MS;
        for (int attempt = 1; last != null; attempt++) {
            underWay = null;
            try {
                await(last.commit);
                metrics.committed(last.batch);
            } catch (AbortedException e) {
                metrics.aborted();
                if (attempt == TRIES) {
                    throw new EngineLogException("a batch could not be committed in " + TRIES + " tries", e);
                }
                log.warn("transaction aborted, attempt {}: {}", attempt, e.getMessage());
                engineLog.sleep(backoffMs);
                backoffMs *= 2;
                if (e.rebalanced()) {
                    confirmOwnership();
                }
                begin(last.batch, last.times, false);
            }
            last = underWay;
        }
    }

    /** Fenced: by the coordinator, after too long a pause, or by another process that has our name? The group tells. */
    private void await(TransactionalWriter.Commit commit) throws AbortedException {
        try {
            commit.await();
        } catch (EngineLogException e) {
            throw Failure.of(e).course() == Course.REBUILD && own.isReplaced() ? new InstanceIdTakenException(e) : e;
        }
    }

    /** Partitions are about to leave: whoever gets them finds everything of theirs committed, or nothing. */
    void awaitOutcome() {
        if (underWay != null) {
            underWay.commit.awaitOutcome();
        }
    }

    /** As the member that this engine now is: its partitions must not have been given back since the batch was polled. */
    private void begin(Batch batch, BatchTimes.Batch times, boolean ahead) {
        if (!own.stillOwns(batch.next().keySet())) {
            throw new EngineLogException("partitions moved to another engine before their batch was committed");
        }
        underWay = new UnderWay(batch, times, writer.begin(batch, ahead, tookNs -> {
            times.committed(engineLog.nanoTime());
            metrics.commitTime.record(tookNs, TimeUnit.NANOSECONDS);
        }));
    }

    /** The group refused the positions: a new generation, in which the partitions are still ours, or are not; a poll tells. */
    private void confirmOwnership() {
        own.pause(decidedStill());
        own.poll(CONFIRMATION_POLL);
        own.resume(decidedStill().stream()
                .filter(partition -> !intake.isPaused(partition))
                .toList());
    }

    private List<Integer> decidedStill() {
        return vector.deciding().stream()
                .filter(partition -> own.stillOwns(List.of(partition)))
                .toList();
    }
}
