package io.weir.cli.bench;

import io.vertx.core.json.JsonObject;
import io.weir.cli.Progress;
import io.weir.cli.StackOptions;
import io.weir.load.report.Section;
import io.weir.load.report.TextReport;
import io.weir.local.LocalHome;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
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

    StackOptions stack() {
        return stack;
    }

    /** Measures, and prints what was found. */
    int run(CommandSpec spec, Measurement measurement) throws IOException, InterruptedException {
        Section found = measurement.measure(bench(spec));
        spec.commandLine()
                .getOut()
                .println(json ? new JsonObject(new HashMap<>(found.values())).encodePrettily() : TextReport.of(found));
        spec.commandLine().getOut().flush();
        return 0;
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
        int most = Bench.longestHistory();
        if (transactions < 1 || transactions > most) {
            throw new ParameterException(
                    spec.commandLine(), "--transactions is " + transactions + "; give 1 to " + most);
        }
    }
}
