package io.weir.cli;

import io.weir.core.policy.Policy;
import io.weir.server.audit.AuditException;
import io.weir.server.audit.AuditFilter;
import io.weir.server.audit.AuditProgress;
import io.weir.server.audit.Auditor;
import io.weir.server.audit.BacktestReport;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code weir backtest}: another policy over history. */
@Command(
        name = "backtest",
        sortOptions = false,
        description = {
            "Has another policy decide every transaction on the log, on the state that it was decided on, and shows what "
                    + "would have been different.",
            "Labels count as they are known at the end of the log. Nothing is written to the cluster."
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {"0:done", "2:wrong usage, a policy with errors, or the log could not be read"})
final class BacktestCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(names = "--policy", required = true, paramLabel = "FILE", description = "The other policy.")
    private Path policyFile = Path.of("");

    @Mixin
    private AuditTarget target = new AuditTarget();

    @Mixin
    private Period period = new Period();

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
        AuditFilter filter = period.filter(spec, null, null);
        AuditRun run = new AuditRun(spec, json);
        return run.run(() -> {
            String document = document();
            return target.read(run.progress(), auditor -> {
                Policy policy = policy(auditor, document);
                AuditProgress progress = new AuditProgress();
                BacktestReport report = run.watched(
                        progress,
                        () -> Objects.requireNonNull(
                                auditor.backtest(policy, filter, progress, () -> false), "cancelled by nobody"));
                PrintWriter out = spec.commandLine().getOut();
                out.print(json ? report.json().encodePrettily() + System.lineSeparator() : report.text());
                out.flush();
                return 0;
            });
        });
    }

    private String document() throws IOException {
        if (!Files.isReadable(policyFile)) {
            throw new AuditException("the policy file " + policyFile + " cannot be read");
        }
        return Files.readString(policyFile);
    }

    private Policy policy(Auditor auditor, String document) {
        try {
            return auditor.compile(document);
        } catch (IllegalStateException e) {
            throw new AuditException(policyFile + " has errors:" + System.lineSeparator() + e.getMessage());
        }
    }
}
