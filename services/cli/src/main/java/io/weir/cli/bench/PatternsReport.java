package io.weir.cli.bench;

import io.weir.cli.bench.Patterns.Found;
import io.weir.load.patterns.Guarantee;
import io.weir.load.patterns.Pattern;
import io.weir.load.patterns.Work;
import io.weir.load.report.Plot;
import io.weir.load.report.Section;
import io.weir.load.report.Table;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** What the patterns did, and when to use which. */
final class PatternsReport {
    private final Patterns measured;
    private final int rounds;
    private final List<Found> found = new ArrayList<>();

    PatternsReport(Patterns measured, int rounds) {
        this.measured = measured;
        this.rounds = rounds;
    }

    void add(Found one) {
        found.add(one);
    }

    Section section() {
        Section section = new Section("patterns", "Consumer architectures: one thread, a pool, a stream, the engine's");
        for (Work.Kind kind : measured.kinds()) {
            Table table = new Table(
                    caption(kind),
                    "",
                    "at least once /s",
                    "p50 ms",
                    "p99 ms",
                    "exactly once /s",
                    "p50 ms",
                    "p99 ms",
                    "use it when");
            Map<String, Double> bars = new LinkedHashMap<>();
            for (Pattern pattern : measured.patterns()) {
                Found loose = find(pattern, kind, Guarantee.AT_LEAST_ONCE);
                Found exact = find(pattern, kind, Guarantee.EXACTLY_ONCE);
                table.row(
                        name(pattern),
                        perSecond(loose),
                        ms(loose, 50),
                        ms(loose, 99),
                        perSecond(exact),
                        ms(exact, 50),
                        ms(exact, 99),
                        advice(pattern, kind));
                bars.put(name(pattern), perSecond(exact));
            }
            section.table(table).plot(new Plot.Bars(title(kind) + ", exactly once", "results a second", bars));
        }
        found.forEach(one -> values(section, one));
        return notes(section);
    }

    private static void values(Section section, Found one) {
        String name = camel(one.pattern().word()) + "." + one.kind().name().toLowerCase(Locale.ROOT) + "."
                + (one.guarantee() == Guarantee.EXACTLY_ONCE ? "exactlyOnce" : "atLeastOnce");
        section.value(name + ".perSecond", one.perSecond());
        Histogram latencies = one.latencies();
        if (latencies != null) {
            section.value(name + ".p50Ms", ms(one, 50)).value(name + ".p99Ms", ms(one, 99));
            section.histogram(name, latencies);
        }
    }

    private Section notes(Section section) {
        section.note(
                ("Every pattern is a process of its own with the same JVM flags, client settings and log, at work for %.1f s. A"
                                + " second counts what a read_committed reader sees, between a fifth and 95 %% of that. After each run the"
                                + " results were held against the committed positions: none missing and in the order of their partition;"
                                + " exactly once, none twice either. CPU-bound work is %,d rounds of SHA-256.")
                        .formatted(measured.drain().toMillis() / 1e3, rounds));
        if (measured.steady().isZero()) {
            section.note("The quick form has throughput exactly once alone.");
        } else {
            section.note(
                    "Latency: from when a payment was due by a schedule of so many a second as the caption says, until a"
                            + " read_committed reader has its result.");
        }
        return section.note(
                "When to use which: begin with one thread and more partitions. A pool or a stream pays where work waits"
                        + " for others, because many answers can be waited for at once; for work that needs a processor, as many"
                        + " processes with one thread each do as well and keep order by themselves. Where results depend on state that"
                        + " one thread owns, and milliseconds count, use the engine's pattern.");
    }

    private String caption(Work.Kind kind) {
        return title(kind)
                + (measured.steady().isZero() ? "" : "; latency at %,d a second".formatted(Patterns.steadyRate(kind)));
    }

    private static String title(Work.Kind kind) {
        return switch (kind) {
            case LIGHT -> "Light work: reading the record";
            case IO -> "I/O-bound work: a call that takes 5 ms";
            case CPU -> "CPU-bound work: about 200 µs";
        };
    }

    private static String name(Pattern pattern) {
        return switch (pattern) {
            case POLL_LOOP -> "single-threaded poll loop";
            case WORKER_POOL -> "worker pool";
            case REACTIVE -> "reactive, reactor-kafka";
            case ENGINE -> "Weir's: commit beside work";
        };
    }

    /** What follows from how each is built, whatever the figures. */
    private static String advice(Pattern pattern, Work.Kind kind) {
        return switch (kind) {
            case LIGHT ->
                switch (pattern) {
                    case POLL_LOOP -> "always first: nothing to coordinate";
                    case WORKER_POOL -> "not for this: handing over is more than the work";
                    case REACTIVE -> "the rest of the program is reactive";
                    case ENGINE -> "exactly once within milliseconds, state without locks";
                };
            case IO ->
                switch (pattern) {
                    case POLL_LOOP -> "calls can be batched, or a process a partition is enough";
                    case WORKER_POOL -> "the client blocks; a thread for each call";
                    case REACTIVE -> "the client does not block: many calls, few threads";
                    case ENGINE -> "not for this: enrich before, or batch the calls";
                };
            case CPU ->
                switch (pattern) {
                    case POLL_LOOP -> "a process for each processor, by partitions";
                    case WORKER_POOL -> "fewer partitions than processors, work without state";
                    case REACTIVE -> "as the pool, in a reactive program";
                    case ENGINE -> "the work needs state in order; more engines for more processors";
                };
        };
    }

    private @Nullable Found find(Pattern pattern, Work.Kind kind, Guarantee guarantee) {
        return found.stream()
                .filter(one -> one.pattern() == pattern && one.kind() == kind && one.guarantee() == guarantee)
                .findFirst()
                .orElse(null);
    }

    private static double perSecond(@Nullable Found one) {
        return one == null ? Double.NaN : one.perSecond();
    }

    private static double ms(@Nullable Found one, double percentile) {
        Histogram latencies = one == null ? null : one.latencies();
        return latencies == null ? Double.NaN : latencies.getValueAtPercentile(percentile) / 1e3;
    }

    private static String camel(String word) {
        int dash = word.indexOf('-');
        return dash < 0
                ? word
                : word.substring(0, dash) + Character.toUpperCase(word.charAt(dash + 1)) + word.substring(dash + 2);
    }
}
