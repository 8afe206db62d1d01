package io.weir.core.window;

import io.weir.core.policy.Aggregate;
import io.weir.core.policy.Aggregate.Function;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The oracle of one entity's windows: all its events in one list, and every question answered by walking
 * through it, straight from the definitions in {@link Aggregate}, {@link EntityWindows} and {@link Panes}. Shares no code
 * with what it judges.
 */
public final class PlainWindows {
    private static final long MINUTE = 60_000;
    private static final long HORIZON = 120L * 24 * 60 * MINUTE;

    private final List<Event> events;
    private final long horizonMs;
    /** B, or {@code Long.MIN_VALUE}. */
    private final long exactAfterMs;

    private final TreeMap<Long, Pane> panes = new TreeMap<>();

    /**
     * A transaction of the entity.
     *
     * @param other id of another entity that it names
     */
    public record Event(
            long timeMs,
            long amountMinor,
            boolean fraud,
            @Nullable Object other) {}

    private static final class Pane {
        final long end;
        final long centre;
        final List<Event> events = new ArrayList<>();

        Pane(long end, long centre) {
            this.end = end;
            this.centre = centre;
        }
    }

    /** The windows of an entity with these events, of which at most C are exact. */
    public PlainWindows(List<Event> events, int exactEvents) {
        this.events = events;
        List<Long> times = events.stream()
                .map(Event::timeMs)
                .sorted(Comparator.reverseOrder())
                .toList();
        long newestMs = times.isEmpty() ? 0 : times.getFirst();
        horizonMs = newestMs - HORIZON;
        long boundary = times.size() > exactEvents ? times.get(exactEvents) : Long.MIN_VALUE;
        exactAfterMs = boundary <= horizonMs ? Long.MIN_VALUE : boundary;
        for (Event event : events) {
            if (event.timeMs <= exactAfterMs) {
                long width = width(event.timeMs, newestMs);
                long start = Math.floorDiv(event.timeMs, width) * width;
                if (start > horizonMs) {
                    panes.computeIfAbsent(start, s -> new Pane(s + width, Math.min(s + width / 2, exactAfterMs)))
                            .events
                            .add(event);
                }
            }
        }
    }

    /** Whether a transaction at this time is kept one by one. */
    public boolean isRow(long timeMs) {
        return timeMs > Math.max(horizonMs, exactAfterMs);
    }

    /** Whether a value is not exact. */
    public boolean isPaned(Aggregate aggregate, long t) {
        boolean reached =
                exactAfterMs != Long.MIN_VALUE && t - aggregate.delayMs() - aggregate.windowMs() < exactAfterMs;
        return reached && (aggregate.function() != Function.SINCE_LAST || t <= exactAfterMs);
    }

    /** The value for the last event of the list. */
    public double value(Aggregate aggregate) {
        if (events.isEmpty()) {
            return valueOf(aggregate.function(), List.of(), List.of());
        }
        Event current = events.getLast();
        long through = current.timeMs - aggregate.delayMs();
        long after = through - aggregate.windowMs();
        List<Event> rows = events.stream()
                .filter(one -> isRow(one.timeMs) && one.timeMs > after && one.timeMs <= through)
                .toList();
        List<Event> window = new ArrayList<>(rows);
        for (Pane pane : panes.values()) {
            if (pane.centre > after && pane.centre <= through) {
                window.addAll(pane.events);
            }
        }
        return aggregate.function() == Function.SINCE_LAST
                ? sinceLast(current, after)
                : valueOf(aggregate.function(), rows, window);
    }

    private static double valueOf(Function function, List<Event> rows, List<Event> window) {
        double sum = window.stream().mapToLong(Event::amountMinor).sum();
        long frauds = window.stream().filter(Event::fraud).count();
        return switch (function) {
            case COUNT -> window.size();
            case SUM -> sum;
            case MEAN -> window.isEmpty() ? Double.NaN : sum / window.size();
            case MAX -> window.stream().mapToDouble(Event::amountMinor).max().orElse(Double.NaN);
            case STDDEV -> standardDeviation(window);
            case DISTINCT ->
                rows.stream()
                        .map(Event::other)
                        .filter(Objects::nonNull)
                        .distinct()
                        .count();
            case FRAUD_COUNT -> frauds;
            case FRAUD_RATE -> window.isEmpty() ? 0 : (double) frauds / window.size();
            case SINCE_LAST -> Double.NaN;
        };
    }

    private double sinceLast(Event current, long after) {
        long t = current.timeMs;
        long last = t > exactAfterMs
                ? events.stream()
                        .filter(one -> one != current && one.timeMs <= t && one.timeMs > horizonMs)
                        .mapToLong(Event::timeMs)
                        .max()
                        .orElse(Long.MIN_VALUE)
                : panes.values().stream()
                        .filter(pane -> pane.end <= t)
                        .mapToLong(pane -> pane.centre)
                        .max()
                        .orElse(Long.MIN_VALUE);
        return last > after ? t - last : Double.NaN;
    }

    private static double standardDeviation(List<Event> window) {
        if (window.isEmpty()) {
            return Double.NaN;
        }
        BigInteger n = BigInteger.valueOf(window.size());
        BigInteger sum = BigInteger.ZERO;
        BigInteger squares = BigInteger.ZERO;
        for (Event event : window) {
            BigInteger amount = BigInteger.valueOf(event.amountMinor);
            sum = sum.add(amount);
            squares = squares.add(amount.pow(2));
        }
        double numerator = n.multiply(squares).subtract(sum.pow(2)).doubleValue();
        return Math.sqrt(numerator / n.pow(2).doubleValue());
    }

    /** The widest block that lies, as a whole, at least its age before the newest event. */
    private static long width(long timeMs, long newestMs) {
        for (long[] level : new long[][] {{256, 32 * 60}, {16, 2 * 60}}) {
            long width = level[0] * MINUTE;
            if ((Math.floorDiv(timeMs, width) + 1) * width <= newestMs - level[1] * MINUTE) {
                return width;
            }
        }
        return MINUTE;
    }
}
