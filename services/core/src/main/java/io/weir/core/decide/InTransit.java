package io.weir.core.decide;

import io.weir.events.TransactionSubmitted;

/**
 * A transaction between {@linkplain KeyedScoring the steps} of its decision. The arrays are not copied.
 *
 * @param partition of the transaction log, where it lies
 * @param offset where it lies there
 * @param results by measure, what it gave
 * @param values by feature, the values of the aggregates so far; NaN where none is known yet
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record InTransit(
        TransactionSubmitted transaction,
        int partition,
        long offset,
        long submissionHash,
        long[] results,
        double[] values) {}
