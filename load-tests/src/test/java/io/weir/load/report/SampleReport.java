package io.weir.load.report;

import io.weir.load.report.Plot.Axis;
import io.weir.load.report.Plot.Bars;
import io.weir.load.report.Plot.Lines;
import io.weir.load.report.Plot.Scale;
import io.weir.load.report.Plot.Series;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.HdrHistogram.Histogram;

/** A report of invented figures that has everything a report can have; the main class writes it, to be looked at. */
final class SampleReport {
    static final Machine MACHINE = new Machine("A \"CPU\" <4 GHz>", 2, 24L << 30, "Linux & more", "Java 25", 0.25);

    private SampleReport() {}

    /** Writes it to a directory. */
    public static void main(String[] arguments) throws Exception {
        report().write(Path.of(arguments[0]));
    }

    static Report report() {
        return new Report(
                MACHINE,
                "0123456789ab",
                Instant.parse("2026-01-02T03:04:05Z"),
                "weir bench --quick",
                List.of(latency(), throughput(), scale(), broken()));
    }

    private static Section latency() {
        Section section = new Section("latency", "HTTP to committed decision");
        String[] names = {"Weir", "pass-through floor", "Kafka Streams, tuned", "Flink, tuned"};
        double[] medians = {5_000, 4_000, 7_000, 11_000};
        List<Series> curves = new ArrayList<>();
        Table table = new Table("milliseconds at 1,000/s", "", "p50", "p99", "p99.9", "max");
        for (int i = 0; i < names.length; i++) {
            Histogram histogram = histogram(medians[i], i);
            section.histogram(names[i], histogram);
            curves.add(curve(names[i], histogram));
            table.row(names[i], ms(histogram, 50), ms(histogram, 99), ms(histogram, 99.9), ms(histogram, 100));
        }
        return section.table(table)
                .plot(new Lines(
                        "Latency at 1,000/s",
                        new Axis("requests that took no longer", Scale.PERCENTILE),
                        new Axis("milliseconds", Scale.LOG),
                        curves))
                .value("weir.p99Ms", 20)
                .value("floor.p99Ms", 15)
                .value("streams.p99Ms", 18)
                .value("flink.p99Ms", Double.NaN)
                .value("weir.p999Ms", 31.5)
                .took(71.2)
                .note("Invented: <b>not</b> measured & not to be believed.");
    }

    private static Section throughput() {
        Map<String, Double> bars = new LinkedHashMap<>();
        bars.put("pass-through, exactly once", 306_123.4);
        bars.put("Weir, one engine", 123_456.0);
        bars.put("Kafka Streams, EOS v2, commit interval 1,000 ms", 41_000.0);
        bars.put("Flink", Double.NaN);
        return new Section("throughput", "Decisions a second over a log that is there, exactly once")
                .plot(new Bars("Exactly once, over the same log", "records a second", bars))
                .table(new Table("one run", "", "records", "per second", "how")
                        .row("Weir", 1_000_000L, 123_456.0, "one engine")
                        .row("Flink", 0, Double.NaN, "did not start"))
                .value("weir.perSecond", 123_456);
    }

    private static Section scale() {
        double[] accounts = {1_000, 10_000, 100_000, 1_000_000};
        return new Section("scale", "How cost grows")
                .plot(new Lines(
                        "Throughput as accounts grow",
                        new Axis("accounts", Scale.LOG),
                        new Axis("decisions a second", Scale.LINEAR),
                        List.of(
                                new Series("default policy", accounts, new double[] {120e3, 118e3, 105e3, 99e3}),
                                new Series("windows only", accounts, new double[] {180e3, Double.NaN, 160e3, 150e3}),
                                new Series("one partition", accounts, new double[] {80e3, 78e3, 71e3, 60e3}),
                                new Series("eight partitions", accounts, new double[] {50e3, 48e3, 41e3, 30e3}))))
                .plot(new Lines(
                        "State",
                        new Axis("accounts", Scale.LOG),
                        new Axis("megabytes", Scale.LOG),
                        List.of(new Series("default policy", accounts, new double[] {1.2, 11, 130, 1_250}))))
                .plot(new Lines(
                        "Nothing",
                        new Axis("accounts", Scale.LOG),
                        new Axis("megabytes", Scale.LOG),
                        List.of(new Series("empty", new double[0], new double[0]))))
                .plot(new Lines("No lines", new Axis("x", Scale.PERCENTILE), new Axis("y", Scale.LINEAR), List.of()))
                .plot(new Bars("No bars", "a second", Map.of()))
                .value("accounts.1000.perSecond", 120e3)
                .value("accounts.1000000.perSecond", 99e3);
    }

    private static Section broken() {
        return new Section("rebuild", "Rebuild of state").failed("the broker did not answer\n  <at all>");
    }

    private static Histogram histogram(double medianUs, int seed) {
        Random random = new Random(seed);
        Histogram histogram = new Histogram(60_000_000, 3);
        for (int i = 0; i < 60_000; i++) {
            histogram.recordValue((long) (medianUs * Math.exp(random.nextGaussian() * 0.4)));
        }
        return histogram;
    }

    private static double ms(Histogram histogram, double percentile) {
        return histogram.getValueAtPercentile(percentile) / 1e3;
    }

    private static Series curve(String name, Histogram histogram) {
        List<double[]> points = new ArrayList<>();
        histogram
                .percentiles(5)
                .forEach(each -> points.add(
                        new double[] {each.getPercentileLevelIteratedTo(), each.getValueIteratedTo() / 1e3}));
        return new Series(
                name,
                points.stream().mapToDouble(point -> point[0]).toArray(),
                points.stream().mapToDouble(point -> point[1]).toArray());
    }
}
