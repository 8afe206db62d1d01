package io.weir.cli.bench;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code weir bench throughput}. */
@Command(
        name = "throughput",
        sortOptions = false,
        description = {
            "Fills the log with benchmark transactions and their labels, and lets one engine decide them all, exactly once, with",
            "the whole policy and its model. Beside it, over the same log and broker: a plain consumer, and the floor, which is",
            "the same consume-transform-produce in transactions with nothing to do. Then the same decisions, exactly once, by Kafka",
            "Streams and by Flink (load-tests/peers), and how far they agree."
        })
final class ThroughputCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private BenchOptions options = new BenchOptions();

    @Mixin
    private PeersOption peers = new PeersOption();

    @Mixin
    private TransactionsOption transactions = new TransactionsOption();

    @Override
    public Integer call() throws IOException, InterruptedException {
        return options.run(spec, new Throughput(transactions.of(spec), peers.of(spec, options.stack())));
    }
}
