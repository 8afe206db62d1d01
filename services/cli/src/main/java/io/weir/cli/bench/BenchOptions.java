package io.weir.cli.bench;

import io.vertx.core.json.JsonObject;
import io.weir.cli.Progress;
import io.weir.cli.StackOptions;
import io.weir.load.report.Commit;
import io.weir.load.report.Machine;
import io.weir.load.report.Report;
import io.weir.load.report.Section;
import io.weir.load.report.Targets;
import io.weir.load.report.TextReport;
import io.weir.local.LocalHome;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Options of every measurement, and how its result is shown. */
final class BenchOptions {
    @Mixin
    private StackOptions stack = new StackOptions();

    @Option(names = "--json", description = "Print the result as JSON, and progress to standard error.")
    private boolean json;

    @Option(
            names = "--report",
            paramLabel = "DIR",
            description = "Where to write the report (default: .weir/bench/report).")
    private @Nullable Path report;

    StackOptions stack() {
        return stack;
    }

    /** Measures, prints what was found, and writes the report. */
    int run(CommandSpec spec, Measurement measurement) throws IOException, InterruptedException {
        Bench bench = bench(spec);
        Machine machine = Machine.describe();
        Instant at = Instant.now();
        long startedNs = System.nanoTime();
        Section found = measurement.measure(bench);
        found.took(seconds(startedNs));
        PrintWriter out = spec.commandLine().getOut();
        out.println(json ? values(found).encodePrettily() : TextReport.of(found));
        out.flush();
        write(spec, bench, new Report(machine, commit(), at, command(spec), List.of(found)));
        return 0;
    }

    /**
     * Runs measurements one after another, prints what each has found and then the targets, and writes the report. A
     * measurement that fails leaves the others alone.
     *
     * @return exit status
     */
    int runAll(CommandSpec spec, List<Measurements.Entry> measurements) throws IOException, InterruptedException {
        Bench bench = bench(spec);
        Machine machine = Machine.describe();
        Instant at = Instant.now();
        bench.progress().say(machine.text());
        PrintWriter out = spec.commandLine().getOut();
        List<Section> sections = new ArrayList<>();
        for (Measurements.Entry each : measurements) {
            Section section = measured(each, bench);
            sections.add(section);
            if (!json) {
                out.println(TextReport.of(section));
                out.flush();
            }
            new Report(machine, commit(), at, command(spec), sections)
                    .write(directory(bench)); // an hour may be interrupted
        }
        Report found = new Report(machine, commit(), at, command(spec), sections);
        if (json) {
            JsonObject values = new JsonObject();
            sections.forEach(section -> values.put(section.id(), values(section)));
            out.println(values.encodePrettily());
        } else {
            out.println(TextReport.of(Targets.table(found.targets())));
        }
        out.flush();
        write(spec, bench, found);
        return sections.stream().allMatch(section -> section.failure() == null) ? 0 : 1;
    }

    private static Section measured(Measurements.Entry entry, Bench bench) throws InterruptedException {
        bench.progress().say("── " + entry.id());
        long startedNs = System.nanoTime();
        try {
            return entry.measurement().measure(bench).took(seconds(startedNs));
        } catch (IOException | RuntimeException e) {
            String why = e.getMessage();
            return new Section(entry.id(), entry.id())
                    .failed(why == null ? e.toString() : why)
                    .took(seconds(startedNs));
        }
    }

    private void write(CommandSpec spec, Bench bench, Report found) throws IOException {
        Path directory = directory(bench);
        found.write(directory);
        PrintWriter to = json ? spec.commandLine().getErr() : spec.commandLine().getOut();
        to.println("Report: " + directory.resolve("report.html"));
        to.flush();
    }

    private Path directory(Bench bench) {
        return report == null ? bench.directory().resolve("report") : report;
    }

    private static JsonObject values(Section section) {
        JsonObject values = new JsonObject();
        section.values().forEach((name, value) -> {
            if (Double.isFinite(value)) {
                values.put(name, value);
            } else {
                values.putNull(name); // JSON has no NaN
            }
        });
        return values;
    }

    private static String command(CommandSpec spec) {
        return "weir "
                + String.join(" ", spec.root().commandLine().getParseResult().originalArgs());
    }

    private static String commit() {
        return Commit.of(LocalHome.find().root());
    }

    private static double seconds(long sinceNs) {
        return (System.nanoTime() - sinceNs) / 1e9;
    }

    /** @throws ParameterException when it is to measure somebody else's cluster */
    Bench bench(CommandSpec spec) {
        if (stack.existing() != null) {
            throw new ParameterException(
                    spec.commandLine(), "--bootstrap-servers: this measures a stack of its own; leave it out");
        }
        Path directory = LocalHome.find().root().resolve(".weir/bench");
        return new Bench(directory, stack, Progress.of(spec, json));
    }

    /** @throws ParameterException when there are not so many transactions in the benchmark */
    static void check(CommandSpec spec, int transactions) {
        int most = Bench.LONGEST_HISTORY;
        if (transactions < 1 || transactions > most) {
            throw new ParameterException(
                    spec.commandLine(), "--transactions is " + transactions + "; give 1 to " + most);
        }
    }
}
