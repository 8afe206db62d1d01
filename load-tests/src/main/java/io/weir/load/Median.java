package io.weir.load;

import java.util.stream.DoubleStream;

/** What a measurement that was repeated says, whatever a neighbour did to one of its rounds. */
public final class Median {
    private Median() {}

    /** The middle one of some values, or the mean of the two in the middle; {@code NaN} of none. */
    public static double of(DoubleStream values) {
        double[] sorted = values.sorted().toArray();
        int middle = sorted.length / 2;
        if (sorted.length == 0) {
            return Double.NaN;
        }
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
