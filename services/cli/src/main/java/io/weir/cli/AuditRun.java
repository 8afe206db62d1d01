package io.weir.cli;

import io.weir.local.ChildProcessException;
import io.weir.server.audit.AuditException;
import io.weir.server.audit.AuditProgress;
import io.weir.server.log.LogHistoryException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.function.Supplier;
import picocli.CommandLine.Model.CommandSpec;

/** What the commands that read the log have in common: a live line, and the exit status of what went wrong. */
final class AuditRun {
    /** Wrong usage, or the log could not be read. */
    static final int FAILED = 2;

    private static final Duration TICK = Duration.ofMillis(250);

    private final CommandSpec spec;
    private final Progress line;

    /**
     * A run.
     *
     * @param json whether standard output is for programs: then the live line goes to standard error
     */
    AuditRun(CommandSpec spec, boolean json) {
        this.spec = spec;
        this.line = Progress.of(spec, json);
    }

    /** What is run. */
    @FunctionalInterface
    interface Action {
        int run() throws IOException, InterruptedException;
    }

    PrintWriter progress() {
        return line.writer();
    }

    /** Runs; what goes wrong is told in a line and ends in {@link #FAILED}. */
    int run(Action action) throws InterruptedException {
        try {
            return action.run();
        } catch (AuditException
                | LogHistoryException
                | ChildProcessException
                | IllegalStateException
                | IllegalArgumentException
                | UncheckedIOException
                | IOException e) {
            PrintWriter err = spec.commandLine().getErr();
            err.println(spec.qualifiedName() + ": " + e.getMessage());
            err.flush();
            return FAILED;
        }
    }

    /** Reads the log with a live line about it. */
    <T> T watched(AuditProgress progress, Supplier<T> reading) throws InterruptedException {
        Thread ticker = Thread.ofPlatform().daemon().name("progress").start(() -> tick(progress));
        try {
            return reading.get();
        } finally {
            ticker.interrupt();
            ticker.join();
            line.line(text(progress));
            line.endLine();
        }
    }

    private void tick(AuditProgress progress) {
        try {
            while (true) {
                Thread.sleep(TICK);
                line.line(text(progress));
            }
        } catch (InterruptedException e) {
            // the run is over
        }
    }

    private static String text(AuditProgress progress) {
        long total = progress.total();
        long percent = total == 0 ? 0 : Math.min(100, 100 * progress.records() / total);
        return "records %,d/%,d (%d %%) · %,.0f/s · verified %,d · divergent %,d"
                .formatted(
                        progress.records(),
                        total,
                        percent,
                        progress.recordsPerSecond(),
                        progress.verified(),
                        progress.divergent());
    }
}
