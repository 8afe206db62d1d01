package io.weir.cli.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where the time of a gateway's callers went between two readings of {@code /metrics}, stage by stage. */
final class StageTimes {
    /** In the order in which a transaction goes through them. */
    static final List<String> STAGES = List.of("append", "wait", "fold", "commit", "reply");

    private static final Pattern LINE =
            Pattern.compile("weir_gateway_stage_seconds_(bucket|sum|count)\\{([^}]*)} (\\S+)");
    private static final Pattern LABEL = Pattern.compile("(stage|le)=\"([^\"]*)\"");
    private static final double P99 = 0.99;

    /**
     * One stage.
     *
     * @param count transactions that went through it
     * @param meanMs {@code NaN} if there were none
     * @param p99Ms between two bounds of the histogram, as if the transactions between them were spread evenly
     */
    record Stage(String name, long count, double meanMs, double p99Ms) {}

    private StageTimes() {}

    /** The stages, of what was recorded after the one reading and before the other. */
    static List<Stage> between(String before, String after) {
        return STAGES.stream()
                .map(stage -> new Reading(stage, after).minus(new Reading(stage, before)))
                .toList();
    }

    /** One stage's meters at one time. */
    private static final class Reading {
        private final String stage;
        private double count;
        private double sumSeconds;
        /** How many took no longer than so many seconds. */
        private final Map<Double, Double> buckets = new TreeMap<>();

        Reading(String stage, String metrics) {
            this.stage = stage;
            metrics.lines().map(LINE::matcher).filter(Matcher::matches).forEach(line -> {
                String bound = "";
                String of = "";
                Matcher label = LABEL.matcher(line.group(2));
                while (label.find()) {
                    if (label.group(1).equals("le")) {
                        bound = label.group(2);
                    } else {
                        of = label.group(2);
                    }
                }
                if (of.equals(stage)) {
                    take(line.group(1), bound, Double.parseDouble(line.group(3)));
                }
            });
        }

        private void take(String kind, String bound, double value) {
            switch (kind) {
                case "count" -> count = value;
                case "sum" -> sumSeconds = value;
                default ->
                    buckets.put(bound.equals("+Inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(bound), value);
            }
        }

        Stage minus(Reading earlier) {
            double recorded = count - earlier.count;
            if (recorded <= 0) {
                return new Stage(stage, 0, Double.NaN, Double.NaN);
            }
            double target = P99 * recorded;
            List<double[]> steps = new ArrayList<>();
            buckets.forEach((bound, value) ->
                    steps.add(new double[] {bound, value - earlier.buckets.getOrDefault(bound, 0.0)}));
            return new Stage(
                    stage,
                    (long) recorded,
                    (sumSeconds - earlier.sumSeconds) / recorded * 1e3,
                    bound(steps, target) * 1e3);
        }

        private static double bound(List<double[]> steps, double target) {
            double from = 0;
            double reached = 0;
            for (double[] step : steps) {
                if (step[1] >= target) {
                    return Double.isInfinite(step[0])
                            ? from
                            : from + (step[0] - from) * (target - reached) / (step[1] - reached);
                }
                from = step[0];
                reached = step[1];
            }
            return Double.NaN;
        }
    }
}
