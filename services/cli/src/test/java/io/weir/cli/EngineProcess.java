package io.weir.cli;

import io.weir.local.ChildJvm;
import io.weir.local.ChildProcess;
import io.weir.local.LocalHome;
import io.weir.local.LocalStack;
import io.weir.local.LoopbackPorts;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** One engine in a process of its own. */
final class EngineProcess implements AutoCloseable {
    private final ChildProcess.Spec spec;
    private ChildProcess process;

    private EngineProcess(ChildProcess.Spec spec) {
        this.spec = spec;
        this.process = spawn();
    }

    /** Starts it; returns at once. */
    static EngineProcess start(LocalStack stack, Path directory, String instanceId, Path policy) {
        Path own = directory.resolve(instanceId);
        int port = LoopbackPorts.claim(own.resolve("ports"), 1).getFirst();
        return new EngineProcess(new ChildProcess.Spec(
                instanceId,
                own,
                ChildJvm.command(
                        LocalHome.find().root().resolve("services/server/target/server-classes"),
                        List.of(
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
                                policy.toString()))));
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
