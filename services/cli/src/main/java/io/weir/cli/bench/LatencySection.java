package io.weir.cli.bench;

import io.weir.load.LoadPlan;
import io.weir.load.LoadResult;
import io.weir.load.report.Plot;
import io.weir.load.report.Plot.Axis;
import io.weir.load.report.Plot.Scale;
import io.weir.load.report.Plot.Series;
import io.weir.load.report.Section;
import io.weir.load.report.Table;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramIterationValue;

/** What a measurement of latencies found, told. */
final class LatencySection {
    /** By the name of a value, the percentile. */
    private static final Map<String, Double> PERCENTILES = percentiles();

    private static final int STEPS_PER_HALVING = 5;
    /** The answers that the client wants: everything else is told of. */
    private static final List<String> GOOD = List.of("decided", "answered");

    private final Section section;
    private final LoadPlan plan;
    private final Map<String, LoadResult> results = new LinkedHashMap<>();

    private LatencySection(LoadPlan plan) {
        this.plan = plan;
        section = new Section(
                "latency",
                String.format(
                        Locale.ROOT, "From an HTTP request to the committed decision, at %,.0f/s", plan.perSecond()));
    }

    /** The section of results of the same plan. */
    static Section of(
            LoadPlan plan,
            LoadResult weir,
            List<StageTimes.Stage> stages,
            LoadResult floor,
            LoadResult hop,
            Map<Peer, LoadResult> peers) {
        LatencySection told = new LatencySection(plan);
        told.results.put("weir", weir);
        told.results.put("floor", floor);
        told.results.put("hop", hop);
        peers.forEach((peer, result) -> told.results.put(peer.id(), result));
        told.latencies();
        told.stages(weir, stages);
        told.clients();
        told.curves();
        told.notes();
        return told.section;
    }

    private static String title(String name) {
        return switch (name) {
            case "weir" -> "Weir, HTTP to decision";
            case "floor" -> "floor: pass-through, exactly once";
            case "hop" -> "hop: produce, consume";
            default ->
                Peer.of(name).title() + ", log to decision, commits every "
                        + Peer.of(name).latencyIntervalMs() + " ms";
        };
    }

    private void latencies() {
        Table table = new Table(
                "milliseconds, from when a request was due",
                "",
                "p50",
                "p90",
                "p99",
                "p99.9",
                "p99.99",
                "max",
                "p99, of the floor's");
        double floorP99 = result("floor").percentileMs(99);
        results.forEach((name, result) -> {
            List<Object> cells = new ArrayList<>(List.of(title(name)));
            PERCENTILES.forEach((value, percentile) -> {
                double ms = result.percentileMs(percentile);
                cells.add(ms);
                section.value(name + "." + value + "Ms", ms);
            });
            cells.add(result.percentileMs(99) / floorP99);
            table.row(cells.toArray());
            section.value(name + ".meanMs", result.meanMs()).histogram(name, result.latencies());
        });
        section.table(table).value("weir.p99OfFloor", result("weir").percentileMs(99) / floorP99);
    }

    private void stages(LoadResult weir, List<StageTimes.Stage> stages) {
        Table table = new Table("where Weir's mean goes, milliseconds", "", "mean", "p99", "of the mean");
        Map<String, Double> bars = new LinkedHashMap<>();
        double inside = 0;
        for (StageTimes.Stage stage : stages) {
            inside += stage.meanMs();
            table.row(stage.name(), stage.meanMs(), stage.p99Ms(), stage.meanMs() / weir.meanMs());
            bars.put(stage.name(), stage.meanMs());
            section.value("stage." + stage.name() + ".meanMs", stage.meanMs())
                    .value("stage." + stage.name() + ".p99Ms", stage.p99Ms())
                    .value("stage." + stage.name() + ".share", stage.meanMs() / weir.meanMs());
        }
        double outside = weir.meanMs() - inside;
        table.row("client and connection", outside, Double.NaN, outside / weir.meanMs());
        bars.put("client and connection", outside);
        section.table(table)
                .value("stage.outside.meanMs", outside)
                .value("stage.outside.share", outside / weir.meanMs())
                .plot(new Plot.Bars("Where Weir's mean goes", "ms", bars));
    }

    private void clients() {
        Table table = new Table(
                "the measuring clients themselves", "", "per second", "late by, p50 ms", "p99 ms", "max ms", "answers");
        results.forEach((name, result) -> {
            Histogram lateness = result.lateness();
            table.row(
                    title(name),
                    result.achievedPerSecond(),
                    lateness.getValueAtPercentile(50) / 1e3,
                    lateness.getValueAtPercentile(99) / 1e3,
                    lateness.getMaxValue() / 1e3,
                    result.outcomes().entrySet().stream()
                            .filter(outcome -> outcome.getValue() > 0)
                            .map(outcome -> String.format(Locale.ROOT, "%,d %s", outcome.getValue(), outcome.getKey()))
                            .collect(Collectors.joining(", ")));
            section.value(name + ".perSecond", result.achievedPerSecond())
                    .value(name + ".lateP99Ms", lateness.getValueAtPercentile(99) / 1e3)
                    .value(name + ".unanswered", (double) bad(result))
                    .histogram(name + "-lateness", lateness);
        });
        section.table(table);
    }

    private void curves() {
        List<Series> series = new ArrayList<>();
        results.forEach((name, result) -> series.add(curve(title(name), result.latencies())));
        section.plot(new Plot.Lines(
                section.title(), new Axis("percentile", Scale.PERCENTILE), new Axis("latency, ms", Scale.LOG), series));
    }

    private static Series curve(String name, Histogram histogram) {
        List<double[]> points = new ArrayList<>();
        for (HistogramIterationValue value : histogram.percentiles(STEPS_PER_HALVING)) {
            if (value.getPercentileLevelIteratedTo() < 100) {
                points.add(new double[] {value.getPercentileLevelIteratedTo(), value.getValueIteratedTo() / 1e3});
            }
        }
        return new Series(
                name,
                points.stream().mapToDouble(point -> point[0]).toArray(),
                points.stream().mapToDouble(point -> point[1]).toArray());
    }

    private void notes() {
        section.note(
                        "One after another on one broker, the same transactions on the same schedule, each measured by a process"
                                + " of its own that sends when a request is due and waits for nobody. Floor and hop have the machine"
                                + " without the server, which is stopped then.")
                .note(
                        "Weir: from when the request was due to its response with the committed decision (Prefer: wait, so that"
                                + " none is cut off at 100 ms). All others: from when the append was due until a read_committed"
                                + " consumer had the record, or the decision; they have no HTTP.")
                .note(
                        "Stages are those of the gateway's meters, read before and after; their p99 lies between two bounds of a"
                                + " histogram. Stages add up to the server's part of the mean; the rest is the client's and the"
                                + " connection's.");
        results.forEach((name, result) -> {
            if (!result.keptSchedule()) {
                section.note(String.format(
                        Locale.ROOT,
                        "%s: the schedule was not kept, %,.0f/s were sent instead of %,.0f/s. This machine is saturated;"
                                + " latencies are those of a growing queue.",
                        title(name),
                        result.achievedPerSecond(),
                        plan.perSecond()));
            }
            if (bad(result) > 0) {
                section.note(String.format(
                        Locale.ROOT,
                        "%s: %,d requests had another answer or none; their latencies are in no figure.",
                        title(name),
                        bad(result)));
            }
        });
    }

    private static long bad(LoadResult result) {
        return result.outcomes().entrySet().stream()
                .filter(outcome -> !GOOD.contains(outcome.getKey()))
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    private LoadResult result(String name) {
        LoadResult result = results.get(name);
        if (result == null) {
            throw new IllegalStateException("no result of " + name);
        }
        return result;
    }

    private static Map<String, Double> percentiles() {
        Map<String, Double> percentiles = new LinkedHashMap<>();
        percentiles.put("p50", 50.0);
        percentiles.put("p90", 90.0);
        percentiles.put("p99", 99.0);
        percentiles.put("p999", 99.9);
        percentiles.put("p9999", 99.99);
        percentiles.put("max", 100.0);
        return percentiles;
    }
}
