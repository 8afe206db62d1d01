package io.weir.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.events.Decision;
import io.weir.load.OpenLoopLoad.Target;
import io.weir.local.Life;
import io.weir.server.schemas.RegistryClient;
import io.weir.server.schemas.Schemas;
import io.weir.training.simulator.SimulatedTransaction;
import io.weir.training.simulator.Simulator;
import io.weir.training.simulator.Simulator.Parameters;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.FutureTask;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The server process is killed in mid-stream, and the books are balanced afterwards. */
class KillServerTest {
    private static final int TRANSACTIONS = 1_500;

    @Test
    void afterKillMinus9EveryAcknowledgedTransactionHasExactlyOneDecision(@TempDir Path directory) throws Exception {
        List<SimulatedTransaction> transactions =
                Simulator.simulate(Parameters.PUBLISHED.withDays(2)).subList(0, TRANSACTIONS);
        StackOptions options = CommandLine.populateCommand(new StackOptions());
        try (Stack stack = Stack.start(options, directory, Life.SHORT, new PrintWriter(System.out));
                RegistryClient registry = new RegistryClient(stack.registryUrl());
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
