package io.weir.server.views;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The newest alerts on the log, in its order of time. One thread adds, any reads. */
final class AlertView {
    /** How many alerts one page looks at: bounds the time that a rare match takes from the event loop. */
    static final int SCANNED = 20_000;

    /**
     * Alerts, newest first.
     *
     * @param next where to go on, or null at the end of what is held
     */
    record Page(List<HeldAlert> alerts, @Nullable LogPosition next) {}

    private final int maximum;
    private final BiConsumer<Integer, Long> onEvicted;
    private final ConcurrentSkipListMap<LogPosition, HeldAlert> alerts = new ConcurrentSkipListMap<>();
    private final AtomicInteger size = new AtomicInteger();
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong evicted = new AtomicLong();

    /**
     * An empty view.
     *
     * @param onEvicted told partition and offset of each alert that had to go
     */
    AlertView(int maximum, BiConsumer<Integer, Long> onEvicted) {
        this.maximum = maximum;
        this.onEvicted = onEvicted;
    }

    void add(LogPosition position, HeldAlert alert) {
        alerts.put(position, alert);
        bytes.addAndGet(alert.bytes());
        if (size.get() < maximum) {
            size.incrementAndGet();
            return;
        }
        Map.Entry<LogPosition, HeldAlert> oldest = alerts.pollFirstEntry();
        evicted.incrementAndGet();
        bytes.addAndGet(-oldest.getValue().bytes());
        onEvicted.accept(oldest.getKey().partition(), oldest.getKey().offset());
    }

    /**
     * Alerts that stand before a position on the log, from the newest of them on: at most {@code limit}, and fewer than that
     * where matches are rare, which is not the end as long as there is a next.
     *
     * @param before null for the newest of all
     */
    Page page(Predicate<HeldAlert> filter, @Nullable LogPosition before, int limit) {
        NavigableMap<LogPosition, HeldAlert> newestFirst =
                (before == null ? alerts : alerts.headMap(before, false)).descendingMap();
        List<HeldAlert> found = new ArrayList<>(Math.min(limit, 100));
        int scanned = 0;
        LogPosition last = null;
        for (Map.Entry<LogPosition, HeldAlert> entry : newestFirst.entrySet()) {
            if (found.size() == limit || scanned == SCANNED) {
                return new Page(found, last);
            }
            scanned++;
            last = entry.getKey();
            if (filter.test(entry.getValue())) {
                found.add(entry.getValue());
            }
        }
        return new Page(found, null);
    }

    /** Everything held, oldest first. */
    NavigableMap<LogPosition, HeldAlert> all() {
        return alerts;
    }

    long size() {
        return size.get();
    }

    /** What it takes on the heap, estimated. */
    long bytes() {
        return bytes.get();
    }

    long evicted() {
        return evicted.get();
    }
}
