package io.weir.cli.bench;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
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
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private BenchOptions options = new BenchOptions();

    @Mixin
    private RoundsOption rounds = new RoundsOption(5);

    @Override
    public Integer call() throws IOException, InterruptedException {
        return options.run(spec, new Startup(Startup.WAITING, rounds.of(spec)));
    }
}
