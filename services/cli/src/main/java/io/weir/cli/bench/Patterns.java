package io.weir.cli.bench;

import io.weir.cli.Directory;
import io.weir.cli.Stack;
import io.weir.load.CommittedOutput;
import io.weir.load.CommittedOutput.Growth;
import io.weir.load.patterns.Guarantee;
import io.weir.load.patterns.Job;
import io.weir.load.patterns.Main;
import io.weir.load.patterns.Pattern;
import io.weir.load.patterns.PaymentLog;
import io.weir.load.patterns.SteadyLoad;
import io.weir.load.patterns.Work;
import io.weir.load.report.Section;
import io.weir.local.ChildJvm;
import io.weir.local.ChildProcess;
import io.weir.local.Life;
import io.weir.local.LocalBroker;
import io.weir.local.LocalHome;
import io.weir.server.log.Cluster;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Consumer architectures side by side.
 *
 * @param records on the log that is worked off
 * @param drain how long each works on that log
 * @param steady how long each has a steady load; {@link Duration#ZERO} for not at all
 */
record Patterns(
        int records,
        Duration drain,
        Duration steady,
        Set<Guarantee> guarantees,
        Set<Pattern> patterns,
        Set<Work.Kind> kinds)
        implements Measurement {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration WARM_UP = Duration.ofSeconds(5);

    /** All of it. */
    static Patterns full(int records, Duration each) {
        return new Patterns(
                records,
                each,
                each,
                EnumSet.allOf(Guarantee.class),
                EnumSet.allOf(Pattern.class),
                EnumSet.allOf(Work.Kind.class));
    }

    /** Throughput alone, exactly once alone. */
    static Patterns quick() {
        return new Patterns(
                300_000,
                Duration.ofMillis(2_500),
                Duration.ZERO,
                EnumSet.of(Guarantee.EXACTLY_ONCE),
                EnumSet.allOf(Pattern.class),
                EnumSet.allOf(Work.Kind.class));
    }

    /** The same, of these alone. */
    Patterns only(Set<Pattern> somePatterns, Set<Work.Kind> someKinds) {
        return new Patterns(records, drain, steady, guarantees, somePatterns, someKinds);
    }

    /**
     * A load that every pattern bears, the slowest of them half busy, payments a second: one thread that waits 5 ms for each does
     * 200, one that computes 200 µs does 5,000.
     */
    static int steadyRate(Work.Kind kind) {
        return switch (kind) {
            case LIGHT, CPU -> 1_000;
            case IO -> 100;
        };
    }

    /** What was found of one of them; {@code NaN} and null for what was not asked for. */
    record Found(
            Pattern pattern,
            Work.Kind kind,
            Guarantee guarantee,
            double perSecond,
            @Nullable Histogram latencies) {}

    @Override
    public Section measure(Bench bench) throws IOException, InterruptedException {
        bench.progress().say("Starting a Kafka broker ...");
        Directory.startAfresh(bench.directory());
        try (LocalBroker broker = LocalBroker.start(bench.directory().resolve("broker"), Life.LONG)) {
            Cluster cluster = Cluster.at(broker.bootstrapServers());
            int rounds = Work.calibrate();
            PatternsReport report = new PatternsReport(this, rounds);
            try (PaymentLog log = new PaymentLog(
                    cluster, "bench-payments", bench.stackOptions().partitions())) {
                bench.progress().say("Appending %,d payments ...".formatted(records));
                log.append(records);
                for (Work.Kind kind : kinds) {
                    for (Guarantee guarantee : guarantees) {
                        for (Pattern pattern : patterns) {
                            Contender contender = new Contender(cluster, pattern, guarantee, kind, rounds, bench);
                            double perSecond = contender.drain(log);
                            report.add(new Found(pattern, kind, guarantee, perSecond, contender.steady()));
                        }
                    }
                }
            }
            return report.section();
        }
    }

    /** A pattern with its work and guarantee. */
    private final class Contender {
        private final Cluster cluster;
        private final Pattern pattern;
        private final Guarantee guarantee;
        private final Work.Kind kind;
        private final int rounds;
        private final Bench bench;
        private final String name;

        Contender(Cluster cluster, Pattern pattern, Guarantee guarantee, Work.Kind kind, int rounds, Bench bench) {
            this.cluster = cluster;
            this.pattern = pattern;
            this.guarantee = guarantee;
            this.kind = kind;
            this.rounds = rounds;
            this.bench = bench;
            this.name = pattern.word() + "-" + kind.name().toLowerCase(Locale.ROOT)
                    + (guarantee == Guarantee.EXACTLY_ONCE ? "-exactly-once" : "-at-least-once");
        }

        /** Works on the log that is there for as long as there is time; returns results a second. */
        double drain(PaymentLog log) throws IOException, InterruptedException {
            bench.progress().say("%s: working off the log ...".formatted(name));
            String output = "results-" + name;
            log.create(output);
            Growth growth;
            try (CommittedOutput results = new CommittedOutput(cluster, output, log.partitions());
                    ChildProcess child = start(log, output)) {
                growth = results.watch(drain, PATIENCE, child::isAlive, child::close);
            }
            log.outcome(output, output).check(guarantee);
            return growth.perSecond();
        }

        /** Works on what comes at a steady rate; null if that is not asked for. */
        @Nullable
        Histogram steady() throws IOException, InterruptedException {
            if (steady.isZero()) {
                return null;
            }
            bench.progress().say("%s: a steady load ...".formatted(name));
            String output = "steady-results-" + name;
            try (PaymentLog log = new PaymentLog(
                    cluster, "steady-payments-" + name, bench.stackOptions().partitions())) {
                log.create(output);
                Histogram latencies;
                try (ChildProcess child = start(log, output)) {
                    latencies = new SteadyLoad(steadyRate(kind), WARM_UP, steady).run(log, output, child::isAlive);
                }
                log.outcome(output, output).check(guarantee);
                return latencies;
            }
        }

        private ChildProcess start(PaymentLog log, String output) {
            List<String> arguments = new ArrayList<>(Stack.SERVER_JVM);
            arguments.addAll(List.of(
                    "-cp", LocalHome.find().root().resolve("services/cli/target/lib") + "/*", Main.class.getName()));
            arguments.addAll(Main.arguments(
                    pattern,
                    new Job(cluster, log.topic(), output, "member", guarantee, new Work(kind, rounds, output))));
            ChildProcess.Spec spec = new ChildProcess.Spec(
                    "pattern", bench.directory().resolve("patterns"), ChildJvm.command(arguments));
            return ChildProcess.start(spec, () -> true, PATIENCE);
        }
    }
}
