package io.weir.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.local.LocalStack;
import io.weir.server.log.Cluster;
import io.weir.server.log.KafkaSettings;
import io.weir.server.schemas.RegistryClient;
import io.weir.server.schemas.Schemas;
import io.weir.server.topics.TopicProvisioner;
import io.weir.training.simulator.SimulatedTransaction;
import io.weir.training.simulator.Simulator;
import io.weir.training.simulator.Simulator.Parameters;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.FutureTask;
import org.apache.kafka.clients.admin.Admin;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that gets a SIGTERM while it decides, with brokers that answer and with brokers that do not. */
class ShutdownTest {
    private static final int TRANSACTIONS = 6_000;
    private static final int PER_SECOND = 300;

    @Test
    void itEndsInOrderOrAfterABoundAndLosesAndDoublesNothing(@TempDir Path directory) throws Exception {
        Path policy = directory.resolve("policy.yaml");
        try (var document = Objects.requireNonNull(ShutdownTest.class.getResourceAsStream("every-function.yaml"))) {
            Files.copy(document, policy);
        }
        List<SimulatedTransaction> history =
                Simulator.simulate(Parameters.PUBLISHED.withDays(3)).subList(0, TRANSACTIONS);
        try (LocalStack stack = LocalStack.start(directory.resolve("stack"));
                RegistryClient registry = new RegistryClient(stack.registryUrl())) {
            Cluster cluster = Cluster.at(stack.bootstrapServers());
            new TopicProvisioner(cluster, Duration.ofSeconds(30)).apply(4, registry);
            Schemas schemas = Schemas.load(registry, Duration.ofSeconds(30));
            try (Books books = new Books(cluster, schemas, "");
                    EngineProcess engine = EngineProcess.start(stack, directory, "one", policy, "--stop-within", "4")) {
                FutureTask<Void> feeding =
                        new FutureTask<>(() -> new HistoryFeed(history, schemas).run(cluster, PER_SECOND), null);
                Thread.ofPlatform().daemon().name("feed").start(feeding);

                awaitDecided(books, 500);
                assertThat(engine.terminate()).as("status, in order").isZero();
                assertThat(members(cluster)).as("members right after the end").isZero();

                engine.restart();
                awaitDecided(books, books.transactionsDecided() + 500);
                stack.broker().pause();
                int status;
                try {
                    status = engine.terminate();
                } finally {
                    stack.broker().resume();
                }
                assertThat(status)
                        .as("status, with a broker that does not answer")
                        .isEqualTo(3);
                assertThat(Files.readString(engine.log()))
                        .contains("not stopped in order after 4 s")
                        .contains("Not finished: scorer weir-one-0");

                engine.restart();
                feeding.get();
                awaitDecided(books, TRANSACTIONS);
                assertThat(engine.terminate()).as("status, in order").isZero();
                assertThat(books.decisions())
                        .as("decisions, those made twice too")
                        .isEqualTo(TRANSACTIONS);
            }
        }
    }

    private static void awaitDecided(Books books, int transactions) {
        Awaitility.await().atMost(Duration.ofMinutes(2)).until(() -> books.transactionsDecided() >= transactions);
    }

    private static int members(Cluster cluster) throws Exception {
        try (Admin admin = Admin.create(new HashMap<>(KafkaSettings.admin(cluster)))) {
            return admin.describeConsumerGroups(List.of(KafkaSettings.SCORER_GROUP))
                    .all()
                    .get()
                    .get(KafkaSettings.SCORER_GROUP)
                    .members()
                    .size();
        }
    }
}
