package io.weir.server.audit;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.weir.server.audit.Divergence.Kind;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * What an audit found.
 *
 * @param verified decisions recomputed to the same bytes
 * @param divergent by kind, how often
 * @param notVerifiable by reason, how many decisions
 * @param reported the first divergences in full
 * @param chain of decisions
 * @param alerts held against their decisions; -1 if none were, because only a part was compared
 * @param engines how many had to be followed side by side at the most
 * @param records of the transaction log folded
 * @param seconds that it took
 * @param recordsPerSecond since the first was read
 */
public record AuditReport(
        long verified,
        Map<Kind, Long> divergent,
        Map<String, Long> notVerifiable,
        List<Divergence> reported,
        Chain chain,
        long alerts,
        int engines,
        long records,
        double seconds,
        double recordsPerSecond) {

    public AuditReport {
        divergent = divergent.isEmpty() ? Map.of() : new EnumMap<>(divergent);
        notVerifiable = new TreeMap<>(notVerifiable);
        reported = List.copyOf(reported);
    }

    /**
     * The hash chains.
     *
     * @param batches followed
     * @param unchained those of them that carry no link
     * @param anchored partitions whose last head is the one that was committed
     * @param partitions there are
     */
    public record Chain(long batches, long unchained, int anchored, int partitions) {}

    /** The result in a word. */
    public enum Result {
        /** Everything was recomputed and is the same. */
        VERIFIED,
        /** Something does not follow from the log. */
        DIVERGENT,
        /** Nothing diverges, but not everything could be recomputed. */
        INCOMPLETE
    }

    /** The result in a word. */
    public Result result() {
        if (divergentTotal() > 0) {
            return Result.DIVERGENT;
        }
        return notVerifiableTotal() > 0 ? Result.INCOMPLETE : Result.VERIFIED;
    }

    /** How much diverges. */
    public long divergentTotal() {
        return divergent.values().stream().mapToLong(count -> count).sum();
    }

    /** How many decisions could not be recomputed. */
    public long notVerifiableTotal() {
        return notVerifiable.values().stream().mapToLong(count -> count).sum();
    }

    /** For programs. */
    public JsonObject json() {
        JsonObject kinds = new JsonObject();
        divergent.forEach((kind, count) -> kinds.put(kind.name(), count));
        JsonObject reasons = new JsonObject();
        notVerifiable.forEach(reasons::put);
        JsonArray divergences = new JsonArray();
        reported.forEach(divergence -> divergences.add(divergence.json()));
        return new JsonObject()
                .put("result", result().name())
                .put("verified", verified)
                .put("divergent", divergentTotal())
                .put("divergentByKind", kinds)
                .put("notVerifiable", notVerifiableTotal())
                .put("notVerifiableByReason", reasons)
                .put(
                        "chain",
                        new JsonObject()
                                .put("batches", chain.batches)
                                .put("unchained", chain.unchained)
                                .put("anchoredPartitions", chain.anchored)
                                .put("partitions", chain.partitions))
                .put("alertsCompared", alerts < 0 ? null : alerts)
                .put("enginesSideBySide", engines)
                .put("records", records)
                .put("seconds", Math.round(seconds * 1000) / 1000.0)
                .put("recordsPerSecond", Math.round(recordsPerSecond))
                .put("divergences", divergences);
    }

    /** For people. */
    public String text() {
        StringBuilder text = new StringBuilder();
        if (!reported.isEmpty()) {
            text.append("%n%s%n"
                    .formatted(
                            divergentTotal() > reported.size()
                                    ? "The first %d of %,d divergences:".formatted(reported.size(), divergentTotal())
                                    : "Divergences:"));
            reported.forEach(divergence -> text.append(divergence.text()));
        }
        text.append("%n".formatted());
        row(text, "decisions verified", "%,d".formatted(verified));
        row(text, "divergent", "%,d".formatted(divergentTotal()));
        divergent.forEach((kind, count) ->
                row(text, "  " + kind.name().toLowerCase(Locale.ROOT).replace('_', ' '), "%,d".formatted(count)));
        row(text, "not verifiable", "%,d".formatted(notVerifiableTotal()));
        notVerifiable.forEach((reason, count) -> row(text, "  " + "%,d".formatted(count), reason));
        row(text, "hash chain", chainText());
        if (alerts >= 0) {
            row(text, "alerts compared", "%,d".formatted(alerts));
        }
        row(text, "engines side by side", "%,d".formatted(engines));
        row(text, "records folded", "%,d in %.1f s, %,.0f/s".formatted(records, seconds, recordsPerSecond));
        text.append("%n%s%n".formatted(sentence()));
        return text.toString();
    }

    private String chainText() {
        return "%,d batches%s, %d of %d partitions end in the head that was committed"
                .formatted(
                        chain.batches,
                        chain.unchained == 0 ? "" : " (%,d of them without a link)".formatted(chain.unchained),
                        chain.anchored,
                        chain.partitions);
    }

    private String sentence() {
        return switch (result()) {
            case VERIFIED -> "Every decision follows from the log, byte for byte.";
            case DIVERGENT -> "THE RECORD DOES NOT FOLLOW FROM THE LOG.";
            case INCOMPLETE -> "Nothing diverges, but not everything could be recomputed.";
        };
    }

    private static void row(StringBuilder text, String name, String value) {
        text.append("  %-24s %s%n".formatted(name, value));
    }
}
