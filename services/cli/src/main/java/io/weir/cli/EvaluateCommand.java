package io.weir.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code weir evaluate}: how good the features and the model are. */
@Command(
        name = "evaluate",
        sortOptions = false,
        description = "Measures features and models on a public benchmark, and holds what is served against it.",
        subcommands = {EvaluateHandbookCommand.class, EvaluateAgreementCommand.class})
final class EvaluateCommand implements Runnable {
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
        throw new ParameterException(spec.commandLine(), "Name what: handbook or agreement.");
    }
}
