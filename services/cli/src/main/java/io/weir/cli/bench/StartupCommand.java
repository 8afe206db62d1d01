package io.weir.cli.bench;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code weir bench startup}. */
@Command(
        name = "startup",
        sortOptions = false,
        description = {
            "Starts a server again and again, with transactions that wait for it: on a plain JVM, on an archive of its classes,",
            "and on an ahead-of-time cache. From the start of the process until it is ready, and until all is decided."
        })
final class StartupCommand implements Callable<Integer> {
    private static final int MOST_ROUNDS = 20;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private BenchOptions options = new BenchOptions();

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "5",
            description = "How often each is started, 1 to " + MOST_ROUNDS + " (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (rounds < 1 || rounds > MOST_ROUNDS) {
            throw new ParameterException(spec.commandLine(), "--rounds is " + rounds + "; give 1 to " + MOST_ROUNDS);
        }
        return options.run(spec, new Startup(Startup.WAITING, rounds));
    }
}
