package io.weir.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Remembers a child process and the process that started it, so that a child left over by a killed parent is found again.
 * A process is its id and its start instant: ids are reused.
 */
record PidFile(Path file) {
    private static final Logger log = LoggerFactory.getLogger(PidFile.class);

    /** The operating system derives start instants from its boot time, which a clock correction may move a little. */
    private static final Duration START_TOLERANCE = Duration.ofSeconds(2);

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    static PidFile of(String name, Path directory) {
        return new PidFile(directory.toAbsolutePath().normalize().resolve(name + ".pid"));
    }

    void write(ProcessHandle child) throws IOException {
        Files.write(file, List.of(identity(child), identity(ProcessHandle.current())));
    }

    /** Whether the remembered child runs. */
    boolean childRuns() throws IOException {
        try {
            List<String> lines = Files.readAllLines(file);
            return !lines.isEmpty() && running(lines.get(0)).isPresent();
        } catch (NoSuchFileException none) {
            return false;
        }
    }

    void delete() throws IOException {
        Files.deleteIfExists(file);
    }

    /**
     * Stops the remembered child if it still runs.
     *
     * @throws ChildProcessException if it belongs to another process that still runs
     */
    void stopLeftOver() throws IOException, InterruptedException {
        List<String> lines;
        try {
            lines = Files.readAllLines(file);
        } catch (NoSuchFileException none) {
            return;
        }
        Optional<ProcessHandle> child = lines.isEmpty() ? Optional.empty() : running(lines.get(0));
        if (child.isPresent()) {
            Optional<ProcessHandle> owner = lines.size() < 2 ? Optional.empty() : running(lines.get(1));
            if (owner.isPresent()
                    && owner.get().pid() != ProcessHandle.current().pid()) {
                throw new ChildProcessException(file.getParent() + " is in use by process "
                        + owner.get().pid() + ". Stop that one first, or choose another directory.");
            }
            log.info(
                    "Stopping process {}, left over from an earlier run ({})",
                    child.get().pid(),
                    file);
            stop(child.get());
        }
        delete();
    }

    private static void stop(ProcessHandle process) throws InterruptedException {
        process.destroy();
        CompletableFuture<ProcessHandle> exit = process.onExit();
        try {
            exit.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException stubborn) {
            process.destroyForcibly();
            exit.join();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String identity(ProcessHandle process) {
        return process.pid() + " "
                + process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
    }

    private static Optional<ProcessHandle> running(String identity) {
        String[] fields = identity.split(" ", -1);
        try {
            long pid = Long.parseLong(fields[0]);
            Instant start = Instant.ofEpochMilli(Long.parseLong(fields[1]));
            return ProcessHandle.of(pid).filter(process -> process.info()
                    .startInstant()
                    .filter(actual -> Duration.between(actual, start).abs().compareTo(START_TOLERANCE) <= 0)
                    .isPresent());
        } catch (NumberFormatException | ArrayIndexOutOfBoundsException damaged) {
            return Optional.empty();
        }
    }
}
