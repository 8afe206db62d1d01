package io.weir.server.audit;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.weir.events.Decision;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Another policy beside what was decided.
 *
 * @param policyId of the other policy
 * @param policySha256 of the other policy
 * @param flips how often, by recorded decision and the other policy's
 * @param alertsByDay by day of the event since 1970 (UTC), alerts of the one and the other
 * @param recorded how the recorded decisions fare against the labels
 * @param other how the other policy's do
 * @param mostValuable the differences with the largest amounts
 * @param notReproduced recorded decisions that this version does not come to itself: an audit tells more
 * @param notVerifiable recorded decisions that could not be compared
 * @param records of the transaction log folded
 * @param seconds that it took
 * @param recordsPerSecond since the first was read
 */
@SuppressWarnings("ArrayRecordComponent") // handed out once, never compared
public record BacktestReport(
        String policyId,
        String policySha256,
        Map<Decision, Map<Decision, Long>> flips,
        SortedMap<Long, long[]> alertsByDay,
        Side recorded,
        Side other,
        List<Difference> mostValuable,
        long notReproduced,
        long notVerifiable,
        long records,
        double seconds,
        double recordsPerSecond) {
    private static final Decision[] DECISIONS = Decision.values();

    public BacktestReport {
        mostValuable = List.copyOf(mostValuable);
    }

    /** A transaction that is decided differently. Amount in minor units, scores in points. */
    public record Difference(
            String transactionId,
            String accountId,
            long occurredAtMs,
            long amountMinor,
            String currency,
            Decision recorded,
            double recordedScore,
            Decision other,
            double otherScore) {}

    /** Decisions against labels; of transactions without a label nothing is counted. */
    public static final class Side {
        private final TreeMap<String, long[]> values = new TreeMap<>();
        private long fraudsAlerted;
        private long fraudsApproved;
        private long genuineAlerted;
        private long genuineApproved;

        void add(Decision decision, boolean fraud, long amountMinor, String currency) {
            boolean alerted = decision.alerts();
            if (fraud) {
                fraudsAlerted += alerted ? 1 : 0;
                fraudsApproved += alerted ? 0 : 1;
                values.computeIfAbsent(currency, unseen -> new long[2])[alerted ? 0 : 1] += amountMinor;
            } else {
                genuineAlerted += alerted ? 1 : 0;
                genuineApproved += alerted ? 0 : 1;
            }
        }

        /** Share of labelled alerts that are fraud; null if no alert is labelled. */
        public @Nullable Double precision() {
            long alerted = fraudsAlerted + genuineAlerted;
            return alerted == 0 ? null : (double) fraudsAlerted / alerted;
        }

        /** Share of frauds that are alerted; null if there is no fraud. */
        public @Nullable Double recall() {
            long frauds = fraudsAlerted + fraudsApproved;
            return frauds == 0 ? null : (double) fraudsAlerted / frauds;
        }

        /** By currency, the fraud caught and the fraud missed, in minor units. */
        Map<String, long[]> values() {
            return values;
        }

        JsonObject json() {
            JsonObject caught = new JsonObject();
            JsonObject missed = new JsonObject();
            values.forEach((currency, sums) -> {
                caught.put(currency, sums[0]);
                missed.put(currency, sums[1]);
            });
            return new JsonObject()
                    .put("fraudsAlerted", fraudsAlerted)
                    .put("fraudsApproved", fraudsApproved)
                    .put("genuineAlerted", genuineAlerted)
                    .put("genuineApproved", genuineApproved)
                    .put("precision", precision())
                    .put("recall", recall())
                    .put("fraudCaughtMinor", caught)
                    .put("fraudMissedMinor", missed);
        }
    }

    /** Decisions compared. */
    public long compared() {
        return flips.values().stream()
                .flatMap(row -> row.values().stream())
                .mapToLong(count -> count)
                .sum();
    }

    /** Decisions that differ. */
    public long flipped() {
        return compared()
                - Arrays.stream(DECISIONS)
                        .mapToLong(decision -> flips(decision, decision))
                        .sum();
    }

    /** How often one decision was recorded where the other policy comes to another, or the same. */
    public long flips(Decision recorded, Decision other) {
        return flips.getOrDefault(recorded, Map.of()).getOrDefault(other, 0L);
    }

    /** For programs. */
    public JsonObject json() {
        JsonObject table = new JsonObject();
        for (Decision was : DECISIONS) {
            JsonObject row = new JsonObject();
            for (Decision is : DECISIONS) {
                row.put(is.name(), flips(was, is));
            }
            table.put(was.name(), row);
        }
        JsonArray days = new JsonArray();
        alertsByDay.forEach((day, alerts) -> days.add(new JsonObject()
                .put("day", LocalDate.ofEpochDay(day).toString())
                .put("recorded", alerts[0])
                .put("other", alerts[1])));
        JsonArray differences = new JsonArray();
        mostValuable.forEach(difference -> differences.add(new JsonObject()
                .put("transactionId", difference.transactionId)
                .put("accountId", difference.accountId)
                .put("occurredAt", Explanation.time(difference.occurredAtMs))
                .put("amountMinor", difference.amountMinor)
                .put("currency", difference.currency)
                .put("recorded", difference.recorded.name())
                .put("recordedScore", difference.recordedScore)
                .put("other", difference.other.name())
                .put("otherScore", difference.otherScore)));
        return new JsonObject()
                .put("policy", new JsonObject().put("id", policyId).put("sha256", policySha256))
                .put("compared", compared())
                .put("flipped", flipped())
                .put("flips", table)
                .put("alertsByDay", days)
                .put(
                        "labelled",
                        new JsonObject().put("recorded", recorded.json()).put("other", other.json()))
                .put("mostValuableDifferences", differences)
                .put("notReproduced", notReproduced)
                .put("notVerifiable", notVerifiable)
                .put("records", records)
                .put("seconds", Math.round(seconds * 1000) / 1000.0)
                .put("recordsPerSecond", Math.round(recordsPerSecond));
    }

    /** For people. */
    public String text() {
        StringBuilder text = new StringBuilder();
        text.append("%nPolicy %s (%s) beside %,d recorded decisions: %,d differ%n"
                .formatted(policyId, policySha256.substring(0, 12), compared(), flipped()));
        text.append("%n  %-20s %12s %12s %12s%n".formatted("recorded \\ now", "approve", "review", "decline"));
        for (Decision was : DECISIONS) {
            text.append("  %-20s".formatted(was.name().toLowerCase(Locale.ROOT)));
            for (Decision is : DECISIONS) {
                text.append(" %,12d".formatted(flips(was, is)));
            }
            text.append("%n".formatted());
        }
        text.append("%n  %-20s %12s %12s%n".formatted("alerts by event day", "recorded", "now"));
        alertsByDay.forEach((day, alerts) ->
                text.append("  %-20s %,12d %,12d%n".formatted(LocalDate.ofEpochDay(day), alerts[0], alerts[1])));
        labels(text);
        differences(text);
        if (notReproduced + notVerifiable > 0) {
            text.append(
                    "%n%,d recorded decisions differ from what is recomputed, %,d could not be: see weir audit verify%n"
                            .formatted(notReproduced, notVerifiable));
        }
        text.append("%n%,d records folded in %.1f s, %,.0f/s. Nothing was written.%n"
                .formatted(records, seconds, recordsPerSecond));
        return text.toString();
    }

    private void labels(StringBuilder text) {
        text.append("%n  %-20s %12s %12s%n".formatted("where labelled", "recorded", "now"));
        row(text, "frauds alerted", recorded.fraudsAlerted, other.fraudsAlerted);
        row(text, "frauds approved", recorded.fraudsApproved, other.fraudsApproved);
        row(text, "genuine alerted", recorded.genuineAlerted, other.genuineAlerted);
        row(text, "genuine approved", recorded.genuineApproved, other.genuineApproved);
        text.append(
                "  %-20s %12s %12s%n".formatted("precision", share(recorded.precision()), share(other.precision())));
        text.append("  %-20s %12s %12s%n".formatted("recall", share(recorded.recall()), share(other.recall())));
        TreeMap<String, long[]> all = new TreeMap<>(recorded.values());
        all.putAll(other.values());
        long[] none = new long[2];
        for (String currency : all.keySet()) {
            long[] was = recorded.values().getOrDefault(currency, none);
            long[] is = other.values().getOrDefault(currency, none);
            row(text, "caught, minor " + currency, was[0], is[0]);
            row(text, "missed, minor " + currency, was[1], is[1]);
        }
    }

    private void differences(StringBuilder text) {
        if (mostValuable.isEmpty()) {
            return;
        }
        text.append("%nThe most valuable differences (minor units)%n".formatted());
        for (Difference difference : mostValuable) {
            text.append("  %,14d %s  %-8s %3.0f -> %-8s %3.0f  %s of %s at %s%n"
                    .formatted(
                            difference.amountMinor,
                            difference.currency,
                            difference.recorded,
                            difference.recordedScore,
                            difference.other,
                            difference.otherScore,
                            difference.transactionId,
                            difference.accountId,
                            Explanation.time(difference.occurredAtMs)));
        }
    }

    private static void row(StringBuilder text, String name, long recorded, long other) {
        text.append("  %-20s %,12d %,12d%n".formatted(name, recorded, other));
    }

    private static String share(@Nullable Double share) {
        return share == null ? "-" : "%.1f %%".formatted(share * 100);
    }
}
