package io.weir.cli.bench;

import io.vertx.core.json.JsonObject;
import io.weir.load.SizeFit;
import io.weir.load.StateGrowth;
import io.weir.load.report.Plot;
import io.weir.load.report.Plot.Axis;
import io.weir.load.report.Plot.Scale;
import io.weir.load.report.Plot.Series;
import io.weir.load.report.Section;
import io.weir.load.report.Table;
import io.weir.local.LocalHome;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * What state takes of the heap, as accounts grow from 10,000.
 *
 * @param accounts the most
 */
record Memory(int accounts) implements Measurement {
    private static final Duration PATIENCE = Duration.ofMinutes(60);
    private static final double MB = 1024 * 1024;
    /** Of more accounts than that, with ten transactions each, state no longer fits into 2 GB. */
    private static final int FEW_ACCOUNTS = 100_000;

    /**
     * A state that was measured.
     *
     * @param transactionsEach on average
     * @param terminalBytes what it takes more with terminals than without
     */
    private record Point(
            boolean defaultPolicy,
            int transactionsEach,
            long events,
            long accounts,
            long terminals,
            double accountBytes,
            double terminalBytes) {
        static Point of(JsonObject json) {
            return new Point(
                    json.getBoolean("defaultPolicy"),
                    json.getInteger("transactionsEach"),
                    json.getLong("events"),
                    json.getLong("accounts"),
                    json.getLong("terminals"),
                    json.getDouble("accountBytes"),
                    json.getDouble("terminalBytes"));
        }

        double megabytes() {
            return (accountBytes + terminalBytes) / MB;
        }
    }

    @Override
    public Section measure(Bench bench) throws IOException {
        bench.progress().say("Folding up to %,d accounts into states, and weighing them ...".formatted(accounts));
        JsonObject found = ChildOutput.json(
                bench,
                "memory",
                List.of(
                        accounts > FEW_ACCOUNTS ? "-Xmx8g" : "-Xmx3g",
                        "-XX:+UseParallelGC",
                        "-cp",
                        LocalHome.find().root().resolve("services/cli/target/lib") + "/*",
                        StateGrowth.class.getName(),
                        String.valueOf(accounts)),
                PATIENCE);
        List<Point> points = new ArrayList<>();
        for (int i = 0; i < found.getJsonArray(StateGrowth.POINTS).size(); i++) {
            points.add(Point.of(found.getJsonArray(StateGrowth.POINTS).getJsonObject(i)));
        }
        return section(points);
    }

    private static Section section(List<Point> points) {
        List<Point> windowsOnly =
                points.stream().filter(point -> !point.defaultPolicy).toList();
        List<Point> withDefault = points.stream().filter(Point::defaultPolicy).toList();
        Section section = new Section("memory", "What state takes of the heap");
        Table fits = new Table("bytes, by least squares over the states below", "", "an event", "an entity itself");
        fit(section, fits, "terminal, windows over all", "window.bytesPerEvent", "entity.bytes", windowsOnly, false);
        fit(section, fits, "account, windows over all", "account.bytesPerEvent", "account.bytes", windowsOnly, true);
        fit(
                section,
                fits,
                "terminal, default policy",
                "default.entity.bytesPerEvent",
                "default.entity.bytes",
                withDefault,
                false);
        fit(
                section,
                fits,
                "account, default policy",
                "default.account.bytesPerEvent",
                "default.account.bytes",
                withDefault,
                true);
        Table states = new Table(
                "states, as many terminals as accounts",
                "",
                "accounts",
                "events",
                "accounts, MB",
                "terminals, MB",
                "bytes an event in all");
        for (Point point : points) {
            states.row(
                    (point.defaultPolicy ? "default policy" : "windows over all") + ", " + point.transactionsEach
                            + " an account",
                    point.accounts,
                    point.events,
                    point.accountBytes / MB,
                    point.terminalBytes / MB,
                    (point.accountBytes + point.terminalBytes) / point.events);
        }
        return section.table(fits)
                .table(states)
                .plot(new Plot.Lines(
                        "Accounts and as many terminals",
                        new Axis("accounts", Scale.LOG),
                        new Axis("MB of heap", Scale.LOG),
                        lines(points)))
                .note(
                        "Heap in use after collecting garbage, with compressed references and the slack of growing arrays, as it "
                                + "is in an engine. What an entity takes by itself contains its id and its place in tables. An event "
                                + "of an account takes more than its windows do, because its id, what was submitted, its offset and "
                                + "its label are kept; what an account keeps to name its terminal is counted with the terminal.");
    }

    private static void fit(
            Section section,
            Table table,
            String name,
            String perEvent,
            String perEntity,
            List<Point> points,
            boolean ofAccounts) {
        SizeFit fit = SizeFit.of(
                values(points, point -> ofAccounts ? point.accounts : point.terminals),
                values(points, Point::events),
                values(points, point -> ofAccounts ? point.accountBytes : point.terminalBytes));
        table.row(name, fit.perEvent(), fit.perEntity());
        section.value(perEvent, fit.perEvent()).value(perEntity, fit.perEntity());
    }

    private static double[] values(List<Point> points, ToDoubleFunction<Point> value) {
        return points.stream().mapToDouble(value).toArray();
    }

    private static List<Series> lines(List<Point> points) {
        List<Series> lines = new ArrayList<>();
        for (boolean defaultPolicy : new boolean[] {true, false}) {
            points.stream().map(Point::transactionsEach).distinct().sorted().forEach(each -> {
                List<Point> of = points.stream()
                        .filter(point -> point.defaultPolicy == defaultPolicy && point.transactionsEach == each)
                        .toList();
                lines.add(new Series(
                        (defaultPolicy ? "default policy, " : "windows over all, ") + each + " an account",
                        values(of, Point::accounts),
                        values(of, Point::megabytes)));
            });
        }
        return lines;
    }
}
