package io.weir.cli.bench;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** How often what stands side by side is measured, in turn. */
final class RoundsOption {
    private static final int MOST = 20;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            description = "How often each is tried, 1 to " + MOST + " (default: ${DEFAULT-VALUE}).")
    private int rounds;

    /** {@code unlessGiven} is the default. */
    RoundsOption(int unlessGiven) {
        rounds = unlessGiven;
    }

    /** @throws ParameterException when it is out of range */
    int of(CommandSpec spec) {
        if (rounds < 1 || rounds > MOST) {
            throw new ParameterException(spec.commandLine(), "--rounds is " + rounds + "; give 1 to " + MOST);
        }
        return rounds;
    }
}
