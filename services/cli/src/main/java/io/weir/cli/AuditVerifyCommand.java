package io.weir.cli;

import io.weir.server.audit.AuditFilter;
import io.weir.server.audit.AuditProgress;
import io.weir.server.audit.AuditReport;
import io.weir.server.audit.Auditor;
import java.io.PrintWriter;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code weir audit verify}: every decision recomputed and compared, byte for byte. */
@Command(
        name = "verify",
        sortOptions = false,
        description = {
            "Decides every transaction again, each from exactly the events that it was decided from, compares the decisions "
                    + "byte for byte, and follows the hash chain through them.",
            "The options restrict what is compared and counted; what it is computed from is always all of the log."
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:all decisions verified",
            "1:something diverges",
            "2:wrong usage, or the log could not be read",
            "3:nothing diverges, but not all decisions could be recomputed"
        })
final class AuditVerifyCommand implements Callable<Integer> {
    private static final int DIVERGENT = 1;
    private static final int INCOMPLETE = 3;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private AuditTarget target = new AuditTarget();

    @Mixin
    private Period period = new Period();

    @Option(names = "--partition", paramLabel = "N", description = "Only decisions of this partition.")
    private @Nullable Integer partition;

    @Option(names = "--account", paramLabel = "ID", description = "Only decisions of this account.")
    private @Nullable String account;

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
        AuditFilter filter = filter();
        AuditRun run = new AuditRun(spec, json);
        return run.run(() -> target.read(run.progress(), auditor -> {
            AuditProgress progress = new AuditProgress();
            AuditReport report = run.watched(progress, () -> verify(auditor, filter, progress));
            PrintWriter out = spec.commandLine().getOut();
            out.print(json ? report.json().encodePrettily() + System.lineSeparator() : report.text());
            out.flush();
            return switch (report.result()) {
                case VERIFIED -> 0;
                case DIVERGENT -> DIVERGENT;
                case INCOMPLETE -> INCOMPLETE;
            };
        }));
    }

    private static AuditReport verify(Auditor auditor, AuditFilter filter, AuditProgress progress) {
        return Objects.requireNonNull(auditor.verify(filter, progress, () -> false), "cancelled by nobody");
    }

    private AuditFilter filter() {
        if (partition != null && partition < 0) {
            throw new ParameterException(spec.commandLine(), "--partition is " + partition + "; give 0 or more");
        }
        return period.filter(spec, partition, account);
    }
}
