package io.weir.load;

import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/** Latencies of a run, in a histogram of 1 µs to 1 minute with three digits. Thread-safe. */
public final class Latencies {
    private static final long HIGHEST_US = 60_000_000;

    private final Histogram histogram = new ConcurrentHistogram(1, HIGHEST_US, 3);

    /** Records one. */
    public void record(long latencyNs) {
        histogram.recordValue(Math.clamp(latencyNs / 1_000, 1, HIGHEST_US));
    }

    /** How many were recorded. */
    public long count() {
        return histogram.getTotalCount();
    }

    /** The latency that {@code percent} of the requests did not exceed, in milliseconds; 0 if there are none. */
    public double percentileMs(double percent) {
        return histogram.getTotalCount() == 0 ? 0 : histogram.getValueAtPercentile(percent) / 1_000.0;
    }

    /** The longest, in milliseconds. */
    public double maxMs() {
        return histogram.getMaxValue() / 1_000.0;
    }

    /** What was recorded so far, microseconds. */
    public Histogram microseconds() {
        Histogram copy = new Histogram(1, HIGHEST_US, 3);
        copy.add(histogram);
        return copy;
    }
}
