package io.weir.server.audit;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was decided live and in shadow, over the transactions that all sides decided.
 *
 * @param sides what was decided live comes first
 * @param compared transactions that all sides decided
 * @param frauds of those that are labelled, whether they are fraud; the scores of each side are in the same order
 */
@SuppressWarnings("ArrayRecordComponent") // handed out once, never compared
public record Comparison(List<Side> sides, long compared, boolean[] frauds) {
    public Comparison {
        sides = List.copyOf(sides);
    }

    /**
     * One of them.
     *
     * @param policyId of the policy in shadow; {@code live} for what was decided live
     * @param policySha256 null for what was decided live, by whichever policy was active
     * @param modelSha256 of the model whose score is in its newest decision; null if there is none
     * @param decided transactions that it decided
     * @param alerts of those compared
     * @param flips of those compared, where it decided something else than was decided live
     * @param labelled how it fares against the labels of those compared
     * @param scores of those compared that are labelled
     */
    @SuppressWarnings("ArrayRecordComponent")
    public record Side(
            String policyId,
            @Nullable String policySha256,
            @Nullable String modelSha256,
            long decided,
            long alerts,
            long flips,
            BacktestReport.Side labelled,
            double[] scores) {

        /** For programs. */
        public JsonObject json() {
            return new JsonObject()
                    .put("policy", policyId)
                    .put("sha256", policySha256)
                    .put("model", modelSha256)
                    .put("decided", decided)
                    .put("alerts", alerts)
                    .put("flips", flips)
                    .put("labelled", labelled.json());
        }
    }

    /** For programs. */
    public JsonObject json() {
        JsonArray all = new JsonArray();
        sides.forEach(side -> all.add(side.json()));
        int fraud = 0;
        for (boolean each : frauds) {
            fraud += each ? 1 : 0;
        }
        return new JsonObject()
                .put("compared", compared)
                .put("labelled", frauds.length)
                .put("frauds", fraud)
                .put("sides", all);
    }
}
