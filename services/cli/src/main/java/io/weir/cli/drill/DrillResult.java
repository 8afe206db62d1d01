package io.weir.cli.drill;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What came of a drill.
 *
 * @param perSecond payments, in normal times
 * @param effects by kind of fault, in the order in which kinds were met
 * @param measures figures that only this drill has
 * @param p99Ms from when a payment was due until it was acknowledged, tries included, milliseconds
 * @param longestMs the same of the one that took longest
 * @param troubles tries that were refused or not answered, by kind
 * @param balance null where the drill did not come so far
 * @param failure why it did not come to its end, or what does not balance; null if all is well
 */
record DrillResult(
        String drill,
        long seed,
        double perSecond,
        double seconds,
        List<Effect> effects,
        Map<String, Double> measures,
        double p99Ms,
        double longestMs,
        Map<String, Integer> troubles,
        @Nullable Balance balance,
        @Nullable String failure) {

    /**
     * What readers felt of a kind of fault.
     *
     * @param times how often it was done
     * @param gapSeconds the longest time that a partition was without decisions after it
     * @param lateSeconds from the fault until the last decision that came more than a second after its payment
     */
    record Effect(String what, int times, double gapSeconds, double lateSeconds, double targetSeconds) {
        boolean isMet() {
            return !(gapSeconds > targetSeconds); // nothing promised is always met
        }

        static Effect worse(Effect one, Effect other) {
            return new Effect(
                    one.what,
                    one.times + other.times,
                    Math.max(one.gapSeconds, other.gapSeconds),
                    Math.max(one.lateSeconds, other.lateSeconds),
                    one.targetSeconds);
        }
    }

    boolean isSound() {
        return failure == null;
    }

    /** Whether its books balance and every gap is as short as promised. */
    String verdict() {
        if (failure != null) {
            return "FAILED";
        }
        return effects.stream().allMatch(Effect::isMet) ? "sound" : "sound, but slow";
    }

    JsonObject json() {
        List<JsonObject> felt = new ArrayList<>();
        for (Effect effect : effects) {
            felt.add(new JsonObject()
                    .put("what", effect.what)
                    .put("times", effect.times)
                    .put("gapSeconds", effect.gapSeconds)
                    .put("lateSeconds", effect.lateSeconds)
                    .put("targetSeconds", Double.isNaN(effect.targetSeconds) ? null : effect.targetSeconds));
        }
        JsonObject figures = new JsonObject();
        measures.forEach(figures::put);
        JsonObject refused = new JsonObject();
        troubles.forEach(refused::put);
        return new JsonObject()
                .put("drill", drill)
                .put("seed", seed)
                .put("verdict", verdict())
                .put("perSecond", perSecond)
                .put("seconds", seconds)
                .put("faults", new JsonArray(felt))
                .put("measures", figures)
                .put("acknowledgedP99Ms", p99Ms)
                .put("acknowledgedLongestMs", longestMs)
                .put("troubles", refused)
                .put("balance", balance == null ? null : balance.json())
                .put("failure", failure);
    }
}
