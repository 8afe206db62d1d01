package io.weir.cli.bench;

import io.weir.cli.Stack;
import io.weir.load.PassThrough;
import io.weir.local.ChildJvm;
import io.weir.local.ChildProcess;
import io.weir.server.log.Cluster;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** {@link PassThrough} as a process of its own, on the server's JVM flags. */
final class Floor {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private Floor() {}

    /** Starts copying; it says nothing when it is ready. */
    static ChildProcess start(Bench bench, Cluster cluster, String input, String output) {
        Path own = bench.directory().resolve("floor");
        List<String> arguments = new ArrayList<>(Stack.SERVER_JVM);
        arguments.addAll(List.of(
                "-cp",
                System.getProperty("java.class.path"),
                PassThrough.class.getName(),
                cluster.bootstrapServers(),
                input,
                output,
                "floor-of-" + output));
        return ChildProcess.start(
                new ChildProcess.Spec("floor", own, ChildJvm.command(arguments)), () -> true, PATIENCE);
    }

    /** Creates a topic, partitioned as the log is. */
    static void create(Bench bench, Cluster cluster, String topic) throws IOException {
        BenchTopics.create(cluster, topic, bench.stackOptions().partitions());
    }
}
