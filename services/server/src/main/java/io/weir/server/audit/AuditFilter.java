package io.weir.server.audit;

import io.weir.server.log.LogRecord;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What is to be compared. All of the log is folded whatever it says: the state that a decision was made from is made of what
 * came before.
 *
 * @param fromMs append time of the first decision, inclusive; null for the first there is
 * @param toMs append time of the last, exclusive; null for the last there is
 * @param partition null for all
 * @param accountId null for all
 */
public record AuditFilter(
        @Nullable Long fromMs,
        @Nullable Long toMs,
        @Nullable Integer partition,
        @Nullable String accountId) {

    /** Everything. */
    public static final AuditFilter ALL = new AuditFilter(null, null, null, null);

    /** Whether a record of a partition, with this append time and key, is to be compared. */
    boolean matches(int ofPartition, long timestampMs, byte @Nullable [] key) {
        return matches(ofPartition, timestampMs)
                && (accountId == null || Arrays.equals(key, accountId.getBytes(StandardCharsets.UTF_8)));
    }

    boolean matches(int ofPartition, long timestampMs) {
        return (partition == null || partition == ofPartition)
                && (fromMs == null || timestampMs >= fromMs)
                && (toMs == null || timestampMs < toMs);
    }

    /**
     * Whether nothing in a batch is to be compared. The account does not count: that a decision of it is missing would
     * otherwise go unnoticed.
     */
    boolean excludes(RecordedBatch batch) {
        for (LogRecord record : batch.records()) {
            if (matches(batch.partition(), record.timestampMs())) {
                return false;
            }
        }
        return true;
    }
}
