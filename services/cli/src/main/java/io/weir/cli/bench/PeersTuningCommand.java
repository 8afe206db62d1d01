package io.weir.cli.bench;

import io.weir.load.LoadPlan;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code weir bench peers-tuning}. */
@Command(
        name = "peers-tuning",
        sortOptions = false,
        hidden = true,
        description = "Measures peers with one commit interval after the other; see load-tests/peers/README.md.")
final class PeersTuningCommand implements Callable<Integer> {
    /** Answered as fast as it goes before the schedule begins. */
    private static final int BURST = 5_000;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private BenchOptions options = new BenchOptions();

    @Option(
            names = "--peers",
            split = ",",
            defaultValue = "STREAMS,FLINK",
            description = "Which (default: ${DEFAULT-VALUE}).")
    private List<Peer> peers = List.of();

    @Option(
            names = "--transactions",
            paramLabel = "N",
            defaultValue = "1000000",
            description = "On the log that they are to get through (default: ${DEFAULT-VALUE}).")
    private int transactions;

    @Option(
            names = "--rate",
            paramLabel = "R",
            defaultValue = "1000",
            description = "Transactions a second where latency is measured (default: ${DEFAULT-VALUE}).")
    private int perSecond;

    @Option(
            names = "--warm-up",
            paramLabel = "S",
            defaultValue = "20",
            description = "Seconds at that rate before (default: ${DEFAULT-VALUE}).")
    private int warmUpSeconds;

    @Option(
            names = "--seconds",
            paramLabel = "S",
            defaultValue = "30",
            description = "Seconds at that rate that are measured (default: ${DEFAULT-VALUE}).")
    private int seconds;

    @Override
    public Integer call() throws IOException, InterruptedException {
        LoadPlan plan = new LoadPlan(BURST, perSecond, warmUpSeconds, seconds);
        BenchOptions.check(spec, transactions);
        return options.run(spec, new PeersTuning(peers, transactions, plan));
    }
}
