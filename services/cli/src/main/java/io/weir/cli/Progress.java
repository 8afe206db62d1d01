package io.weir.cli;

import java.io.PrintWriter;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Model.CommandSpec;

/** One line that is written over on a terminal; elsewhere, in a file or a pipe, a line every five seconds. */
public final class Progress {
    private static final long PLAIN_INTERVAL_NS = TimeUnit.SECONDS.toNanos(5);
    private static final int WIDTH = 120;

    private final PrintWriter writer;
    private final boolean terminal;
    private String last = "";
    private long printedNs = System.nanoTime() - PLAIN_INTERVAL_NS;

    /**
     * A progress line.
     *
     * @param terminal whether {@code writer} ends at one, which the launcher knows best
     */
    Progress(PrintWriter writer, boolean terminal) {
        this.writer = writer;
        this.terminal = terminal;
    }

    /** One that goes where no one watches it. */
    public static Progress to(PrintWriter writer) {
        return new Progress(writer, false);
    }

    /** A command's: on its standard output, or on standard error where that is for its result as JSON. */
    public static Progress of(CommandSpec spec, boolean json) {
        return json
                ? new Progress(spec.commandLine().getErr(), Boolean.getBoolean("weir.stderr.terminal"))
                : new Progress(spec.commandLine().getOut(), Boolean.getBoolean("weir.stdout.terminal"));
    }

    public PrintWriter writer() {
        return writer;
    }

    /** A line of its own. */
    public synchronized void say(String text) {
        writer.println(text);
        writer.flush();
    }

    /** The line's new content. */
    public synchronized void line(String text) {
        last = text;
        if (terminal) {
            writer.print("\r" + text + " ".repeat(Math.max(0, WIDTH - text.length())));
            writer.flush();
        } else if (System.nanoTime() - printedNs >= PLAIN_INTERVAL_NS) {
            printedNs = System.nanoTime();
            say(text);
        }
    }

    /** The line stands as it is; what follows starts on a new one. */
    public synchronized void endLine() {
        writer.println(terminal ? "" : last);
        writer.flush();
    }
}
