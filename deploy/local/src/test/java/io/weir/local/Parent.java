package io.weir.local;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A parent in a JVM of its own: starts a child, writes the child's id to a file, and ends or stays as told. */
final class Parent {
    private Parent() {}

    /** Arguments: the child's directory, then {@code halt} (end without shutdown hooks), {@code exit} or {@code stay}. */
    public static void main(String[] arguments) throws Exception {
        Path directory = Path.of(arguments[0]);
        ChildProcess child = ChildProcess.start(
                new ChildProcess.Spec("sleeper", directory, List.of("sleep", "600")),
                () -> true,
                Duration.ofSeconds(10));
        Files.writeString(directory.resolve("child"), Long.toString(child.pid()));
        switch (arguments[1]) {
            case "halt" -> Runtime.getRuntime().halt(0);
            case "exit" -> System.exit(0);
            default -> Thread.sleep(Duration.ofMinutes(10));
        }
    }

    static ChildProcess.Spec spec(Path directory, Path childDirectory, String end) {
        return new ChildProcess.Spec(
                "parent",
                directory,
                ChildJvm.command(List.of(
                        "-cp",
                        System.getProperty("java.class.path"),
                        Parent.class.getName(),
                        childDirectory.toString(),
                        end)));
    }
}
