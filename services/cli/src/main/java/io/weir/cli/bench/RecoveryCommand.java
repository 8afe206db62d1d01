package io.weir.cli.bench;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code weir bench recovery}. */
@Command(
        name = "recovery",
        sortOptions = false,
        description = {
            "Kills Weir's server, and peers, with kill -9 while transactions come at a steady rate, and starts them again at once:",
            "how long no decision is committed, when it has caught up, and how large its state is."
        })
final class RecoveryCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private BenchOptions options = new BenchOptions();

    @Mixin
    private PeersOption peers = new PeersOption();

    @Option(
            names = "--transactions",
            paramLabel = "N",
            defaultValue = "200000",
            description = "Decided before the load begins (default: ${DEFAULT-VALUE}).")
    private int history;

    @Option(
            names = "--rate",
            paramLabel = "R",
            defaultValue = "1000",
            description = "Transactions a second (default: ${DEFAULT-VALUE}).")
    private int perSecond;

    @Option(
            names = "--before",
            paramLabel = "S",
            defaultValue = "75",
            description =
                    "Seconds of load before the kill; snapshots are swept once a minute (default: ${DEFAULT-VALUE}).")
    private int secondsBefore;

    @Option(
            names = "--after",
            paramLabel = "S",
            defaultValue = "45",
            description = "Seconds of load after it (default: ${DEFAULT-VALUE}).")
    private int secondsAfter;

    @Option(
            names = "--peer-interval",
            paramLabel = "MS",
            defaultValue = "200",
            description = "Milliseconds between commits of peers (default: ${DEFAULT-VALUE}).")
    private int peerIntervalMs;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Recovery recovery = new Recovery(
                history, perSecond, secondsBefore, secondsAfter, peerIntervalMs, peers.of(spec, options.stack()));
        BenchOptions.check(spec, recovery.transactions());
        return options.run(spec, recovery);
    }
}
