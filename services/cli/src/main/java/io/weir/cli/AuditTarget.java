package io.weir.cli;

import io.weir.events.Topics;
import io.weir.server.audit.Auditor;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options of the commands that only read the log. */
final class AuditTarget {
    @Mixin
    private LogTarget target = new LogTarget();

    @Option(
            names = "--decisions",
            paramLabel = "TOPIC",
            description = "Read the decisions from a copy of their topic under this name.")
    private @Nullable String decisions;

    /** What is done with the log. */
    @FunctionalInterface
    interface Reading<T> {
        T read(Auditor auditor) throws IOException, InterruptedException;
    }

    /** Reads the log, starting a local stack for it if need be. */
    <T> T read(PrintWriter progress, Reading<T> reading) throws IOException, InterruptedException {
        Map<Topics, String> copies = decisions == null ? Map.of() : Map.of(Topics.DECISIONS, decisions);
        return use(progress, (cluster, schemas) -> reading.read(new Auditor(cluster, schemas, copies)));
    }

    /** Uses the cluster, starting a local stack for it if need be. */
    <T> T use(PrintWriter progress, LogTarget.Use<T> use) throws IOException, InterruptedException {
        return target.use(progress, use);
    }
}
