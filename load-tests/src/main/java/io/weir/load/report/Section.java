package io.weir.load.report;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** What one measurement found. Filled by who measures; not thread-safe. */
public final class Section {
    private final String id;
    private final String title;
    private final List<String> notes = new ArrayList<>();
    private final List<Table> tables = new ArrayList<>();
    private final List<Plot> plots = new ArrayList<>();
    private final Map<String, Double> values = new LinkedHashMap<>();
    private final Map<String, Histogram> histograms = new LinkedHashMap<>();
    private @Nullable String failure;
    private double seconds = Double.NaN;

    /**
     * An empty one.
     *
     * @param id a word, as in {@code weir bench ID}
     */
    public Section(String id, String title) {
        this.id = id;
        this.title = title;
    }

    public String id() {
        return id;
    }

    public String title() {
        return title;
    }

    /** Adds a paragraph: how it was measured, or what to mind when reading it. */
    public Section note(String text) {
        notes.add(text);
        return this;
    }

    /** Adds a table. */
    public Section table(Table table) {
        tables.add(table);
        return this;
    }

    /** Adds a picture. */
    public Section plot(Plot plot) {
        plots.add(plot);
        return this;
    }

    /** A figure by name, for targets and for programs that read the report; {@code NaN} where it could not be measured. */
    public Section value(String name, double value) {
        values.put(name, value);
        return this;
    }

    /**
     * A distribution of latencies, microseconds, kept as a file of its own.
     *
     * @param name part of the file's name
     */
    public Section histogram(String name, Histogram histogram) {
        histograms.put(name, histogram);
        return this;
    }

    /** It went wrong, as {@code why} says; what was found before remains. */
    public Section failed(String why) {
        failure = why;
        return this;
    }

    /** How long it took to measure, in seconds. */
    public Section took(double howLong) {
        seconds = howLong;
        return this;
    }

    /** What went wrong; null if nothing did. */
    public @Nullable String failure() {
        return failure;
    }

    /** How long it took; {@code NaN} if nobody looked. */
    public double seconds() {
        return seconds;
    }

    public List<String> notes() {
        return Collections.unmodifiableList(notes);
    }

    public List<Table> tables() {
        return Collections.unmodifiableList(tables);
    }

    public List<Plot> plots() {
        return Collections.unmodifiableList(plots);
    }

    /** Figures by name. */
    public Map<String, Double> values() {
        return Collections.unmodifiableMap(values);
    }

    public Map<String, Histogram> histograms() {
        return Collections.unmodifiableMap(histograms);
    }
}
