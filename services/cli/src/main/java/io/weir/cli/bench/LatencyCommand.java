package io.weir.cli.bench;

import io.weir.load.LoadPlan;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code weir bench latency}. */
@Command(
        name = "latency",
        sortOptions = false,
        description = {
            "Submits benchmark transactions over HTTP on a schedule fixed in advance, and takes the time until the committed",
            "decision is in the response; shows which stage takes how much of it. Beside it, on the same broker: the floor, which",
            "is the same consume-transform-produce in transactions with nothing to do, and a plain hop through the log. Then peers, which",
            "have no HTTP: from the log to the committed decision."
        })
final class LatencyCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private BenchOptions options = new BenchOptions();

    @Mixin
    private PeersOption peers = new PeersOption();

    @Option(
            names = "--rate",
            paramLabel = "PER_SECOND",
            defaultValue = "1000",
            description = "Transactions a second (default: ${DEFAULT-VALUE}).")
    private double rate;

    @Option(
            names = "--seconds",
            paramLabel = "S",
            defaultValue = "60",
            description = "How long to measure (default: ${DEFAULT-VALUE}).")
    private double seconds;

    @Option(
            names = "--warm-up",
            paramLabel = "S",
            defaultValue = "60",
            description = "How long before that at the same rate (default: ${DEFAULT-VALUE}).")
    private double warmUp;

    @Option(
            names = "--burst",
            paramLabel = "N",
            defaultValue = "20000",
            description = "How many before that, as fast as answers come, for the JVMs to compile (default: "
                    + "${DEFAULT-VALUE}).")
    private int burst;

    @Override
    public Integer call() throws IOException, InterruptedException {
        LoadPlan plan;
        try {
            plan = new LoadPlan(burst, rate, warmUp, seconds);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
        if (plan.requests() > Bench.LONGEST_HISTORY) {
            throw new ParameterException(
                    spec.commandLine(),
                    "that is " + plan.requests() + " transactions; the benchmark has " + Bench.LONGEST_HISTORY);
        }
        return options.run(spec, new Latency(plan, peers.of(spec, options.stack())));
    }
}
