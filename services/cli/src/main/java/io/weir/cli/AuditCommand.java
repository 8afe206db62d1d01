package io.weir.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code weir audit}: what was decided, held against the log that it was decided from. */
@Command(
        name = "audit",
        sortOptions = false,
        description = "Recomputes what was decided from the log alone. Only reads.",
        subcommands = {AuditVerifyCommand.class, AuditExplainCommand.class, AuditRebuildCommand.class})
final class AuditCommand implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    @SuppressWarnings("unused") // read by picocli
    private boolean help;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Name what to audit.");
    }
}
