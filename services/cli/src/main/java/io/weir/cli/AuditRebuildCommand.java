package io.weir.cli;

import io.weir.server.audit.AuditProgress;
import io.weir.server.audit.RebuildReport;
import java.io.PrintWriter;
import java.util.Objects;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code weir audit rebuild}: the state from the log alone, and whether the snapshots are it. */
@Command(
        name = "rebuild",
        sortOptions = false,
        description = {
            "Folds the whole log into a state of its own and compares every snapshot with it, byte for byte, at the position "
                    + "that the snapshot is of."
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:every snapshot is what the log says",
            "1:a snapshot differs or is missing",
            "2:wrong usage, or the log could not be read or no longer reaches back",
            "3:there are no complete snapshots yet"
        })
final class AuditRebuildCommand implements Callable<Integer> {
    private static final int NOTHING_TO_COMPARE = 3;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private AuditTarget target = new AuditTarget();

    @Option(names = "--json", description = "Print JSON for programs.")
    private boolean json;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    @SuppressWarnings("unused") // read by picocli
    private boolean help;

    @Override
    public Integer call() throws InterruptedException {
        AuditRun run = new AuditRun(spec, json);
        return run.run(() -> target.read(run.progress(), auditor -> {
            AuditProgress progress = new AuditProgress();
            RebuildReport report = run.watched(
                    progress,
                    () -> Objects.requireNonNull(auditor.rebuild(progress, () -> false), "cancelled by nobody"));
            PrintWriter out = spec.commandLine().getOut();
            out.print(json ? report.json().encodePrettily() + System.lineSeparator() : report.text());
            out.flush();
            if (!report.same()) {
                return 1;
            }
            return report.swept() ? 0 : NOTHING_TO_COMPARE;
        }));
    }
}
