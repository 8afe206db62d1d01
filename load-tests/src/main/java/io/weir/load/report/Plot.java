package io.weir.load.report;

import java.util.List;
import java.util.Map;

/** A picture of results. */
public sealed interface Plot {
    /** What it shows. */
    String title();

    /** How an axis is divided. */
    enum Scale {
        LINEAR,
        /** Values below or at 0 are not drawn. */
        LOG,
        /** Percentiles, 0 to 100, drawn as HdrHistogram does: 90, 99 and 99.9 are equally far apart. */
        PERCENTILE
    }

    /**
     * An axis.
     *
     * @param label what it shows, with its unit
     */
    record Axis(String label, Scale scale) {}

    /** A line: as many {@code y} as {@code x}, {@code x} ascending; {@code NaN} leaves a gap. */
    @SuppressWarnings("ArrayRecordComponent") // made, drawn and forgotten
    record Series(String name, double[] x, double[] y) {}

    /** Lines over a common axis. */
    record Lines(String title, Axis x, Axis y, List<Series> series) implements Plot {}

    /**
     * Bars from 0.
     *
     * @param bars by name, in their order
     */
    record Bars(String title, String unit, Map<String, Double> bars) implements Plot {}
}
