package io.weir.load.report;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * What a run of the bench found, and where.
 *
 * @param commit of the sources; empty if unknown
 * @param at when the run began
 * @param command as it was given
 * @param sections in their order
 */
public record Report(Machine machine, String commit, Instant at, String command, List<Section> sections) {
    /** Ticks for each halving of the distance to 100 %. */
    private static final int TICKS = 5;

    private static final double US_PER_MS = 1_000.0;

    public Report {
        sections = List.copyOf(sections);
    }

    /** The targets, and whether this run met them. */
    public List<Targets.Result> targets() {
        return Targets.evaluate(sections);
    }

    /**
     * Writes {@code report.html} (everything, for people), {@code report.json} (everything, for programs) and a
     * {@code SECTION-NAME.hgrm} for each distribution of latencies (milliseconds, as HdrHistogram's own tools write and
     * plot them).
     *
     * @param directory made if it is not there
     */
    public void write(Path directory) throws IOException {
        Files.createDirectories(directory);
        for (Section section : sections) {
            for (Map.Entry<String, Histogram> each : section.histograms().entrySet()) {
                Path file = directory.resolve(histogramFile(section, each.getKey()));
                try (PrintStream out = new PrintStream(Files.newOutputStream(file), false, StandardCharsets.UTF_8)) {
                    each.getValue().outputPercentileDistribution(out, TICKS, US_PER_MS);
                }
            }
        }
        Files.writeString(directory.resolve("report.json"), JsonReport.of(this).encodePrettily() + "\n");
        Files.writeString(directory.resolve("report.html"), HtmlReport.of(this));
    }

    /** The name of a distribution's file. */
    static String histogramFile(Section section, String name) {
        return (section.id() + "-" + name).replaceAll("[^A-Za-z0-9._-]+", "-") + ".hgrm";
    }
}
