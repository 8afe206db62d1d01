package io.weir.core.window;

import io.weir.core.policy.Aggregate;
import io.weir.core.policy.Aggregate.Function;
import io.weir.core.policy.Entity;
import io.weir.core.policy.Label;
import io.weir.events.Hash64;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
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
     * @param amountMinor its amount, or a value in its place
     * @param label FRAUD, GENUINE or null
     * @param other id of another entity that it names
     */
    public record Event(
            long timeMs,
            long amountMinor,
            @Nullable Label label,
            @Nullable String other) {

        boolean is(@Nullable Label wanted) {
            return wanted == null || label != null && (wanted == Label.KNOWN || wanted == label);
        }
    }

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

    /** The event that came last. */
    public Event last() {
        return events.getLast();
    }

    /** Whether a transaction at this time is kept one by one. */
    public boolean isRow(long timeMs) {
        return timeMs > Math.max(horizonMs, exactAfterMs);
    }

    /** Whether the value for the last event of the list is not exact. */
    public boolean isPaned(Aggregate aggregate) {
        return !events.isEmpty() && isPaned(aggregate, events.getLast().timeMs, events.getLast(), this);
    }

    /** Whether a value for a transaction is not exact, see {@link #value(Aggregate, long, Event, PlainWindows)}. */
    public boolean isPaned(Aggregate aggregate, long t, @Nullable Event current, PlainWindows all) {
        long through = t - aggregate.delayMs();
        long after = through - aggregate.windowMs();
        boolean reached = exactAfterMs != Long.MIN_VALUE && after < exactAfterMs;
        if (!aggregate.function().looksBack()) {
            return reached;
        }
        boolean lastInPanes = reached
                && (aggregate.label() == null
                        ? through < exactAfterMs || aggregate.delayMs() == 0 && t == exactAfterMs
                        : lastRow(aggregate.label(), through, current) <= after);
        if (aggregate.function() == Function.SINCE_LAST) {
            return lastInPanes;
        }
        long last = last(aggregate, t, current);
        return lastInPanes || last > after && all.exactAfterMs != Long.MIN_VALUE && last < all.exactAfterMs;
    }

    /** The value for the last event of the list. */
    public double value(Aggregate aggregate) {
        return events.isEmpty()
                ? value(aggregate, 0, null, this)
                : value(aggregate, events.getLast().timeMs, events.getLast(), this);
    }

    /**
     * The value for a transaction.
     *
     * @param current it, if it is one of the events
     * @param all the windows of all events, of which these are some
     */
    public double value(Aggregate aggregate, long t, @Nullable Event current, PlainWindows all) {
        long through = t - aggregate.delayMs();
        long after = through - aggregate.windowMs();
        if (aggregate.function().looksBack()) {
            long last = last(aggregate, t, current);
            if (last <= after) {
                return Double.NaN;
            }
            return aggregate.function() == Function.SINCE_LAST ? t - last : all.countSince(last, t);
        }
        if (aggregate.function() == Function.DISTINCT) {
            double inRows = different(rows(after, through)).count();
            return aggregate.entity() == Entity.ACCOUNT || exactAfterMs == Long.MIN_VALUE
                    ? inRows
                    : inRows + Math.max(0, Math.rint(about(window(after, through)) - about(rows(after, through))));
        }
        return valueOf(
                aggregate.function(),
                window(after, through).filter(one -> one.is(aggregate.label())).toList());
    }

    private Stream<Event> rows(long after, long through) {
        return events.stream().filter(one -> isRow(one.timeMs) && one.timeMs > after && one.timeMs <= through);
    }

    private Stream<Event> window(long after, long through) {
        return Stream.concat(
                rows(after, through),
                panes.values().stream()
                        .filter(pane -> pane.centre > after && pane.centre <= through)
                        .flatMap(pane -> pane.events.stream()));
    }

    private static Stream<String> different(Stream<Event> events) {
        return events.map(Event::other).filter(Objects::nonNull).distinct();
    }

    /** A HyperLogLog's estimate with 256 registers. */
    private static double about(Stream<Event> events) {
        int[] registers = new int[256];
        different(events).forEach(id -> {
            String bits = Long.toBinaryString(Hash64.of(id));
            bits = "0".repeat(64 - bits.length()) + bits;
            int index = Integer.parseInt(bits.substring(0, 8), 2);
            registers[index] = Math.max(registers[index], (bits.substring(8) + "1").indexOf('1') + 1);
        });
        double sum = 0;
        for (int register : registers) {
            sum += Math.scalb(1.0, -register);
        }
        long empty = Arrays.stream(registers).filter(register -> register == 0).count();
        double estimate = 0.7213 / (1 + 1.079 / 256) * 256 * 256 / sum;
        return estimate <= 640 && empty > 0 ? 256 * StrictMath.log(256.0 / empty) : estimate;
    }

    private static double valueOf(Function function, List<Event> window) {
        double sum = window.stream().mapToLong(Event::amountMinor).sum();
        long frauds = window.stream().filter(one -> one.label == Label.FRAUD).count();
        return switch (function) {
            case COUNT -> window.size();
            case SUM -> sum;
            case MEAN -> window.isEmpty() ? Double.NaN : sum / window.size();
            case MAX -> window.stream().mapToDouble(Event::amountMinor).max().orElse(Double.NaN);
            case STDDEV -> standardDeviation(window);
            case FRAUD_COUNT -> frauds;
            case FRAUD_RATE -> window.isEmpty() ? 0 : (double) frauds / window.size();
            case DISTINCT, SINCE_LAST, COUNT_SINCE_LAST -> throw new IllegalArgumentException(function.name());
        };
    }

    /** When the last selected event before the current one, or up to the delay before it, was, as far as it can be told. */
    private long last(Aggregate aggregate, long t, @Nullable Event current) {
        Label label = aggregate.label();
        long through = t - aggregate.delayMs();
        Predicate<Pane> over = aggregate.delayMs() == 0
                ? pane -> t > exactAfterMs || pane.end <= t
                : pane -> through >= exactAfterMs || pane.end - 1 <= through;
        if (label != null) {
            long row = lastRow(label, through, current);
            return row > through - aggregate.windowMs()
                    ? row
                    : lastCentre(over.and(pane -> pane.events.stream().anyMatch(one -> one.is(label))));
        }
        boolean exact = aggregate.delayMs() == 0 ? t > exactAfterMs : through >= exactAfterMs;
        return exact
                ? events.stream()
                        .filter(one -> one != current && one.timeMs <= through && one.timeMs > horizonMs)
                        .mapToLong(Event::timeMs)
                        .max()
                        .orElse(Long.MIN_VALUE)
                : lastCentre(over);
    }

    private long lastRow(Label label, long t, @Nullable Event current) {
        return rows(Long.MIN_VALUE, t)
                .filter(one -> one != current && one.is(label))
                .mapToLong(Event::timeMs)
                .max()
                .orElse(Long.MIN_VALUE);
    }

    private long lastCentre(Predicate<Pane> counted) {
        return panes.values().stream()
                .filter(counted)
                .mapToLong(pane -> pane.centre)
                .max()
                .orElse(Long.MIN_VALUE);
    }

    /** Without the transaction at {@code t} itself, which is one of them. */
    private long countSince(long last, long t) {
        return last >= t ? 0 : Math.max(0, window(last, t).count() - 1);
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
