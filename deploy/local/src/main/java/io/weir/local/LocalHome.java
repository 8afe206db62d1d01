package io.weir.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The root directory of Weir, under which the build has laid out the jars of the broker and of the registry.
 *
 * @param root the directory that holds the parent {@code pom.xml} and the launcher
 */
public record LocalHome(Path root) {
    private static final Path RUNTIME = Path.of("deploy", "local", "runtime");
    private static final Pattern OWN_JAR = Pattern.compile("kafka_[0-9.]+-(\\d+\\.\\d+\\.\\d+)\\.jar");
    private static final Duration FETCHED_WITHIN = Duration.ofMinutes(5);

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

    /** The version of these. */
    BrokerVersion kafkaVersion() {
        try (Stream<Path> jars = Files.list(kafkaLibs())) {
            return jars.map(jar -> OWN_JAR.matcher(jar.getFileName().toString()))
                    .filter(Matcher::matches)
                    .map(jar -> BrokerVersion.of(jar.group(1)))
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException("no broker among " + kafkaLibs()));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot look for the broker's jars", e);
        }
    }

    /**
     * The jars of a broker of this version. Those of another than our own are fetched by Maven when they are asked for first,
     * about 40 MB.
     *
     * @throws ChildProcessException if Maven cannot be run, or does not find them; the message holds the end of its log
     */
    Path kafkaLibs(BrokerVersion version) {
        if (version.equals(kafkaVersion())) {
            return kafkaLibs();
        }
        Path directory = root.resolve(RUNTIME).resolve("target").resolve("kafka-" + version);
        Path libs = directory.resolve("libs");
        synchronized (LocalHome.class) { // brokers are started side by side
            if (!Files.isDirectory(libs)) {
                fetch(version, directory, libs);
            }
        }
        return libs;
    }

    private void fetch(BrokerVersion version, Path directory, Path libs) {
        Path unfinished = directory.resolve("unfinished");
        ChildProcess.run(
                new ChildProcess.Spec(
                        "maven",
                        directory,
                        List.of(
                                "mvn",
                                "-B",
                                "-ntp",
                                "-f",
                                root.resolve(RUNTIME).resolve("pom.xml").toString(),
                                "dependency:copy-dependencies@broker",
                                "-Dkafka.version=" + version,
                                "-Dkafka.libs=" + unfinished)),
                FETCHED_WITHIN);
        try {
            Files.move(unfinished, libs);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot lay out Kafka " + version + " in " + directory, e);
        }
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
