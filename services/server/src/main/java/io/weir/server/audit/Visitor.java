package io.weir.server.audit;

import io.weir.core.decide.DecisionStateMachine;
import io.weir.core.decide.Outcome;
import io.weir.events.TransactionSubmitted;
import io.weir.server.audit.ChainCheck.Break;
import io.weir.server.log.LogRecord;
import org.jspecify.annotations.Nullable;

/** Is told what a {@link Walk} finds. */
interface Visitor {
    /** A record of the transaction log was read; each is told once. */
    void read(int partition, Tape.Entry entry);

    /** A transaction was decided again. */
    void decided(Redecided redecided);

    /** A recorded decision that belongs to no transaction that was to be decided. */
    void unexpected(int partition, LogRecord recorded, String why);

    /** A recorded decision that cannot be recomputed. */
    void notVerifiable(int partition, LogRecord recorded, String reason);

    /** The hash chain of a partition is broken. */
    void broken(Break found);

    /**
     * A transaction that was decided again.
     *
     * @param source where it lies
     * @param outcome what is decided now
     * @param bytes the recomputed decision as it would lie on the log
     * @param recorded what was decided then; null if there is nothing
     * @param identical whether the recorded bytes are those
     * @param batch that the decision is recorded in, or would be; null between batches
     * @param machine the state in which it was decided, until this call returns
     */
    @SuppressWarnings("ArrayRecordComponent") // a carrier on its way through, never compared
    record Redecided(
            int partition,
            Tape.Entry source,
            TransactionSubmitted transaction,
            Outcome.Decided outcome,
            byte[] bytes,
            @Nullable LogRecord recorded,
            boolean identical,
            @Nullable RecordedBatch batch,
            DecisionStateMachine machine) {}
}
