package io.weir.local;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The root directory of Weir, under which the build has laid out the jars of the broker and of the registry.
 *
 * @param root the directory that holds the parent {@code pom.xml} and the launcher
 */
public record LocalHome(Path root) {
    private static final Path RUNTIME = Path.of("deploy", "local", "runtime");

    /**
     * Finds the root: the system property {@code weir.home}, else the working directory or the nearest one above it.
     *
     * @throws IllegalStateException if neither leads to a Weir directory; the message says what to do
     */
    public static LocalHome find() {
        String named = System.getProperty("weir.home");
        Path start = Path.of(named == null ? "" : named).toAbsolutePath().normalize();
        for (Path at = start; at != null; at = named == null ? at.getParent() : null) {
            if (Files.isRegularFile(at.resolve(RUNTIME).resolve("pom.xml"))) {
                return new LocalHome(at);
            }
        }
        throw new IllegalStateException(
                "No Weir directory at " + start + (named == null ? " or above it" : " (system property weir.home)")
                        + ". Run inside Weir's directory, or set -Dweir.home to it.");
    }

    /** The broker's jars; also the class path of Kafka's stock command line tools. */
    public Path kafkaLibs() {
        return built("kafka/libs", "the broker's jars");
    }

    /** The unpacked registry, with {@code quarkus-run.jar}. */
    public Path registry() {
        return built("registry", "the schema registry");
    }

    private Path built(String name, String what) {
        Path path = root.resolve(RUNTIME).resolve("target").resolve(name);
        if (!Files.isDirectory(path)) {
            throw new IllegalStateException("Not built: " + what + " (" + path + "). Run this in " + root
                    + ": mvn -pl deploy/local/runtime package");
        }
        return path;
    }
}
