package io.weir.cli;

import io.weir.local.ChildJvm;
import io.weir.local.ChildProcess;
import io.weir.local.LocalHome;
import io.weir.local.LocalStack;
import io.weir.local.LoopbackPorts;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** One engine in a process of its own. */
final class EngineProcess implements AutoCloseable {
    private final ChildProcess.Spec spec;
    private ChildProcess process;

    private EngineProcess(ChildProcess.Spec spec) {
        this.spec = spec;
        this.process = spawn();
    }

    /** Starts it, with more options; returns at once. */
    static EngineProcess start(LocalStack stack, Path directory, String instanceId, Path policy, String... options) {
        Path own = directory.resolve(instanceId);
        int port = LoopbackPorts.claim(own.resolve("ports"), 1).getFirst();
        List<String> command = new ArrayList<>(List.of(
                "-XX:TieredStopAtLevel=1",
                "-Xmx1g",
                "-cp",
                LocalHome.find().root().resolve("services/server/target/lib") + "/*",
                "io.weir.server.Main",
                "serve",
                "--roles",
                "scorer",
                "--bootstrap-servers",
                stack.bootstrapServers(),
                "--registry",
                stack.registryUrl(),
                "--port",
                String.valueOf(port),
                "--instance-id",
                instanceId,
                "--policy",
                policy.toString()));
        command.addAll(List.of(options));
        Path classes = LocalHome.find().root().resolve("services/server/target/server-classes");
        return new EngineProcess(new ChildProcess.Spec(instanceId, own, ChildJvm.command(classes, command)));
    }

    /** Asks it to end, as a supervisor does (SIGTERM); returns the status that it ended with. */
    int terminate() {
        process.stop();
        return process.exitStatus();
    }

    /** Kills it without warning. */
    void kill() {
        process.kill();
    }

    /** Starts it again; returns at once. */
    void restart() {
        process = spawn();
    }

    Path log() {
        return spec.log();
    }

    @Override
    public void close() {
        process.close();
    }

    private ChildProcess spawn() {
        return ChildProcess.start(spec, () -> true, Duration.ofSeconds(10));
    }
}
