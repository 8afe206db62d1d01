package io.weir.cli.bench;

import io.weir.cli.GroupLag;
import io.weir.cli.Stack;
import io.weir.load.Median;
import io.weir.load.report.Plot;
import io.weir.load.report.Section;
import io.weir.load.report.Table;
import io.weir.training.simulator.SimulatedTransaction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How long a server takes from the start of its process until it is ready, and until it has decided what waited for it: on a
 * plain JVM, on an archive of classes, and on an ahead-of-time cache, which keeps profiles of methods as well. The archive and
 * the cache are written by servers that have decided the same.
 *
 * @param transactions that wait for each start
 * @param rounds how often each way is tried, in turn; medians are shown
 */
record Startup(int transactions, int rounds) implements Measurement {
    /** Transactions that wait for each start, unless somebody wants otherwise. */
    static final int WAITING = 20_000;

    private static final Duration TICK = Duration.ofMillis(50);
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /** How the JVM finds the classes. */
    private enum Way {
        PLAIN("plain", "nothing kept", "", ""),
        ARCHIVE("archive", "archive of classes (CDS)", "-XX:ArchiveClassesAtExit=", "-XX:SharedArchiveFile="),
        AOT("aot", "ahead-of-time cache (AOT)", "-XX:AOTCacheOutput=", "-XX:AOTCache=");

        private final String id;
        private final String title;
        private final String writes;
        private final String uses;

        Way(String id, String title, String writes, String uses) {
            this.id = id;
            this.title = title;
            this.writes = writes;
            this.uses = uses;
        }

        /** JVM flags that write its file when the process ends; none where it has no file. */
        List<String> training(Path directory) {
            return flags(writes, directory);
        }

        /** JVM flags that use it. */
        List<String> use(Path directory) {
            return flags(uses, directory);
        }

        private List<String> flags(String flag, Path directory) {
            return flag.isEmpty() ? List.of() : List.of(flag + file(directory));
        }

        Path file(Path directory) {
            return directory.resolve("server." + id);
        }
    }

    /**
     * One start.
     *
     * @param ready seconds until it was ready
     * @param readyCpu seconds of CPU until then
     * @param decided seconds until it had decided what waited
     * @param decidedCpu seconds of CPU until then
     */
    private record Start(double ready, double readyCpu, double decided, double decidedCpu) {}

    @Override
    public Section measure(Bench bench) throws IOException, InterruptedException {
        Section section = new Section("startup", "From the start of a server's process until it decides");
        List<SimulatedTransaction> history = Bench.history(transactions * (Way.values().length * (rounds + 1)));
        int next = 0;
        Map<Way, List<Start>> starts = new EnumMap<>(Way.class);
        try (Stack stack = bench.startStack();
                GroupLag lag = new GroupLag(stack.cluster())) {
            stack.stopServer();
            for (Way way : Way.values()) {
                if (!way.training(bench.directory()).isEmpty()) {
                    bench.progress().say("Writing: " + way.title + " ...");
                    start(
                            stack,
                            bench,
                            lag,
                            way.training(bench.directory()),
                            history.subList(next, next += transactions));
                    if (!Files.exists(way.file(bench.directory()))) {
                        throw new IOException("the JVM has written no " + way.title + "; see " + stack.serverLog());
                    }
                }
            }
            for (int round = 1; round <= rounds; round++) {
                for (Way way : Way.values()) {
                    bench.progress().say("Starting %,d of %,d: %s ...".formatted(round, rounds, way.title));
                    starts.computeIfAbsent(way, any -> new ArrayList<>())
                            .add(start(
                                    stack,
                                    bench,
                                    lag,
                                    way.use(bench.directory()),
                                    history.subList(next, next += transactions)));
                }
            }
        }
        return describe(section, starts);
    }

    private Start start(Stack stack, Bench bench, GroupLag lag, List<String> jvm, List<SimulatedTransaction> waiting)
            throws IOException, InterruptedException {
        bench.fill(stack, waiting, () -> 0);
        long startedNs = System.nanoTime();
        double ready = stack.startServerOn(jvm).toMillis() / 1e3;
        double readyCpu = cpuSeconds(stack);
        while (lag.records() != 0) {
            if (!stack.serverIsAlive() || System.nanoTime() - startedNs > PATIENCE.toNanos()) {
                throw new IOException("the server did not decide within " + PATIENCE.toSeconds() + " s; its log: "
                        + stack.serverLog());
            }
            Thread.sleep(TICK);
        }
        Start start = new Start(ready, readyCpu, (System.nanoTime() - startedNs) / 1e9, cpuSeconds(stack));
        stack.stopServer();
        return start;
    }

    private static double cpuSeconds(Stack stack) {
        return ProcessHandle.of(stack.serverPid())
                .flatMap(process -> process.info().totalCpuDuration())
                .map(cpu -> cpu.toMillis() / 1e3)
                .orElse(Double.NaN);
    }

    private Section describe(Section section, Map<Way, List<Start>> starts) {
        String decided = "%,d decided, s".formatted(transactions);
        Table table = new Table(
                "medians of %d starts each, in turn".formatted(rounds), "", "ready, s", "CPU, s", decided, "CPU, s ");
        Map<String, Double> bars = new LinkedHashMap<>();
        starts.forEach((way, all) -> {
            double ready = Median.of(all.stream().mapToDouble(Start::ready));
            double readyCpu = Median.of(all.stream().mapToDouble(Start::readyCpu));
            double done = Median.of(all.stream().mapToDouble(Start::decided));
            double doneCpu = Median.of(all.stream().mapToDouble(Start::decidedCpu));
            table.row(way.title, ready, readyCpu, done, doneCpu);
            section.value(way.id + ".readySeconds", ready)
                    .value(way.id + ".readyCpuSeconds", readyCpu)
                    .value(way.id + ".decidedSeconds", done)
                    .value(way.id + ".decidedCpuSeconds", doneCpu);
            bars.put(way.title, ready);
        });
        return section.table(table)
                .plot(new Plot.Bars("From the start of the process until it is ready", "s", bars))
                .note(
                        "Each start finds so many transactions on the log, and restores the state of those before it. The "
                                + "archive and the cache were written by servers that had decided as many.");
    }
}
