package io.weir.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.core.policy.Policy;
import io.weir.local.Life;
import io.weir.server.policy.DefaultPolicy;
import io.weir.server.policy.PolicyCompiler;
import io.weir.training.simulator.SimulatedTransaction;
import io.weir.training.simulator.Simulator;
import io.weir.training.simulator.Simulator.Parameters;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What is served over HTTP is what is evaluated offline, and where it is not, that is found. */
class AgreementTest {
    /** Few accounts and terminals over 24 days: windows fill, and labels of 17 days come to count. */
    private static final Parameters SMALL = new Parameters(60, 20, 24, LocalDate.of(2018, 4, 1), 50);

    @Test
    void featuresAndScoresOverHttpAreTheOfflineEvaluations(@TempDir Path directory) throws Exception {
        List<SimulatedTransaction> history = Simulator.simulate(SMALL);
        StackOptions options = CommandLine.populateCommand(new StackOptions());
        options.useOnePartition();
        PrintWriter out = new PrintWriter(System.out);
        Progress progress = new Progress(out, false);
        Policy policy = new PolicyCompiler().compile(DefaultPolicy.document());
        try (Stack stack = Stack.start(options, directory, Life.SHORT, out)) {
            Agreement.Result result =
                    new Agreement(policy, history).submitted(stack, progress).compared(stack, progress);
            assertThat(result.agrees()).as(result.text()).isTrue();
            assertThat(result.decisions()).isEqualTo(history.size());
            assertThat(result.labels()).isPositive();
            assertThat(result.values())
                    .isEqualTo(history.size() * (policy.features().size() + 1L));

            Policy other = new PolicyCompiler()
                    .compile(DefaultPolicy.document()
                            .replace("function: mean, window: 30d", "function: mean, window: 9d"));
            Agreement.Result differing = new Agreement(other, history).compared(stack, progress);
            assertThat(differing.agrees()).isFalse();
            assertThat(differing.text()).contains("mean_minor_30d is ");
        }
    }
}
