package io.weir.core.decide;

import java.util.ArrayList;
import java.util.List;

/** Room for many transactions that are measured, their features among it, used again and again. Not thread-safe. */
public final class FeatureRows {
    private final List<Measured> rows = new ArrayList<>();
    private int used;

    /** From here on it is filled anew: nobody needs what was in it. */
    public void reuse() {
        used = 0;
    }

    /** A row with this many features, whatever is in it. */
    Measured next(int features) {
        if (used == rows.size()) {
            rows.add(new Measured(features));
        } else if (rows.get(used).features().length != features) {
            rows.set(used, new Measured(features)); // of another policy
        }
        return rows.get(used++);
    }
}
