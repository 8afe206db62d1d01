package io.weir.cli.bench;

import io.weir.cli.Stack;
import io.weir.load.LoadResult;
import io.weir.load.RateSearch;
import io.weir.load.SustainedProcess;
import io.weir.load.report.Plot;
import io.weir.load.report.Plot.Axis;
import io.weir.load.report.Plot.Scale;
import io.weir.load.report.Plot.Series;
import io.weir.load.report.Section;
import io.weir.load.report.Table;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * The highest rate over HTTP whose p99 stays under 100 ms, searched step by step.
 *
 * @param transactions at most; the search ends when they are used up
 * @param first rate, a second
 * @param seconds of a step
 * @param within the search ends when the lowest rate that does not hold is at most so many times the highest that does
 */
record Sustained(int transactions, double first, double seconds, double within) implements Measurement {
    static final double LIMIT_MS = 100;
    /** Sent as fast as they are answered before the first step, for the compiler to be done with most of it; a tenth of all at most. */
    private static final int BURST = 100_000;

    @Override
    public Section measure(Bench bench) throws IOException, InterruptedException {
        try (Stack stack = bench.startStack()) {
            LoadClients clients = new LoadClients(bench, stack, transactions);
            bench.progress().say("Looking for the highest rate over HTTP with a p99 under 100 ms ...");
            int burst = Math.min(BURST, transactions / 10);
            return section(
                    clients.sustained(transactions, burst, first, seconds, within, LIMIT_MS, step -> bench.progress()
                            .say("  %,.0f/s: p99 %,.1f ms".formatted(step.perSecond(), step.percentileMs(99)))));
        }
    }

    private Section section(List<LoadResult> steps) {
        RateSearch search = new RateSearch(first, within);
        Table table = new Table(
                "steps of " + seconds + " s, in their order", "per second", "sent", "p50 ms", "p99 ms", "p99.9 ms", "");
        double p99Ms = Double.NaN;
        for (LoadResult step : steps) {
            boolean holds = SustainedProcess.holds(step, LIMIT_MS);
            search.tried(holds);
            p99Ms = holds ? step.percentileMs(99) : p99Ms;
            table.row(
                    step.perSecond(),
                    step.achievedPerSecond(),
                    step.percentileMs(50),
                    step.percentileMs(99),
                    step.percentileMs(99.9),
                    holds ? "holds" : why(step));
        }
        boolean found = search.highest() > 0;
        Section section = new Section("sustained", "The highest rate over HTTP with a p99 under 100 ms")
                .table(table)
                .plot(new Plot.Lines(
                        "p99 over the rate",
                        new Axis("transactions a second", Scale.LINEAR),
                        new Axis("p99, ms", Scale.LOG),
                        List.of(series(steps))))
                .value("weir.perSecond", found ? search.highest() : Double.NaN)
                .value("weir.p99Ms", found ? p99Ms : Double.NaN)
                .note(String.format(
                        Locale.ROOT,
                        "Found: %s. A rate holds when every request was sent as scheduled and has its committed decision in"
                                + " the response, and the p99 is under %.0f ms; the first two seconds of a step are not"
                                + " recorded. Client, server, broker and registry share the machine.",
                        found ? String.format(Locale.ROOT, "%,.0f/s", search.highest()) : "no rate that holds",
                        LIMIT_MS));
        if (!Double.isNaN(search.next())) {
            section.note(String.format(
                    Locale.ROOT,
                    "The search ended early: %,d transactions were not enough for a step at %,.0f/s.",
                    transactions,
                    search.next()));
        }
        return section;
    }

    private static Series series(List<LoadResult> steps) {
        List<LoadResult> byRate = steps.stream()
                .sorted(Comparator.comparingDouble(LoadResult::perSecond))
                .toList();
        return new Series(
                "Weir",
                byRate.stream().mapToDouble(LoadResult::perSecond).toArray(),
                byRate.stream().mapToDouble(step -> step.percentileMs(99)).toArray());
    }

    private static String why(LoadResult step) {
        if (!step.keptSchedule()) {
            return "schedule not kept";
        }
        StringBuilder why = new StringBuilder();
        for (String outcome : List.of("pending", "refused", "failed")) {
            if (step.count(outcome) > 0) {
                why.append(String.format(Locale.ROOT, "%,d %s ", step.count(outcome), outcome));
            }
        }
        return why.isEmpty() ? "too slow" : why.toString().strip();
    }
}
