package io.weir.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.core.policy.Entity;
import io.weir.core.policy.FeatureDefinition.Aggregated;
import io.weir.core.policy.Policy;
import io.weir.events.EventReader;
import io.weir.events.Topics;
import io.weir.events.TransactionDecided;
import io.weir.local.LocalStack;
import io.weir.server.audit.AuditFilter;
import io.weir.server.audit.AuditProgress;
import io.weir.server.audit.AuditReport;
import io.weir.server.audit.Auditor;
import io.weir.server.log.Cluster;
import io.weir.server.log.KafkaSettings;
import io.weir.server.policy.PolicyCompiler;
import io.weir.server.schemas.RegistryClient;
import io.weir.server.schemas.Schemas;
import io.weir.server.topics.TopicProvisioner;
import io.weir.training.simulator.SimulatedTransaction;
import io.weir.training.simulator.Simulator;
import io.weir.training.simulator.Simulator.Parameters;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.FutureTask;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A history of the benchmark with its labels, decided by two engine processes that are killed again and again; then the
 * same history by one that is left alone.
 */
class KilledEnginesTest {
    private static final int TRANSACTIONS = Integer.getInteger("weir.proof.transactions", 200_000);
    private static final int PARTITIONS = 4;
    private static final int KILLS = 5;
    private static final int PER_SECOND = 9_000;
    private static final int AS_FAST_AS_IT_GOES = 1_000_000;
    private static final long PATIENCE_NS = Duration.ofMinutes(4).toNanos();

    private final List<SimulatedTransaction> history = Simulator.simulate(
                    Parameters.PUBLISHED.withDays(TRANSACTIONS / 9_000 + 2))
            .subList(0, TRANSACTIONS);

    @TempDir
    private Path directory;

    @Test
    void everyDecisionIsMadeOnceAndCanBeMadeAgainWhateverWasKilled() throws Exception {
        long seed = Long.getLong("weir.proof.seed", System.nanoTime());
        Path policy = directory.resolve("policy.yaml");
        try (var document =
                Objects.requireNonNull(KilledEnginesTest.class.getResourceAsStream("every-function.yaml"))) {
            Files.copy(document, policy);
        }
        Map<String, double[]> killed;
        try (Run run = new Run(directory.resolve("killed"), policy, List.of("one", "two"))) {
            killed = run.decideAll(new Random(seed));
            run.audit(seed);
        }
        Map<String, double[]> undisturbed;
        try (Run run = new Run(directory.resolve("undisturbed"), policy, List.of("alone"))) {
            undisturbed = run.decideAll(null);
        }
        int[] ofTheAccount = accountFeatures(new PolicyCompiler().compile(Files.readString(policy)));
        assertThat(ofTheAccount).hasSize(9);
        assertThat(killed).as("seed %s", seed).hasSize(TRANSACTIONS).hasSameSizeAs(undisturbed);
        killed.forEach((id, values) -> assertThat(pick(values, ofTheAccount))
                .as("features of the account of %s, seed %s", id, seed)
                .isEqualTo(pick(undisturbed.get(id), ofTheAccount)));
    }

    /** A stack of its own, and engines. */
    private final class Run implements AutoCloseable {
        private final LocalStack stack;
        private final Cluster cluster;
        private final Schemas schemas;
        private final RegistryClient registry;
        private final List<EngineProcess> engines;

        Run(Path directory, Path policy, List<String> instances) {
            stack = LocalStack.start(directory);
            cluster = Cluster.at(stack.bootstrapServers());
            registry = new RegistryClient(stack.registryUrl());
            new TopicProvisioner(cluster, Duration.ofSeconds(30)).apply(PARTITIONS, registry);
            schemas = Schemas.load(registry, Duration.ofSeconds(30));
            engines = instances.stream()
                    .map(instance -> EngineProcess.start(stack, directory, instance, policy))
                    .toList();
        }

        /** Feeds the history, killing engines meanwhile if there is a source of chance; the decisions, by transaction. */
        Map<String, double[]> decideAll(Random random) throws Exception {
            HistoryFeed feed = new HistoryFeed(history, schemas);
            FutureTask<Void> feeding =
                    new FutureTask<>(() -> feed.run(cluster, random == null ? AS_FAST_AS_IT_GOES : PER_SECOND), null);
            Thread.ofPlatform().daemon().name("feed").start(feeding);
            if (random != null) {
                for (int i = 0; i < KILLS; i++) {
                    Thread.sleep(1_500 + random.nextInt(4_000));
                    EngineProcess victim = engines.get(random.nextInt(engines.size()));
                    victim.kill();
                    Thread.sleep(random.nextInt(1_000));
                    victim.restart();
                }
            }
            feeding.get();
            assertThat(feed.labels()).isGreaterThan(TRANSACTIONS / 20);
            return decisions();
        }

        /** Every decision follows from the log, and the hash chain ends where the group says. */
        void audit(long seed) {
            AuditReport report =
                    new Auditor(cluster, schemas).verify(AuditFilter.ALL, new AuditProgress(), () -> false);
            assertThat(report.divergentTotal())
                    .as("%s, seed %s", report.text(), seed)
                    .isZero();
            assertThat(report.notVerifiableTotal())
                    .as("%s, seed %s", report.text(), seed)
                    .isZero();
            assertThat(report.verified()).as("seed %s", seed).isEqualTo(TRANSACTIONS);
            assertThat(report.chain().anchored()).as("seed %s", seed).isEqualTo(PARTITIONS);
            System.out.println(report.text());
        }

        private Map<String, double[]> decisions() {
            Map<String, double[]> decisions = new HashMap<>();
            EventReader reader = new EventReader(schemas);
            Map<String, Object> settings = new HashMap<>(KafkaSettings.tailConsumer(cluster, "test"));
            try (var consumer =
                    new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
                List<TopicPartition> partitions = IntStream.range(0, PARTITIONS)
                        .mapToObj(p -> new TopicPartition(Topics.DECISIONS.topicName(), p))
                        .toList();
                consumer.assign(partitions);
                consumer.seekToBeginning(partitions);
                long giveUpNs = System.nanoTime() + PATIENCE_NS;
                int read = 0;
                while (decisions.size() < TRANSACTIONS && System.nanoTime() < giveUpNs) {
                    for (var record : consumer.poll(Duration.ofMillis(200))) {
                        TransactionDecided decided = (TransactionDecided) reader.read(record.value());
                        decisions.put(decided.transactionId(), decided.featureValues());
                        read++;
                    }
                }
                read += consumer.poll(Duration.ofSeconds(1)).count(); // one too many would come now
                assertThat(read).as("decisions, those made twice too").isEqualTo(decisions.size());
            }
            return decisions;
        }

        @Override
        public void close() {
            engines.forEach(EngineProcess::close);
            registry.close();
            stack.close();
        }
    }

    private static int[] accountFeatures(Policy policy) {
        return IntStream.range(0, policy.features().size())
                .filter(i -> policy.features().get(i) instanceof Aggregated feature
                        && feature.aggregate().entity() == Entity.ACCOUNT)
                .toArray();
    }

    private static double[] pick(double[] values, int[] which) {
        return Arrays.stream(which).mapToDouble(i -> values[i]).toArray();
    }
}
