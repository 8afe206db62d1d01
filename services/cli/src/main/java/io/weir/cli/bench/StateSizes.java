package io.weir.cli.bench;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * Where a contender's state lies, in bytes.
 *
 * @param disk files of its own
 * @param topics of the broker, superseded versions included
 * @param heap what is alive on it, after a full collection; {@code NaN} if the JVM does not tell
 */
record StateSizes(long disk, long topics, double heap) {
    private static final long PATIENCE_SECONDS = 60;

    /** What is alive on the heap of a JVM of this user: the sum of its class histogram. */
    static double heapOf(long pid) throws IOException {
        String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        Path histogram = Files.createTempFile("weir-heap", ".txt");
        Process process = new ProcessBuilder(jcmd, String.valueOf(pid), "GC.class_histogram")
                .redirectErrorStream(true)
                .redirectOutput(histogram.toFile())
                .start();
        try {
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                return Double.NaN;
            }
            return heapIn(Files.readString(histogram));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while the heap was counted");
        } finally {
            process.destroyForcibly();
            Files.delete(histogram);
        }
    }

    /** The bytes in a histogram's last line: {@code Total}, instances, bytes. */
    static long heapIn(String histogram) throws IOException {
        String[] total = histogram
                .strip()
                .lines()
                .reduce("", (first, last) -> last)
                .strip()
                .split("\\s+", -1);
        if (total.length != 3 || !total[0].equals("Total")) {
            throw new IOException("the heap cannot be counted: "
                    + histogram.lines().findFirst().orElse("no answer"));
        }
        return Long.parseLong(total[2]);
    }

    /** Bytes of all files in a directory, which may change meanwhile. */
    static long filesIn(Path directory) throws IOException {
        LongAdder bytes = new LongAdder();
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                bytes.add(attributes.size());
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
                return goneOr(failure);
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, IOException failure) throws IOException {
                return failure == null ? FileVisitResult.CONTINUE : goneOr(failure);
            }

            private FileVisitResult goneOr(IOException failure) throws IOException {
                if (failure instanceof NoSuchFileException) {
                    return FileVisitResult.CONTINUE;
                }
                throw failure;
            }
        });
        return bytes.sum();
    }
}
