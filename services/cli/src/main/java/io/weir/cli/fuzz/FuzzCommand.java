package io.weir.cli.fuzz;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code weir fuzz}: bad input, over HTTP or on the log. */
@Command(
        name = "fuzz",
        description = "Starts a stack and feeds it with seeded bad input, while good input must be decided.",
        subcommands = {FuzzGatewayCommand.class, FuzzLogCommand.class})
public final class FuzzCommand implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Name what to fuzz: gateway or log.");
    }
}
