package io.weir.local;

import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A process that this one starts, waits for, and stops. Its directory holds {@code <name>.log} (standard output and error of
 * this run; {@code <name>.log.1} is the run before) and {@code <name>.pid}, by which a child left over from a killed parent is
 * found and stopped before the next start. When this JVM ends, children still running are stopped, the last started first.
 *
 * <p>Thread-safe, apart from {@link #pause()} and {@link #resume()} racing each other.
 */
public final class ChildProcess implements AutoCloseable {
    /** Says whether a child is ready to serve. An {@link IOException} means: not yet. */
    @FunctionalInterface
    public interface Probe {
        boolean ready() throws IOException;
    }

    /**
     * What to run.
     *
     * @param name names its files and appears in messages
     * @param directory its working directory and that of its files, created if missing
     * @param command program and arguments
     */
    public record Spec(String name, Path directory, List<String> command) {
        public Spec {
            directory = directory.toAbsolutePath().normalize();
            command = List.copyOf(command);
        }

        /** Where its standard output and error go. */
        public Path log() {
            return directory.resolve(name + ".log");
        }
    }

    /** A SIGTERM must suffice within this time, in which a server ends by itself (25 s at most); then it is SIGKILL. */
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(30);

    private static final Duration PROBE_INTERVAL = Duration.ofMillis(50);
    private static final int TAIL_BYTES = 6_000;

    /**
     * Ctrl-C and a closed terminal signal the whole process group, but in which order children stop is for their parent to
     * say: they ignore both. Ignored signals stay ignored over {@code exec}, and a JVM respects that.
     */
    private static final List<String> DEAF_TO_THE_TERMINAL =
            List.of("/bin/sh", "-c", "trap '' INT HUP; exec \"$@\"", "sh");

    private static final Deque<ChildProcess> LIVE = new ArrayDeque<>();
    private static boolean shuttingDown;

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(ChildProcess::stopAll, "stop-children"));
    }

    private final Spec spec;
    private final PidFile pidFile;
    private final Process process;
    private volatile boolean paused;

    private ChildProcess(Spec spec, PidFile pidFile, Process process) {
        this.spec = spec;
        this.pidFile = pidFile;
        this.process = process;
    }

    /**
     * Starts the process and waits until {@code ready} says so.
     *
     * @throws ChildProcessException if it cannot be started, dies, or is not ready {@code within} the given time (it is
     *     killed then), or if its directory is in use by another running process
     */
    public static ChildProcess start(Spec spec, Probe ready, Duration within) {
        try {
            ChildProcess child = spawn(spec);
            try {
                child.await(ready, within);
                return child;
            } catch (InterruptedException | RuntimeException e) {
                child.kill();
                throw e;
            }
        } catch (InterruptedException e) {
            throw interrupted(spec, e);
        } catch (IOException e) {
            throw new ChildProcessException("Cannot start " + spec.name() + " in " + spec.directory(), e);
        }
    }

    /**
     * Runs the process to its end.
     *
     * @throws ChildProcessException as {@link #start}, also if its exit status is not 0
     */
    public static void run(Spec spec, Duration within) {
        try (ChildProcess child = spawn(spec)) {
            if (!child.process.waitFor(within.toMillis(), TimeUnit.MILLISECONDS)) {
                child.kill();
                throw child.failure("did not end within " + within.toSeconds() + " s");
            }
            if (child.process.exitValue() != 0) {
                throw child.failure("ended with status " + child.process.exitValue());
            }
        } catch (InterruptedException e) {
            throw interrupted(spec, e);
        } catch (IOException e) {
            throw new ChildProcessException("Cannot run " + spec.name() + " in " + spec.directory(), e);
        }
    }

    private static ChildProcess spawn(Spec spec) throws IOException, InterruptedException {
        Files.createDirectories(spec.directory());
        PidFile pidFile = PidFile.of(spec.name(), spec.directory());
        pidFile.stopLeftOver();
        if (Files.exists(spec.log())) {
            Path before = spec.directory().resolve(spec.name() + ".log.1");
            Files.move(spec.log(), before, StandardCopyOption.REPLACE_EXISTING);
        }
        List<String> command = new ArrayList<>(DEAF_TO_THE_TERMINAL);
        command.addAll(spec.command());
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(spec.directory().toFile())
                .redirectInput(new File("/dev/null"))
                .redirectErrorStream(true)
                .redirectOutput(spec.log().toFile());
        // The registry would take settings from there, for another registry of this user.
        builder.environment().keySet().removeIf(key -> key.startsWith("QUARKUS_") || key.startsWith("APICURIO_"));
        ChildProcess child;
        synchronized (LIVE) {
            if (shuttingDown) {
                throw new ChildProcessException("Not starting " + spec.name() + ": this process is ending");
            }
            child = new ChildProcess(spec, pidFile, builder.start());
            LIVE.addFirst(child);
        }
        try {
            pidFile.write(child.process.toHandle());
            return child;
        } catch (IOException e) {
            child.kill();
            throw e;
        }
    }

    /**
     * Stops the child that an earlier process started under this name and directory and left behind, if there is one.
     * {@link #start} does so too; this is for callers that must free what it holds (its ports) before.
     *
     * @throws ChildProcessException if the directory is in use by another running process
     */
    public static void stopLeftOver(String name, Path directory) {
        try {
            PidFile.of(name, directory).stopLeftOver();
        } catch (IOException e) {
            throw new ChildProcessException("Cannot look for an earlier " + name + " in " + directory, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ChildProcessException("Interrupted while stopping an earlier " + name, e);
        }
    }

    private void await(Probe ready, Duration within) throws InterruptedException {
        long deadline = System.nanoTime() + within.toNanos();
        while (!isReady(ready)) {
            if (!process.isAlive()) {
                throw failure("died while starting, with status " + process.exitValue());
            }
            if (System.nanoTime() - deadline > 0) {
                throw failure("was not ready within " + within.toSeconds() + " s");
            }
            Thread.sleep(PROBE_INTERVAL);
        }
    }

    private boolean isReady(Probe ready) {
        try {
            return process.isAlive() && ready.ready();
        } catch (IOException notYet) {
            return false;
        }
    }

    /** The operating system's process id. */
    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Its standard output and error. */
    public Path log() {
        return spec.log();
    }

    /** Asks it to end (SIGTERM), and kills it if it has not ended after 30 s. Does nothing if it has ended. */
    public void stop() {
        end(STOP_PATIENCE);
    }

    /** Kills it (SIGKILL): it has no chance to flush or say goodbye. Does nothing if it has ended. */
    public void kill() {
        end(Duration.ZERO);
    }

    /** Freezes it (SIGSTOP): to others it looks hung, its connections stay open. */
    public void pause() {
        paused = true;
        signal("STOP");
    }

    /** Lets it go on after {@link #pause()} (SIGCONT). */
    public void resume() {
        signal("CONT");
        paused = false;
    }

    /** The same as {@link #stop()}. */
    @Override
    public void close() {
        stop();
    }

    private synchronized void end(Duration patience) {
        boolean interrupted = false;
        if (process.isAlive() && patience.isPositive()) {
            process.destroy();
            if (paused) {
                // It gets the SIGTERM only once it goes on.
                resume();
            }
            try {
                process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        process.destroyForcibly();
        interrupted |= awaitEnd();
        synchronized (LIVE) {
            LIVE.remove(this);
        }
        try {
            pidFile.delete();
        } catch (IOException harmless) {
            // The process has ended, so the next start finds nothing to stop.
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits for a process that has got its SIGKILL; not through onExit, which needs a free thread of the common pool. */
    private boolean awaitEnd() {
        boolean interrupted = false;
        while (true) {
            try {
                process.waitFor();
                return interrupted;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
    }

    private void signal(String name) {
        if (!isAlive()) {
            throw new IllegalStateException(spec.name() + " is not running");
        }
        try {
            Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(pid())).start();
            kill.waitFor();
        } catch (IOException e) {
            throw new ChildProcessException("Cannot send SIG" + name + " to " + spec.name(), e);
        } catch (InterruptedException e) {
            throw interrupted(spec, e);
        }
    }

    private static void stopAll() {
        List<ChildProcess> lastFirst;
        synchronized (LIVE) {
            shuttingDown = true;
            lastFirst = List.copyOf(LIVE);
        }
        lastFirst.forEach(ChildProcess::stop);
    }

    private static ChildProcessException interrupted(Spec spec, InterruptedException e) {
        Thread.currentThread().interrupt();
        return new ChildProcessException("Interrupted while waiting for " + spec.name(), e);
    }

    private ChildProcessException failure(String what) {
        return new ChildProcessException(spec.name() + " " + what + ". The end of " + spec.log() + ":\n" + logTail());
    }

    private String logTail() {
        try (RandomAccessFile file = new RandomAccessFile(spec.log().toFile(), "r")) {
            byte[] tail = new byte[(int) Math.min(file.length(), TAIL_BYTES)];
            file.seek(file.length() - tail.length);
            file.readFully(tail);
            return new String(tail, StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            return "(cannot be read: " + e + ")";
        }
    }
}
