package io.weir.local;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Command lines for child processes that run on the same Java as this one. */
public final class ChildJvm {
    private static final String MAKE_ARCHIVE = "-XX:+AutoCreateSharedArchive";
    private static final String ARCHIVE = "-XX:SharedArchiveFile=";

    /** JVM flags for every child, with spaces between: many short processes do better without an optimising compiler. */
    private static final String FLAGS = "weir.child.jvm.flags";

    private ChildJvm() {}

    /**
     * The command that runs Java with {@code arguments}: JVM flags, main class or {@code -jar}, its arguments.
     * Warnings about native access and {@code Unsafe} are silenced: they concern libraries, and nobody here can act on them.
     * Not by {@code --enable-native-access}: with that option the JVM takes no archive of classes for valid.
     */
    public static List<String> command(List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-XX:+IgnoreUnrecognizedVMOptions");
        command.add("--illegal-native-access=allow");
        command.add("--sun-misc-unsafe-memory-access=allow");
        // First, so that a child's own flags win.
        for (String flag : System.getProperty(FLAGS, "").split(" ", -1)) {
            if (!flag.isEmpty()) {
                command.add(flag);
            }
        }
        command.addAll(arguments);
        return List.copyOf(command);
    }

    /**
     * The same for a program that is started again and again: its loaded classes are kept in an archive (class data
     * sharing), which its first orderly end writes and every later start maps, in half the time. The JVM makes an archive
     * anew that does not fit to it or to the jars.
     *
     * @param archive the file, which must be as temporary as the program's jars; one for each version of Java is made of it
     */
    public static List<String> command(Path archive, List<String> arguments) {
        List<String> shared = new ArrayList<>();
        shared.add(MAKE_ARCHIVE);
        shared.add(ARCHIVE + archive + "-" + Runtime.version().feature() + ".jsa");
        shared.addAll(arguments);
        return command(shared);
    }

    /** Whether an argument of a command is about the archive of classes. */
    public static boolean isOfArchive(String argument) {
        return argument.equals(MAKE_ARCHIVE) || argument.startsWith(ARCHIVE);
    }
}
