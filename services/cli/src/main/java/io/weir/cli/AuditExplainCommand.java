package io.weir.cli;

import io.weir.server.audit.AuditProgress;
import io.weir.server.audit.Explanation;
import io.weir.server.audit.ExplanationText;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code weir audit explain}: one decision, with everything that it was made of. */
@Command(
        name = "explain",
        sortOptions = false,
        description = {
            "Makes one decision again and shows all of it: the inputs, every feature with the events in its window, the rules, "
                    + "the policy, and the positions on the log."
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:the recomputed decision is the recorded one",
            "1:it is another",
            "2:wrong usage, no such decision, or the log could not be read"
        })
final class AuditExplainCommand implements Callable<Integer> {
    private static final int MAX_EVENTS = 100_000;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(paramLabel = "TRANSACTION_ID", description = "The transaction.")
    private String transactionId = "";

    @Option(
            names = "--account",
            paramLabel = "ID",
            description = "Its account, where several accounts have a transaction of that id.")
    private @Nullable String account;

    @Option(
            names = "--events",
            paramLabel = "N",
            defaultValue = "20",
            description = "Events listed with a feature at most, the newest (default: ${DEFAULT-VALUE}).")
    private int events;

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
        if (events < 0 || events > MAX_EVENTS) {
            throw new ParameterException(spec.commandLine(), "--events is " + events + "; give 0 to " + MAX_EVENTS);
        }
        AuditRun run = new AuditRun(spec, json);
        PrintWriter quiet = json ? spec.commandLine().getErr() : run.progress();
        return run.run(() -> target.read(quiet, auditor -> {
            Explanation explanation = auditor.explain(transactionId, account, events, new AuditProgress());
            PrintWriter out = spec.commandLine().getOut();
            out.print(
                    json
                            ? explanation.json().encodePrettily() + System.lineSeparator()
                            : ExplanationText.of(explanation));
            out.flush();
            return explanation.identical() ? 0 : 1;
        }));
    }
}
