package io.weir.cli.fuzz;

import io.weir.cli.Directory;
import io.weir.cli.Progress;
import io.weir.cli.Stack;
import io.weir.cli.StackOptions;
import io.weir.load.fuzz.Counts;
import io.weir.local.Life;
import io.weir.local.LocalHome;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.stream.Stream;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** What both fuzzers have in common: a stack to feed, and the verdict. */
final class FuzzRun {
    private static final String BLOCKED = "has been blocked for";
    private static final int CHECKED_EVERY_MS = 100;

    @Mixin
    private StackOptions options = new StackOptions();

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Decides what is sent; a fault is named by it (default: ${DEFAULT-VALUE}).")
    private long seed;

    long seed() {
        return seed;
    }

    /** What is done with the stack. */
    @FunctionalInterface
    interface Feeding {
        /** Feeds it; returns what is wrong besides what the counts tell. */
        Outcome feed(Stack stack, Progress progress) throws IOException, InterruptedException;
    }

    /**
     * What came of it.
     *
     * @param notes for people
     * @param faults besides those of the counts
     */
    record Outcome(Counts counts, List<String> notes, List<String> faults) {}

    /** Runs; 0 if nothing is wrong, else 1. */
    int run(CommandSpec spec, Feeding feeding) throws IOException, InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        Progress progress = Progress.of(spec, false);
        Path directory = LocalHome.find().root().resolve(".weir/fuzz");
        if (options.existing() == null) {
            Directory.startAfresh(directory);
        }
        try (Stack stack = Stack.start(options, directory, Life.SHORT, progress.writer())) {
            Outcome outcome = feeding.feed(stack, progress);
            List<String> faults = new ArrayList<>(outcome.faults());
            faults.addAll(blocked(stack));
            if (!stack.serverIsAlive()) {
                faults.add("the server has ended; its log: " + stack.serverLog());
            }
            out.print(outcome.counts().table());
            outcome.notes().forEach(note -> out.println("  " + note));
            faults.forEach(fault -> out.println("  FAULT " + fault));
            boolean well = faults.isEmpty() && outcome.counts().faults().isEmpty();
            out.println(well ? "Nothing is wrong (seed " + seed + ")." : "Seed " + seed + " found faults.");
            out.flush();
            return well ? 0 : 1;
        }
    }

    /** Waits until a meter of the server has come down to a value; says so if it does not within ten seconds. */
    static List<String> comesDown(Stack stack, String meter, double to) throws IOException, InterruptedException {
        double value = Double.NaN;
        for (int tries = 0; tries < 100; tries++) {
            value = ServerMeters.read(stack.url()).value(meter);
            if (value <= to) {
                return List.of();
            }
            Thread.sleep(CHECKED_EVERY_MS);
        }
        return List.of(meter + " stays at " + value + " and should have come down to " + to);
    }

    static IntConsumer counting(Progress progress, String what, int of) {
        return done -> progress.line("%s %,d/%,d".formatted(what, done, of));
    }

    static void require(CommandSpec spec, boolean holds, String option, Object value, String range) {
        if (!holds) {
            throw new ParameterException(spec.commandLine(), option + " is " + value + "; give " + range);
        }
    }

    private static List<String> blocked(Stack stack) throws IOException {
        try (Stream<String> lines = Files.lines(stack.serverLog())) {
            return lines.filter(line -> line.contains(BLOCKED))
                    .limit(1)
                    .map(line -> "an event loop was blocked: " + line)
                    .toList();
        }
    }
}
