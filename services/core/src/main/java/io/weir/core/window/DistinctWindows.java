package io.weir.core.window;

import java.util.ArrayList;
import java.util.List;

/** The windows of a series of which the different values of a column are kept counted, the one asked last at the front. */
final class DistinctWindows {
    /** There are never more: of a policy that asks for more, and of those before it, the one longest unused gives way. */
    static final int MAX_WINDOWS = 32;

    private final List<DistinctWindow> windows = new ArrayList<>(1);

    DistinctWindow of(int column, long windowMs, long delayMs) {
        int at = 0;
        while (at < windows.size() && !windows.get(at).is(column, windowMs, delayMs)) {
            at++;
        }
        if (at < windows.size()) {
            DistinctWindow known = windows.remove(at);
            windows.addFirst(known);
            return known;
        }
        if (at == MAX_WINDOWS) {
            windows.removeLast();
        }
        DistinctWindow added = new DistinctWindow(column, windowMs, delayMs);
        windows.addFirst(added);
        return added;
    }

    void dropThrough(long timeMs, EventSeries series) {
        for (DistinctWindow window : windows) {
            window.dropThrough(timeMs, series);
        }
    }

    void changed(int column, long timeMs, long oldValue, long newValue) {
        for (DistinctWindow window : windows) {
            window.changed(column, timeMs, oldValue, newValue);
        }
    }
}
