package io.weir.cli.bench;

import io.weir.cli.Directory;
import io.weir.cli.Stack;
import io.weir.local.ChildJvm;
import io.weir.local.ChildProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A peer at work on a stack's log: with no past, a topic of its own, and the JVM flags and heap of Weir's server. */
final class PeerProcess implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Stack stack;
    private final ChildProcess.Spec spec;
    private final Path state;
    private final String name;
    private ChildProcess process;

    private PeerProcess(Stack stack, ChildProcess.Spec spec, Path state, String name) {
        this.stack = stack;
        this.spec = spec;
        this.state = state;
        this.name = name;
        this.process = start(spec);
    }

    /**
     * Starts one; does not wait until it decides.
     *
     * @param commitIntervalMs between its transactions, milliseconds
     */
    static PeerProcess start(Peer peer, int commitIntervalMs, Stack stack, Bench bench) throws IOException {
        int partitions = bench.stackOptions().partitions();
        String name = "bench-" + peer.id() + "-at-" + commitIntervalMs + "ms";
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
        return new PeerProcess(stack, new ChildProcess.Spec(peer.id(), own, ChildJvm.command(arguments)), state, name);
    }

    /** As many as there are processors; what has more of them than partitions leaves some idle. */
    static int threads(int partitions) {
        return Math.clamp(Runtime.getRuntime().availableProcessors(), 1, partitions);
    }

    private static ChildProcess start(ChildProcess.Spec spec) {
        return ChildProcess.start(spec, () -> true, PATIENCE);
    }

    /** Where its decisions go. */
    String decisions() {
        return name;
    }

    /** What the names of all topics that it writes begin with. */
    String topicPrefix() {
        return name;
    }

    /** What it keeps on disk. */
    Path state() {
        return state;
    }

    Path log() {
        return spec.log();
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Kills it without warning and starts it again at once. */
    void killAndRestart() {
        process.kill();
        process = start(spec);
    }

    /** Stops it, and deletes its topics: the broker is not to go on compacting them beside the next contender. */
    @Override
    public void close() throws IOException {
        process.close();
        BenchTopics.delete(stack.cluster(), name);
    }
}
