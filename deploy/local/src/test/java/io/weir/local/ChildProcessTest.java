package io.weir.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChildProcessTest {
    private static final Duration SOON = Duration.ofSeconds(30);

    /** Part of a script: what stands before it has happened when {@link #start} returns. */
    private static final String READY = "touch started";

    @TempDir
    private Path directory;

    @Test
    void aChildThatDiesIsReportedWithTheEndOfItsLog() {
        ChildProcess.Spec spec = shell("echo the disk is full; exit 3");

        assertThatThrownBy(() -> ChildProcess.start(spec, () -> false, SOON))
                .isInstanceOf(ChildProcessException.class)
                .hasMessageContaining("status 3")
                .hasMessageContaining("the disk is full")
                .hasMessageContaining(spec.log().toString());
    }

    @Test
    void aChildThatIsNotReadyInTimeIsKilled() throws IOException {
        ChildProcess.Spec spec = shell("echo $$ > id; echo still thinking; exec sleep 600");

        assertThatThrownBy(() -> ChildProcess.start(
                        spec,
                        () -> {
                            throw new IOException("connection refused");
                        },
                        Duration.ofSeconds(1)))
                .isInstanceOf(ChildProcessException.class)
                .hasMessageContaining("not ready within 1 s")
                .hasMessageContaining("still thinking");
        assertThat(isRunning(
                        Long.parseLong(Files.readString(directory.resolve("id")).strip())))
                .isFalse();
    }

    @Test
    void aMissingProgramIsReported() {
        ChildProcess.Spec spec = new ChildProcess.Spec("child", directory, List.of("no-such-program"));

        assertThatThrownBy(() -> ChildProcess.start(spec, () -> false, SOON))
                .isInstanceOf(ChildProcessException.class)
                .hasMessageContaining("no-such-program");
    }

    @Test
    void theLogOfTheRunBeforeIsKept() {
        startAndStop("echo first; " + READY + "; exec sleep 600");
        startAndStop("echo second; " + READY + "; exec sleep 600");

        assertThat(directory.resolve("child.log")).hasContent("second");
        assertThat(directory.resolve("child.log.1")).hasContent("first");
    }

    @Test
    void aFrozenChildCanBeStopped() {
        ChildProcess child = start(READY + "; exec sleep 600");
        child.pause();

        child.stop();

        assertThat(child.isAlive()).isFalse();
    }

    @Test
    void aFrozenChildGoesOnWhenResumed() {
        try (ChildProcess child = start(READY + "; while true; do echo >> ticks; sleep 0.02; done")) {
            child.pause();
            Path ticks = directory.resolve("ticks");
            long before = size(ticks);
            child.resume();

            await().atMost(SOON).until(() -> size(ticks) > before);
        }
    }

    @Test
    void ctrlCInTheTerminalDoesNotReachAChild() throws Exception {
        // The shell dies of the first signal it does not ignore, so surviving both and answering the third proves it.
        try (ChildProcess child =
                start("trap 'echo terminated; exit 0' TERM; " + READY + "; while true; do sleep 0.02; done")) {
            for (String signal : List.of("-INT", "-HUP", "-TERM")) {
                new ProcessBuilder("kill", signal, Long.toString(child.pid()))
                        .start()
                        .waitFor();
            }
            await().atMost(SOON).until(() -> !child.isAlive());
        }
        assertThat(directory.resolve("child.log")).hasContent("terminated");
    }

    @Test
    void aChildLeftBehindByAKilledParentIsStoppedByTheNextStart() throws IOException {
        Path place = directory.resolve("place");
        ChildProcess.run(Parent.spec(directory, place, "halt"), SOON);
        long leftOver = Long.parseLong(Files.readString(place.resolve("child")));
        assertThat(isRunning(leftOver)).isTrue();

        try (ChildProcess next = ChildProcess.start(
                new ChildProcess.Spec("sleeper", place, List.of("sleep", "600")), () -> true, SOON)) {
            assertThat(isRunning(leftOver)).isFalse();
            assertThat(next.isAlive()).isTrue();
        }
    }

    @Test
    void aChildWhoseParentStillRunsIsLeftAlone() throws IOException {
        Path place = directory.resolve("place");
        try (ChildProcess parent = ChildProcess.start(
                Parent.spec(directory, place, "stay"), () -> Files.exists(place.resolve("child")), SOON)) {
            assertThatThrownBy(() -> ChildProcess.stopLeftOver("sleeper", place))
                    .isInstanceOf(ChildProcessException.class)
                    .hasMessageContaining("in use by process " + parent.pid());
        }
    }

    @Test
    void childrenEndWithTheirParent() throws IOException {
        Path place = directory.resolve("place");

        ChildProcess.run(Parent.spec(directory, place, "exit"), SOON);

        assertThat(isRunning(Long.parseLong(Files.readString(place.resolve("child")))))
                .isFalse();
    }

    @Test
    void anotherProcessThatGotTheSameIdIsLeftAlone() throws IOException {
        try (ChildProcess other = start(READY + "; exec sleep 600")) {
            Path place = Files.createDirectory(directory.resolve("place"));
            Files.writeString(place.resolve("sleeper.pid"), other.pid() + " 1\n" + other.pid() + " 1\n");

            ChildProcess.stopLeftOver("sleeper", place);

            assertThat(other.isAlive()).isTrue();
        }
    }

    @Test
    void aDamagedPidFileIsNoHindrance() throws IOException {
        Files.writeString(directory.resolve("child.pid"), "x");

        startAndStop(READY + "; exec sleep 600");

        assertThat(directory.resolve("child.pid")).doesNotExist();
    }

    private void startAndStop(String script) {
        start(script).stop();
    }

    /** Waits until the script has come to its {@link #READY}. */
    private ChildProcess start(String script) {
        ChildProcess.Spec spec = shell(script);
        return ChildProcess.start(spec, () -> Files.deleteIfExists(directory.resolve("started")), SOON);
    }

    private ChildProcess.Spec shell(String script) {
        return new ChildProcess.Spec("child", directory, List.of("sh", "-c", script));
    }

    private static boolean isRunning(long pid) {
        return ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent();
    }

    private static long size(Path file) {
        return file.toFile().length();
    }
}
