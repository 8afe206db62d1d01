package io.weir.cli;

import io.weir.training.evaluate.HandbookDocuments;
import io.weir.training.evaluate.HandbookMarkdown;
import io.weir.training.evaluate.HandbookReport;
import io.weir.training.evaluate.HandbookRun;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code weir evaluate handbook}: the Fraud Detection Handbook's benchmark. */
@Command(
        name = "handbook",
        sortOptions = false,
        description = {
            "Runs the benchmark of the Fraud Detection Handbook: simulates its data, computes all features by replay through "
                    + "the core that serves, trains, and tests by the book's protocol.",
            "Prints the published figures beside ours and writes handbook.md, handbook.json and the precision-recall curves."
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {"0:every target was met", "1:a target was missed, or the files could not be written"})
final class EvaluateHandbookCommand implements Callable<Integer> {
    private static final int MISSED = 1;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Where to write (default: docs/evaluation of Weir's directory).")
    private @Nullable Path out;

    @Option(names = "--quick", description = "Leave out the ablation, which trains without each feature in turn.")
    private boolean quick;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    @SuppressWarnings("unused") // read by picocli
    private boolean help;

    @Override
    public Integer call() throws IOException {
        Progress progress = Progress.of(spec, false);
        long startedNs = System.nanoTime();
        HandbookReport report = new HandbookRun(
                        !quick, (step, done, total) -> progress.line("%d/%d %s".formatted(done + 1, total, step)))
                .run();
        progress.line("done in " + TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - startedNs) + " s");
        progress.endLine();
        PrintWriter console = spec.commandLine().getOut();
        console.println();
        console.print(HandbookMarkdown.summary(report));
        Path directory =
                out == null ? Path.of(System.getProperty("weir.home", ".")).resolve("docs/evaluation") : out;
        HandbookDocuments.write(report, directory).forEach(file -> console.println("wrote " + file));
        console.println(report.met() ? "Every target was met." : "A target was missed: see the table.");
        console.flush();
        return report.met() ? 0 : MISSED;
    }
}
