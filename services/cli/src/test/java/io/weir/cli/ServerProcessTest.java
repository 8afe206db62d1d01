package io.weir.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.core.policy.Policy;
import io.weir.events.Decision;
import io.weir.load.OpenLoopLoad.Target;
import io.weir.local.Life;
import io.weir.server.policy.DefaultPolicy;
import io.weir.server.policy.PolicyCompiler;
import io.weir.server.schemas.RegistryClient;
import io.weir.server.schemas.Schemas;
import io.weir.training.simulator.SimulatedTransaction;
import io.weir.training.simulator.Simulator;
import io.weir.training.simulator.Simulator.Parameters;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.concurrent.FutureTask;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/**
 * One server as a process of its own, as {@code weir up} starts it: what it serves, and what is left after it is killed. The
 * first to run: its server ends in order and leaves the class archive that those which others kill are to start from.
 */
@Order(1)
@TestMethodOrder(OrderAnnotation.class)
class ServerProcessTest {
    /** Few accounts and terminals over 24 days: windows fill, and labels of 17 days come to count. */
    private static final Parameters SMALL = new Parameters(60, 20, 24, LocalDate.of(2018, 4, 1), 50);

    private static final int TRANSACTIONS = 1_500;

    @TempDir
    private static Path directory;

    private static Stack stack;

    @BeforeAll
    static void start() throws Exception {
        StackOptions options = CommandLine.populateCommand(new StackOptions());
        options.useOnePartition();
        stack = Stack.start(options, directory, Life.SHORT, new PrintWriter(System.out));
    }

    @AfterAll
    static void stop() {
        stack.close();
    }

    /** What is served over HTTP is what is evaluated offline, and where it is not, that is found. */
    @Test
    @Order(1)
    void featuresAndScoresOverHttpAreTheOfflineEvaluations() throws Exception {
        List<SimulatedTransaction> history = Simulator.simulate(SMALL);
        Progress progress = new Progress(new PrintWriter(System.out), false);
        Policy policy = new PolicyCompiler().compile(DefaultPolicy.document());

        Agreement.Result result =
                new Agreement(policy, history).submitted(stack, progress).compared(stack, progress);
        assertThat(result.agrees()).as(result.text()).isTrue();
        assertThat(result.decisions()).isEqualTo(history.size());
        assertThat(result.labels()).isPositive();
        assertThat(result.values())
                .isEqualTo(history.size() * (policy.features().size() + 1L));

        Policy other = new PolicyCompiler()
                .compile(DefaultPolicy.document().replace("function: mean, window: 30d", "function: mean, window: 9d"));
        Agreement.Result differing = new Agreement(other, history).compared(stack, progress);
        assertThat(differing.agrees()).isFalse();
        assertThat(differing.text()).contains("mean_minor_30d is ");
    }

    /** Unlike in the drills nobody else answers meanwhile: callers try again until it is back. */
    @Test
    @Order(2)
    void afterKillMinus9EveryAcknowledgedTransactionHasExactlyOneDecision() throws Exception {
        List<SimulatedTransaction> transactions =
                Simulator.simulate(Parameters.PUBLISHED.withDays(2)).subList(0, TRANSACTIONS);
        try (RegistryClient registry = new RegistryClient(stack.registryUrl());
                Books books = new Books(stack.cluster(), Schemas.load(registry, Duration.ofSeconds(30)), "kill-")) {
            DemoLoad load = new DemoLoad("kill-");
            Target target = new Target("127.0.0.1", stack.port(), "/v1/transactions", 32, 200, 15_000);
            FutureTask<Void> running = new FutureTask<>(() -> {
                load.run(target, transactions, 0, 150);
                return null;
            });
            Thread.ofPlatform().daemon().name("load").start(running);
            Awaitility.await().atMost(Duration.ofMinutes(2)).until(() -> books.transactionsDecided() > 400);
            stack.killAndRestartServer();
            running.get();

            assertThat(load.givenUp()).isZero();
            assertThat(load.acknowledged()).hasSize(TRANSACTIONS);
            Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> books.undecided(load.acknowledged())
                    .isEmpty());
            Thread.sleep(1_000); // one too many would come now
            assertThat(books.decisions()).isEqualTo(TRANSACTIONS);
            assertThat(books.alerts()).isEqualTo(books.decisions(Decision.REVIEW) + books.decisions(Decision.DECLINE));
        }
    }
}
