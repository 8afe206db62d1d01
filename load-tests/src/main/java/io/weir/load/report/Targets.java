package io.weir.load.report;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What Weir is to reach on two cores with everything on the machine, and whether a run did. */
public final class Targets {
    /** In their order. Figures are named SECTION.VALUE. */
    private static final List<Target> ALL = List.of(
            new Target(
                    "HTTP to committed decision, p99 at 1,000/s",
                    ratio(
                            "≤ 2.0 × the pass-through floor's",
                            "latency.weir.p99Ms",
                            Bound.AT_MOST,
                            2.0,
                            "latency.floor.p99Ms",
                            "ms"),
                    ratio(
                            "below tuned Kafka Streams'",
                            "latency.weir.p99Ms",
                            Bound.BELOW,
                            1.0,
                            "latency.streams.p99Ms",
                            "ms"),
                    ratio("below tuned Flink's", "latency.weir.p99Ms", Bound.BELOW, 1.0, "latency.flink.p99Ms", "ms")),
            new Target(
                    "HTTP to committed decision, p99.9 at 1,000/s",
                    figure("under the budget of 100 ms", "latency.weir.p999Ms", Bound.BELOW, 100, "ms")),
            new Target(
                    "Decisions of one engine over a prefilled log, exactly once",
                    figure("≥ 100,000/s", "throughput.weir.perSecond", Bound.AT_LEAST, 100_000, "/s"),
                    ratio(
                            "≥ 1/3 of the pass-through floor's",
                            "throughput.weir.perSecond",
                            Bound.AT_LEAST,
                            1.0 / 3,
                            "throughput.floor.perSecond",
                            "/s"),
                    ratio(
                            "≥ 3 × Kafka Streams'",
                            "throughput.weir.wholePerSecond",
                            Bound.AT_LEAST,
                            3,
                            "throughput.streams.wholePerSecond",
                            "/s"),
                    ratio(
                            "≥ 3 × Flink's",
                            "throughput.weir.wholePerSecond",
                            Bound.AT_LEAST,
                            3,
                            "throughput.flink.wholePerSecond",
                            "/s")),
            new Target(
                    "Sustained over HTTP",
                    figure(
                            "found: the highest rate with a p99 under 100 ms",
                            "sustained.weir.perSecond",
                            Bound.ABOVE,
                            0,
                            "/s")),
            new Target(
                    "Rebuild of state, in events that it contains",
                    ratio(
                            "from snapshots and tail ≥ 1/2 of a plain consumer's rate",
                            "rebuild.snapshots.perSecond",
                            Bound.AT_LEAST,
                            0.5,
                            "rebuild.plainConsumer.perSecond",
                            "/s"),
                    ratio(
                            "from the whole log ≥ 1/2 of a plain consumer's rate",
                            "rebuild.restore.perSecond",
                            Bound.AT_LEAST,
                            0.5,
                            "rebuild.plainConsumer.perSecond",
                            "/s")),
            new Target(
                    "Hot path allocation beyond decode and encode",
                    figure(
                            "≤ 200 bytes a transaction",
                            "allocation.hotPath.bytesPerTransaction",
                            Bound.AT_MOST,
                            200,
                            "bytes")),
            new Target(
                    "State",
                    figure(
                            "≤ 16 bytes an event kept in windows",
                            "memory.window.bytesPerEvent",
                            Bound.AT_MOST,
                            16,
                            "bytes"),
                    figure("≤ 256 bytes an entity", "memory.entity.bytes", Bound.AT_MOST, 256, "bytes")),
            new Target(
                    "Growth: throughput at 1,000,000 accounts",
                    ratio(
                            "≥ 80 % of that at 1,000",
                            "scale.accounts.1000000.perSecond",
                            Bound.AT_LEAST,
                            0.8,
                            "scale.accounts.1000.perSecond",
                            "/s")));

    private Targets() {}

    /** Whether a target was met. */
    public enum Verdict {
        MET("met"),
        NOT_MET("not met"),
        /** Not all of the figures that it is about are in this run. */
        NOT_MEASURED("not measured");

        private final String text;

        Verdict(String text) {
            this.text = text;
        }

        /** For people. */
        public String text() {
            return text;
        }
    }

    /**
     * A target, or one of several that are set for the same thing, held against a run.
     *
     * @param what it is set for
     * @param measured with its unit
     */
    public record Result(String what, String target, String measured, Verdict verdict) {}

    /** Holds all targets against what was found. */
    public static List<Result> evaluate(Collection<Section> sections) {
        Map<String, Double> values = new HashMap<>();
        sections.forEach(
                section -> section.values().forEach((name, value) -> values.put(section.id() + "." + name, value)));
        List<Result> results = new ArrayList<>();
        for (Target target : ALL) {
            for (Condition condition : target.conditions) {
                results.add(condition.evaluate(target.what, values));
            }
        }
        return results;
    }

    /** The results for the terminal. */
    public static Table table(List<Result> results) {
        Table table = new Table("Targets, on 2 cores with everything on the machine", "", "target", "", "measured");
        String before = "";
        for (Result each : results) {
            table.row(each.what.equals(before) ? "" : each.what, each.target, each.verdict.text(), each.measured);
            before = each.what;
        }
        return table;
    }

    private static Condition figure(String text, String value, Bound bound, double limit, String unit) {
        return new Condition(text, value, bound, limit, "", unit);
    }

    private static Condition ratio(String text, String value, Bound bound, double limit, String of, String unit) {
        return new Condition(text, value, bound, limit, of, unit);
    }

    private enum Bound {
        AT_MOST,
        BELOW,
        AT_LEAST,
        ABOVE;

        boolean holds(double value, double limit) {
            return switch (this) {
                case AT_MOST -> value <= limit;
                case BELOW -> value < limit;
                case AT_LEAST -> value >= limit;
                case ABOVE -> value > limit;
            };
        }
    }

    private record Target(String what, List<Condition> conditions) {
        Target(String what, Condition... conditions) {
            this(what, List.of(conditions));
        }
    }

    /**
     * What is to hold.
     *
     * @param value the figure's name
     * @param limit of the figure, or of its ratio
     * @param of the name of the figure that it is a ratio to; empty if it stands for itself
     */
    private record Condition(String text, String value, Bound bound, double limit, String of, String unit) {
        Result evaluate(String what, Map<String, Double> values) {
            double measured = values.getOrDefault(value, Double.NaN);
            double beside = of.isEmpty() ? 1 : values.getOrDefault(of, Double.NaN);
            if (!Double.isFinite(measured)) {
                return new Result(what, text, "no " + value, Verdict.NOT_MEASURED);
            }
            if (!Double.isFinite(beside)) {
                return new Result(what, text, withUnit(measured) + ", no " + of, Verdict.NOT_MEASURED);
            }
            String shown = of.isEmpty()
                    ? withUnit(measured)
                    : "%s × (%s of %s)"
                            .formatted(Numbers.text(measured / beside), withUnit(measured), withUnit(beside));
            return new Result(what, text, shown, bound.holds(measured / beside, limit) ? Verdict.MET : Verdict.NOT_MET);
        }

        private String withUnit(double figure) {
            return Numbers.text(figure) + (unit.startsWith("/") ? unit : " " + unit);
        }
    }
}
