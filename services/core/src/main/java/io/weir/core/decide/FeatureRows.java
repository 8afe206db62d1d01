package io.weir.core.decide;

import java.util.ArrayList;
import java.util.List;

/** Room for the features of many transactions, used again and again. Not thread-safe. */
public final class FeatureRows {
    private final List<double[]> rows = new ArrayList<>();
    private int used;

    /** From here on it is filled anew: nobody needs what was in it. */
    public void reuse() {
        used = 0;
    }

    /** A row of this many values, whatever they are. */
    double[] next(int length) {
        if (used == rows.size()) {
            rows.add(new double[length]);
        } else if (rows.get(used).length != length) {
            rows.set(used, new double[length]); // of another policy
        }
        return rows.get(used++);
    }
}
