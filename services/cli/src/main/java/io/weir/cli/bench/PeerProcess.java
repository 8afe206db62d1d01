package io.weir.cli.bench;

import io.weir.cli.Directory;
import io.weir.cli.Stack;
import io.weir.events.Topics;
import io.weir.local.ChildJvm;
import io.weir.local.ChildProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** A peer at work on a stack's log: with no past, a topic of its own, and the JVM flags and heap of Weir's server. */
final class PeerProcess implements Contender {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final AtomicInteger RUNS = new AtomicInteger();

    private final Stack stack;
    private final ChildProcess.Spec spec;
    private final Path state;
    private final String name;
    private final String transactions;
    private ChildProcess process;

    private PeerProcess(Stack stack, ChildProcess.Spec spec, Path state, String name, String transactions) {
        this.stack = stack;
        this.spec = spec;
        this.state = state;
        this.name = name;
        this.transactions = transactions;
        this.process = start(spec);
    }

    /**
     * Starts one on the stack's log; does not wait until it decides.
     *
     * @param commitIntervalMs between its transactions, milliseconds
     */
    static PeerProcess start(Peer peer, int commitIntervalMs, Stack stack, Bench bench) throws IOException {
        return start(peer, commitIntervalMs, newName(peer), Topics.TRANSACTIONS.topicName(), stack, bench);
    }

    /** The same on a log of its own, partitioned as the stack's is, on which there is nothing yet. */
    static PeerProcess startOnOwnLog(Peer peer, int commitIntervalMs, Stack stack, Bench bench) throws IOException {
        String name = newName(peer);
        String transactions = name + "-transactions";
        BenchTopics.create(stack.cluster(), transactions, bench.stackOptions().partitions());
        return start(peer, commitIntervalMs, name, transactions, stack, bench);
    }

    private static String newName(Peer peer) {
        return "bench-" + peer.id() + "-" + RUNS.incrementAndGet();
    }

    private static PeerProcess start(
            Peer peer, int commitIntervalMs, String name, String transactions, Stack stack, Bench bench)
            throws IOException {
        int partitions = bench.stackOptions().partitions();
        Path own = bench.directory().resolve(peer.id());
        Path state = own.resolve("state");
        ChildProcess.stopLeftOver(peer.id(), own);
        Directory.delete(state);
        BenchTopics.create(stack.cluster(), name, partitions);
        List<String> arguments = new ArrayList<>(Stack.SERVER_JVM);
        arguments.addAll(List.of(
                "-cp",
                peer.classPath(),
                peer.mainClass(),
                "--bootstrap-servers",
                stack.cluster().bootstrapServers(),
                "--registry",
                stack.registryUrl(),
                "--transactions",
                transactions,
                "--decisions",
                name,
                "--application-id",
                name,
                "--threads",
                String.valueOf(threads(partitions)),
                "--commit-interval-ms",
                String.valueOf(commitIntervalMs),
                "--state-dir",
                state.toString()));
        return new PeerProcess(
                stack, new ChildProcess.Spec(peer.id(), own, ChildJvm.command(arguments)), state, name, transactions);
    }

    /** As many as there are processors; what has more of them than partitions leaves some idle. */
    static int threads(int partitions) {
        return Math.clamp(Runtime.getRuntime().availableProcessors(), 1, partitions);
    }

    private static ChildProcess start(ChildProcess.Spec spec) {
        return ChildProcess.start(spec, () -> true, PATIENCE);
    }

    /** What it decides. */
    String transactions() {
        return transactions;
    }

    @Override
    public String decisions() {
        return name;
    }

    @Override
    public Path log() {
        return spec.log();
    }

    @Override
    public boolean isAlive() {
        return process.isAlive();
    }

    @Override
    public void killAndRestart() {
        process.kill();
        process = start(spec);
    }

    @Override
    public StateSizes stateSizes() throws IOException {
        return new StateSizes(
                StateSizes.filesIn(state),
                BenchTopics.bytes(
                        stack.cluster(), topic -> topic.startsWith(name + "-") && topic.endsWith("-changelog")),
                StateSizes.heapOf(process.pid()));
    }

    /** Stops it, and deletes its topics: the broker is not to go on compacting them beside the next contender. */
    @Override
    public void close() throws IOException {
        process.close();
        BenchTopics.delete(stack.cluster(), topic -> topic.equals(name) || topic.startsWith(name + "-"));
    }
}
