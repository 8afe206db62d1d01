package io.weir.cli.bench;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code weir bench}: measurements, one of them or all. */
@Command(
        name = "bench",
        sortOptions = false,
        description = {
            "Measures; every figure beside another one of the same run.",
            "Without a subcommand: everything, one after another, held against the targets. Writes a report: a page, JSON, "
                    + "HdrHistogram files."
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:everything was measured, whether targets were met or not",
            "1:something could not be measured; the rest was",
            "2:wrong usage"
        },
        subcommands = {
            LatencyCommand.class,
            SustainedCommand.class,
            ThroughputCommand.class,
            RecoveryCommand.class,
            PatternsCommand.class,
            RebuildCommand.class,
            StartupCommand.class,
            MemoryCommand.class,
            ScaleCommand.class,
            AllocationCommand.class,
            CollectorsCommand.class,
            PeersTuningCommand.class
        })
public final class BenchCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--quick",
            description =
                    "Measure less of everything: under five minutes on two cores, without peers, recovery, patterns and startup.")
    private boolean quick;

    @Option(
            names = "--only",
            split = ",",
            paramLabel = "NAME",
            description = "Only these, such as throughput,memory (default: all).")
    private List<String> only = List.of();

    @Mixin
    private BenchOptions options = new BenchOptions();

    @Override
    public Integer call() throws IOException, InterruptedException {
        List<Measurements.Entry> all = Measurements.all(quick);
        List<String> ids = all.stream().map(Measurements.Entry::id).toList();
        for (String id : only) {
            if (!ids.contains(id)) {
                throw new ParameterException(
                        spec.commandLine(), "--only: there is no " + id + " here; there are " + String.join(", ", ids));
            }
        }
        return options.runAll(
                spec,
                all.stream()
                        .filter(each -> only.isEmpty() || only.contains(each.id()))
                        .toList());
    }
}
