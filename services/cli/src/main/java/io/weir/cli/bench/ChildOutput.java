package io.weir.cli.bench;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.weir.local.ChildJvm;
import io.weir.local.ChildProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** What programs of their own process print. */
final class ChildOutput {
    private ChildOutput() {}

    /**
     * Runs Java to its end.
     *
     * @param arguments JVM flags, main class, its arguments
     * @return the JSON object that its output ends in; it begins a line
     * @throws IOException when there is none
     * @throws io.weir.local.ChildProcessException when it fails
     */
    static JsonObject json(Bench bench, String name, List<String> arguments, Duration within) throws IOException {
        Path own = Files.createDirectories(bench.directory().resolve(name));
        ChildProcess.Spec spec = new ChildProcess.Spec(name, own, ChildJvm.command(arguments));
        ChildProcess.run(spec, within);
        String output = Files.readString(spec.log());
        int begin = output.startsWith("{") ? 0 : output.lastIndexOf("\n{") + 1;
        try {
            return new JsonObject(output.substring(begin));
        } catch (DecodeException e) {
            throw new IOException(name + " did not end in a result; see " + spec.log(), e);
        }
    }
}
