package io.weir.cli;

import io.weir.local.ChildProcess;
import io.weir.local.LocalStack;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Directories that a command owns. */
public final class Directory {
    private Directory() {}

    /**
     * Makes a stack's directory one without a past. What an earlier command left running there, because it was killed,
     * goes first.
     */
    public static void startAfresh(Path directory) throws IOException {
        ChildProcess.stopLeftOver("server", directory.resolve("server"));
        LocalStack.erase(directory);
    }

    /** Deletes a directory with all that is in it, if it is there. */
    public static void delete(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        List<Path> deepestFirst;
        try (Stream<Path> walk = Files.walk(directory)) {
            deepestFirst = walk.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : deepestFirst) {
            Files.deleteIfExists(path);
        }
    }
}
