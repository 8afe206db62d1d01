package io.weir.load.report;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** Which sources were measured, as git says. */
public final class Commit {
    private static final int PATIENCE_SECONDS = 10;
    private static final int LENGTH = 12;

    private Commit() {}

    /** The commit checked out in a directory, and whether files differ from it; empty where git does not say. */
    public static String of(Path directory) {
        try {
            String commit = git(directory, "rev-parse", "--short=" + LENGTH, "HEAD");
            boolean changed = !git(directory, "status", "--porcelain").isEmpty();
            return commit + (changed ? " and changes since" : "");
        } catch (IOException e) {
            return "";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "";
        }
    }

    private static String git(Path directory, String... arguments) throws IOException, InterruptedException {
        String[] command = new String[arguments.length + 3];
        command[0] = "git";
        command[1] = "-C";
        command[2] = directory.toString();
        System.arraycopy(arguments, 0, command, 3, arguments.length);
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new IOException("git does not say");
        }
        return output.strip();
    }
}
