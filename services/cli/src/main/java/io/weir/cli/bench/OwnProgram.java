package io.weir.cli.bench;

import io.weir.local.ChildJvm;
import java.util.ArrayList;
import java.util.List;

/** Programs of this project that run as processes of their own: on this one's Java and class path. */
final class OwnProgram {
    private OwnProgram() {}

    /** The command that runs a main class. */
    static List<String> command(List<String> jvmFlags, Class<?> main, List<String> arguments) {
        List<String> all = new ArrayList<>(jvmFlags);
        all.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        all.addAll(arguments);
        return ChildJvm.command(all);
    }
}
