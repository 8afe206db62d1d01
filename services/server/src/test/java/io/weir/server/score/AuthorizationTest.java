package io.weir.server.score;

import static io.weir.server.score.EngineFixture.NOON_MS;
import static io.weir.server.score.EngineFixture.transaction;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import io.weir.core.policy.Policy.OnDeadline;
import io.weir.events.Sha256;
import io.weir.events.Topics;
import io.weir.events.TransactionDecided;
import io.weir.local.LocalBroker;
import io.weir.local.Logins;
import io.weir.server.gateway.Gateway;
import io.weir.server.gateway.GatewaySettings;
import io.weir.server.http.DecisionLookup;
import io.weir.server.http.PolicyNames;
import io.weir.server.log.BatchTimes;
import io.weir.server.log.Cluster;
import io.weir.server.log.KafkaSettings;
import io.weir.server.log.TestLog;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rights that are taken away while engines run, on a real broker with access control lists. */
class AuthorizationTest {
    private static final String ANY = "*";

    private static final DecisionLookup NOTHING_KNOWN = new DecisionLookup() {
        @Override
        public TransactionDecided decision(String transactionId) {
            return null;
        }

        @Override
        public PolicyNames names(Sha256 policySha256) {
            return null;
        }

        @Override
        public OnDeadline onDeadline() {
            return OnDeadline.PENDING;
        }
    };

    @TempDir
    Path directory;

    private LocalBroker broker;
    private EngineFixture engines;

    @BeforeEach
    void start() throws Exception {
        broker = LocalBroker.startSecured(directory, new Logins(List.of("one", "two")));
        engines = new EngineFixture(TestLog.emptyOn(as(Logins.ADMIN), EngineFixture.PARTITIONS));
        for (String user : List.of("one", "two")) {
            allow(user, ResourceType.TOPIC);
            allow(user, ResourceType.GROUP);
            allow(user, ResourceType.TRANSACTIONAL_ID);
        }
    }

    @AfterEach
    void stop() {
        engines.close();
        broker.close();
    }

    @Test
    void anEngineThatMayNoLongerWriteItsDecisionsStopsAndLeavesItsPartitionsToOneThatMay() throws Exception {
        Scorer one = engines.ready(engines.scorer("one", as("one")));
        Scorer two = engines.ready(engines.scorer("two", as("two")));
        Awaitility.await()
                .atMost(Duration.ofMinutes(1))
                .until(() -> partitionsOf("one") > 0 && partitionsOf("two") > 0);
        append(0, 40);
        engines.decided(40);

        change("one", ResourceType.TOPIC, Topics.DECISIONS.topicName(), AclOperation.WRITE, AclPermissionType.DENY);
        append(40, 80);

        engines.refusal(
                one,
                "it has stopped for good",
                "Not authorized to access topics: [weir.decisions]",
                "grant this instance's principal READ, WRITE and DESCRIBE on topic weir.decisions",
                "restart this instance");
        assertThat(engines.decided(80)).hasSize(80);
        assertThat(partitionsOf("one")).isZero();
        assertThat(partitionsOf("two")).isEqualTo(EngineFixture.PARTITIONS);
        engines.ready(two);
        engines.chains(80);
    }

    @Test
    void aGatewayThatMayNoLongerReadDecisionsSaysSoAndGoesOnByItselfWhenItMayAgain() throws Exception {
        Vertx vertx = Vertx.vertx();
        Gateway gateway = new Gateway(
                vertx.getOrCreateContext(),
                GatewaySettings.defaults(),
                as("one"),
                engines.log.schemas(),
                NOTHING_KNOWN,
                System::currentTimeMillis,
                new SimpleMeterRegistry(),
                new BatchTimes());
        try {
            gateway.start();
            Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> gateway.notReadyBecause() == null);
            AclBinding denied = change(
                    "one", ResourceType.TOPIC, Topics.DECISIONS.topicName(), AclOperation.READ, AclPermissionType.DENY);
            Awaitility.await().atMost(Duration.ofMinutes(1)).untilAsserted(() -> assertThat(gateway.notReadyBecause())
                    .contains("decisions cannot be read", Topics.DECISIONS.topicName()));

            try (Admin admin = engines.log.admin()) {
                admin.deleteAcls(List.of(denied.toFilter())).all().get();
            }
            engines.ready(engines.scorer("two", as("two")));
            append(0, 1);
            Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> gateway.notReadyBecause() == null);
        } finally {
            gateway.close();
            vertx.close().toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
        }
    }

    private void append(int from, int to) throws Exception {
        for (int i = from; i < to; i++) {
            engines.log.append(Topics.TRANSACTIONS, transaction("t" + i, "account " + i, NOON_MS + i, 1_000));
        }
    }

    private int partitionsOf(String instanceId) throws Exception {
        try (Admin admin = engines.log.admin()) {
            return admin
                    .describeConsumerGroups(List.of(KafkaSettings.SCORER_GROUP))
                    .all()
                    .get()
                    .get(KafkaSettings.SCORER_GROUP)
                    .members()
                    .stream()
                    .filter(member ->
                            member.groupInstanceId().filter(instanceId::equals).isPresent())
                    .map(MemberDescription::assignment)
                    .mapToInt(assignment -> assignment.topicPartitions().size())
                    .sum();
        }
    }

    private Cluster as(String user) {
        return new Cluster(broker.bootstrapServers(), Logins.clientSettings(user));
    }

    private void allow(String user, ResourceType type) throws Exception {
        change(user, type, ANY, AclOperation.ALL, AclPermissionType.ALLOW);
    }

    private AclBinding change(
            String user, ResourceType type, String name, AclOperation operation, AclPermissionType permission)
            throws Exception {
        AclBinding binding = new AclBinding(
                new ResourcePattern(type, name, PatternType.LITERAL),
                new AccessControlEntry("User:" + user, ANY, operation, permission));
        try (Admin admin = engines.log.admin()) {
            admin.createAcls(List.of(binding)).all().get();
        }
        return binding;
    }
}
