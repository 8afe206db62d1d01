package io.weir.server.audit;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Something on the log that does not follow from it.
 *
 * @param kind what is wrong
 * @param topic where
 * @param partition where
 * @param offset of the record that is wrong; of a missing one there is none: null
 * @param transactionId whose decision it is; null where that is not known
 * @param accountId whose transaction it is; null where that is not known
 * @param sourceOffset of the transaction; null where that is not known
 * @param detail what is wrong, in words
 * @param differences field by field, where there is something to compare
 */
public record Divergence(
        Kind kind,
        String topic,
        int partition,
        @Nullable Long offset,
        @Nullable String transactionId,
        @Nullable String accountId,
        @Nullable Long sourceOffset,
        String detail,
        List<Difference> differences) {

    public Divergence {
        differences = List.copyOf(differences);
    }

    /** What can be wrong. */
    public enum Kind {
        /** A recorded decision is not what is decided now. */
        ALTERED,
        /** A transaction has no recorded decision. */
        MISSING,
        /** A recorded decision too many. */
        UNEXPECTED,
        /** The hash chain is broken. */
        CHAIN_BROKEN,
        /** An alert is missing, altered, or one too many. */
        ALERT
    }

    /**
     * A field in which they differ.
     *
     * @param recorded what the log says
     * @param recomputed what follows from the log
     */
    public record Difference(String field, String recorded, String recomputed) {}

    JsonObject json() {
        JsonObject json = new JsonObject()
                .put("kind", kind.name())
                .put("topic", topic)
                .put("partition", partition)
                .put("offset", offset)
                .put("transactionId", transactionId)
                .put("accountId", accountId)
                .put("sourceOffset", sourceOffset)
                .put("detail", detail);
        JsonArray fields = new JsonArray();
        for (Difference difference : differences) {
            fields.add(new JsonObject()
                    .put("field", difference.field)
                    .put("recorded", difference.recorded)
                    .put("recomputed", difference.recomputed));
        }
        return json.put("differences", fields);
    }

    String text() {
        StringBuilder text = new StringBuilder("  %-12s %s partition %d"
                .formatted(kind.name().toLowerCase(java.util.Locale.ROOT).replace('_', ' '), topic, partition));
        if (offset != null) {
            text.append(" offset ").append(offset);
        }
        if (transactionId != null) {
            text.append(": transaction ").append(transactionId).append(" of ").append(accountId);
        }
        if (sourceOffset != null) {
            text.append(" (at offset ").append(sourceOffset).append(')');
        }
        text.append("%n               %s%n".formatted(detail));
        for (Difference difference : differences) {
            text.append("               %-24s recorded %s, recomputed %s%n"
                    .formatted(difference.field, difference.recorded, difference.recomputed));
        }
        return text.toString();
    }
}
