package io.weir.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.cli.Progress;
import io.weir.cli.Stack;
import io.weir.cli.StackOptions;
import io.weir.load.LoadPlan;
import io.weir.load.LoadProcess;
import io.weir.load.LoadResult;
import io.weir.local.ChildProcess;
import io.weir.local.Life;
import io.weir.training.simulator.Simulator;
import io.weir.training.simulator.Simulator.Parameters;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The measuring clients, each in its process, against a real server, a pass-through and the log. */
class LatencyTest {
    private static final int MEASURED = 100;
    private static final LoadPlan PLAN = new LoadPlan(50, 100, 0.5, 1);

    @Test
    void everyClientGetsAnAnswerToAllThatItSends(@TempDir Path directory) throws Exception {
        StackOptions options = CommandLine.populateCommand(new StackOptions());
        Bench bench =
                new Bench(directory, options, Progress.of(new CommandLine(new BenchCommand()).getCommandSpec(), false));
        try (Stack stack = Stack.start(options, directory, Life.SHORT, new PrintWriter(System.out))) {
            LoadClients clients = new LoadClients(
                    bench,
                    stack,
                    Simulator.simulate(Parameters.PUBLISHED.withDays(1)).subList(0, 2_000));
            overHttp(clients);
            search(clients);
            stack.stopServer();
            throughTheFloor(bench, stack, clients);
        }
    }

    private static void overHttp(LoadClients clients) throws Exception {
        Path found = clients.http(PLAN);
        LoadResult weir = LoadResult.read(found.resolve(LoadProcess.RESULT));
        assertThat(weir.count("decided")).isEqualTo(MEASURED);
        assertThat(weir.latencies().getTotalCount()).isEqualTo(MEASURED);
        assertThat(StageTimes.between(
                        Files.readString(found.resolve(LoadProcess.BEFORE)),
                        Files.readString(found.resolve(LoadProcess.AFTER))))
                .allSatisfy(stage -> assertThat(stage.count()).as(stage.name()).isEqualTo(MEASURED));
    }

    /** Every rate holds, so that it doubles until the transactions are used up: 250, 500 and not 1,000. */
    private static void search(LoadClients clients) throws Exception {
        List<Double> told = new ArrayList<>();
        List<LoadResult> steps = clients.sustained(2_000, 10, 250, 0.5, 1.5, 1e6, step -> told.add(step.perSecond()));
        assertThat(steps).extracting(LoadResult::perSecond).startsWith(250.0).isEqualTo(told);
        assertThat(steps.getFirst().lateness().getTotalCount()).isEqualTo(125);
    }

    private static void throughTheFloor(Bench bench, Stack stack, LoadClients clients) throws Exception {
        Floor.create(bench, stack.cluster(), "in");
        Floor.create(bench, stack.cluster(), "out");
        try (ChildProcess floor = Floor.start(bench, stack.cluster(), "in", "out")) {
            assertAnswered(clients.roundTrip("floor", "in", "out", PLAN));
            assertThat(floor.isAlive()).isTrue();
        }
        assertAnswered(clients.roundTrip("hop", "out", "out", PLAN));
    }

    private static void assertAnswered(LoadResult result) {
        assertThat(result.outcomes())
                .containsEntry("answered", (long) MEASURED)
                .containsEntry("repeated", 0L)
                .containsEntry("missing", 0L)
                .containsEntry("failed", 0L);
        assertThat(result.latencies().getTotalCount()).isEqualTo(MEASURED);
    }
}
