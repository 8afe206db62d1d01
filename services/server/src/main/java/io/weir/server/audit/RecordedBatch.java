package io.weir.server.audit;

import io.weir.server.log.LogRecord;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The decisions of one engine's batch in one partition, as they lie on the log.
 *
 * @param text the provenance header; equal in all partitions of the batch; empty if the first record has none
 * @param vector what it says; null if it says nothing that can be used
 * @param fault why it cannot be walked, or null if it can
 * @param inserted whether the chain shows that it does not belong here
 */
record RecordedBatch(
        int partition,
        List<LogRecord> records,
        String text,
        @Nullable BatchVector vector,
        @Nullable String fault,
        boolean inserted) {

    long firstOffset() {
        return records.getFirst().offset();
    }

    long lastOffset() {
        return records.getLast().offset();
    }

    /** The vector of a batch that can be walked. */
    BatchVector position() {
        if (vector == null) {
            throw new IllegalStateException(fault);
        }
        return vector;
    }
}
