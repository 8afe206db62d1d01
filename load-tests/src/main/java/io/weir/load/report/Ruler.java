package io.weir.load.report;

import io.weir.load.report.Plot.Scale;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;

/**
 * An axis over a range of values: where a value lies on it, and its ticks.
 *
 * @param from the axis' beginning, as {@link #along} has it
 * @param to its end
 * @param ticks inside the range
 */
record Ruler(Scale scale, double from, double to, List<Tick> ticks) {
    /** Beyond 99.9999 % there is one in a million. */
    private static final double MOST_PERCENT = 99.9999;

    private static final int TICKS = 5;
    private static final double[] STEPS = {1, 2, 5, 10};

    /**
     * A tick.
     *
     * @param position 0 to 1
     */
    record Tick(double position, String label) {}

    /**
     * An axis that holds all values that can be drawn on it.
     *
     * @param fromZero whether a linear axis begins at 0 at the latest
     */
    static Ruler over(Scale scale, DoubleStream values, boolean fromZero) {
        double[] drawn = values.map(value -> along(scale, value))
                .filter(Double::isFinite)
                .sorted()
                .toArray();
        double least = drawn.length == 0 ? 0 : drawn[0];
        double most = drawn.length == 0 ? 1 : drawn[drawn.length - 1];
        return switch (scale) {
            case LINEAR -> linear(fromZero ? Math.min(0, least) : least, fromZero ? Math.max(0, most) : most);
            case LOG -> log(least, most);
            case PERCENTILE -> percentile(Math.max(farthest(drawn), along(scale, 99)));
        };
    }

    /** Where a value lies, 0 to 1; {@code NaN} if it cannot be drawn. */
    double position(double value) {
        double position = (along(scale, value) - from) / (to - from);
        return scale == Scale.PERCENTILE ? Math.min(1, position) : position;
    }

    private static double along(Scale scale, double value) {
        if (!Double.isFinite(value)) {
            return Double.NaN;
        }
        return switch (scale) {
            case LINEAR -> value;
            case LOG -> value > 0 ? Math.log10(value) : Double.NaN;
            // 100 % is infinitely far away: it is drawn at the end.
            case PERCENTILE -> -Math.log10(1 - Math.clamp(value, 0, MOST_PERCENT) / 100);
        };
    }

    private static Ruler linear(double least, double most) {
        double range = most > least ? most - least : Math.max(1, Math.abs(most));
        double step = step(range / TICKS);
        long first = (long) Math.floor(least / step + 1e-9);
        long last = Math.max(first + 1, (long) Math.ceil(most / step - 1e-9));
        List<Tick> ticks = new ArrayList<>();
        for (long i = first; i <= last; i++) {
            ticks.add(new Tick((double) (i - first) / (last - first), Numbers.tick(i * step)));
        }
        return new Ruler(Scale.LINEAR, first * step, last * step, ticks);
    }

    private static double step(double atLeast) {
        double power = Math.pow(10, Math.floor(Math.log10(atLeast)));
        for (double step : STEPS) {
            if (step * power >= atLeast * (1 - 1e-9)) {
                return step * power;
            }
        }
        return 10 * power;
    }

    /** Up to two and a half decades have ticks at 1, 2 and 5; more have them at the powers of ten alone. */
    private static Ruler log(double least, double most) {
        boolean fine = most - least < 2.5;
        List<Double> marks = new ArrayList<>();
        for (int power = (int) Math.floor(least) - 1; power <= Math.ceil(most) + 1; power++) {
            for (double mark : fine ? new double[] {1, 2, 5} : new double[] {1}) {
                marks.add(mark * Math.pow(10, power));
            }
        }
        double from = marks.stream()
                .mapToDouble(Math::log10)
                .filter(mark -> mark <= least + 1e-9)
                .max()
                .orElse(least);
        double to = marks.stream()
                .mapToDouble(Math::log10)
                .filter(mark -> mark >= most - 1e-9 && mark > from)
                .min()
                .orElse(from + 1);
        List<Tick> ticks = marks.stream()
                .filter(mark -> Math.log10(mark) >= from - 1e-9 && Math.log10(mark) <= to + 1e-9)
                .map(mark -> new Tick((Math.log10(mark) - from) / (to - from), Numbers.tick(mark)))
                .toList();
        return new Ruler(Scale.LOG, from, to, ticks);
    }

    /** The last of sorted positions before that of 100 %. */
    private static double farthest(double[] drawn) {
        double end = along(Scale.PERCENTILE, MOST_PERCENT);
        return DoubleStream.of(drawn).filter(at -> at < end).max().orElse(0);
    }

    private static Ruler percentile(double most) {
        List<Tick> ticks = new ArrayList<>();
        double[] marks = {0, 90, 99, 99.9, 99.99, 99.999, MOST_PERCENT};
        for (double mark : marks) {
            double position = along(Scale.PERCENTILE, mark) / most;
            if (position <= 1 + 1e-9) {
                ticks.add(new Tick(position, String.format(Locale.ROOT, "%s %%", Numbers.tick(mark))));
            }
        }
        return new Ruler(Scale.PERCENTILE, 0, most, ticks);
    }
}
