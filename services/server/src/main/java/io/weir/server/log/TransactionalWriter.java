package io.weir.server.log;

import io.weir.server.log.Failure.Course;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.function.LongConsumer;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commits a batch's outputs and its input positions in one transaction, with two producers in turn.
 *
 * <p>Why two: a commit returns when the coordinator has logged it, before its markers are written; the next transaction of
 * the same producer would meet CONCURRENT_TRANSACTIONS and back off. The other producer starts at once. A commit whose
 * outcome is unknown is asked again, and never skipped, so the batches stay in order.
 *
 * <p>Why in the background: making the records, sending them and waiting for the broker take as long as folding does. One
 * batch at a time all the same.
 */
public final class TransactionalWriter {
    private static final Logger log = LoggerFactory.getLogger(TransactionalWriter.class);

    private static final int COMMIT_TRIES = 3;

    private final List<TransactionalSink> producers;
    private final Executor background;
    private int turn;

    /** A writer that uses these producers in turn. */
    public TransactionalWriter(List<TransactionalSink> producers, Executor background) {
        this.producers = List.copyOf(producers);
        this.background = background;
    }

    /** Fences and aborts what an earlier life of this instance may have left open. */
    public void fenceThePast() {
        producers.forEach(TransactionalSink::init);
    }

    /**
     * Begins to commit, as the member that this engine now is in the group. The next batch, or another try of this one, may
     * begin when the outcome is certain.
     *
     * @param batch asked for its records by the thread that sends them
     * @param ahead whether it goes on in the background at once; otherwise {@link Commit#await} does it
     * @param committed told at once, by whatever thread, how many nanoseconds a commit took that succeeded
     */
    public Commit begin(Committable batch, boolean ahead, LongConsumer committed) {
        TransactionalSink producer = producers.get(turn);
        turn = (turn + 1) % producers.size();
        Commit commit = new Commit(producer, batch, committed);
        if (ahead) {
            background.execute(commit.task);
        }
        return commit;
    }

    /** A batch that is being committed. */
    public static final class Commit {
        private final TransactionalSink producer;
        private final FutureTask<Boolean> task;
        private @Nullable KafkaException notBegun;

        private Commit(TransactionalSink producer, Committable batch, LongConsumer committed) {
            this.producer = producer;
            this.task = new FutureTask<>(() -> {
                List<OutputRecord> records = batch.records();
                long startedNs = System.nanoTime();
                commit(records, batch.positions());
                committed.accept(System.nanoTime() - startedNs);
                return true;
            });
            try {
                producer.begin();
            } catch (KafkaException e) {
                notBegun = e;
            }
        }

        /**
         * Returns when it is committed.
         *
         * @throws AbortedException when nothing was committed and the same batch may be tried again
         * @throws EngineLogException when the engine must be built anew
         */
        public void await() throws AbortedException {
            try {
                var unused = Tasks.await(task);
            } catch (ExecutionException e) {
                if (e.getCause() instanceof AbortedException aborted) {
                    throw aborted;
                }
                throw new IllegalStateException(e);
            }
        }

        /** Returns when the outcome is certain, whatever it is. */
        public void awaitOutcome() {
            try {
                await();
            } catch (AbortedException | RuntimeException e) {
                log.debug("told to whoever awaits it: {}", e.getMessage());
            }
        }

        private void commit(List<OutputRecord> records, Map<Integer, CommittedPosition> positions)
                throws AbortedException {
            try {
                if (notBegun != null) {
                    throw notBegun;
                }
                records.forEach(producer::send);
                producer.positions(positions);
                TransactionalWriter.commit(producer);
            } catch (KafkaException e) {
                Failure failure = Failure.of(e);
                if (failure.course() != Course.RETRY) {
                    throw new EngineLogException(failure.reason() + ": " + failure.message(), e);
                }
                abort(producer, e);
                throw new AbortedException(e instanceof CommitFailedException, e);
            }
        }
    }

    /** A commit that timed out may have happened: asking again settles it, and so does building the engine anew. */
    private static void commit(TransactionalSink producer) {
        for (int attempt = 1; ; attempt++) {
            try {
                producer.commit();
                return;
            } catch (TimeoutException e) {
                if (attempt == COMMIT_TRIES) {
                    throw new EngineLogException("no answer to a commit in " + COMMIT_TRIES + " tries", e);
                }
                log.warn("no answer to a commit yet; asking again: {}", e.getMessage());
            }
        }
    }

    private static void abort(TransactionalSink producer, KafkaException cause) {
        try {
            producer.abort();
        } catch (KafkaException e) {
            e.addSuppressed(cause);
            throw new EngineLogException("a failed transaction cannot be aborted: " + e.getMessage(), e);
        }
    }

    /** Nothing of the batch was committed. */
    public static final class AbortedException extends Exception {
        private static final long serialVersionUID = 1L;

        private final boolean rebalanced;

        AbortedException(boolean rebalanced, KafkaException cause) {
            super(cause.getMessage(), cause);
            this.rebalanced = rebalanced;
        }

        /** Whether the group refused the positions: the partitions may belong to another engine now. */
        public boolean rebalanced() {
            return rebalanced;
        }
    }
}
