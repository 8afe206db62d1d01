package io.weir.server.topics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonObject;
import io.weir.events.EventType;
import io.weir.events.Topics;
import io.weir.server.log.Cluster;
import io.weir.server.schemas.RegistryClient;
import io.weir.server.topics.TopicPlan.Action;
import io.weir.server.topics.TopicPlan.Step;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Provisioning against a real broker and a real registry; where they come from is the subclass's business. */
abstract class ProvisioningSuite {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Set<String> OURS =
            Set.copyOf(Arrays.stream(Topics.values()).map(Topics::topicName).toList());
    private static final String FOREIGN = "orders";

    private Admin admin;
    private RegistryClient registry;

    abstract String bootstrapServers();

    abstract String registryUrl();

    @BeforeEach
    void startFromNothing() throws Exception {
        admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers()));
        registry = new RegistryClient(registryUrl());
        List<String> left = topicNames().stream()
                .filter(name -> OURS.contains(name) || name.equals(FOREIGN))
                .toList();
        admin.deleteTopics(left).all().get(60, TimeUnit.SECONDS);
        await().atMost(PATIENCE).until(() -> topicNames().stream().noneMatch(left::contains));
    }

    @AfterEach
    void close() {
        admin.close();
        registry.close();
    }

    @Test
    void everythingIsMadeFromNothing() throws Exception {
        TopicPlan done = provisioner().apply(6, registry);

        assertThat(done.steps()).extracting(Step::action).containsOnly(Action.CREATE);
        Map<String, TopicDescription> topics = describe();
        assertThat(topics).containsOnlyKeys(OURS);
        for (Step step : done.steps()) {
            String name = step.topic().topicName();
            assertThat(topics.get(name).partitions()).as(name).hasSize(step.partitions());
            assertThat(settings(name)).as(name).containsAllEntriesOf(step.settings());
        }
        for (Topics topic : Topics.values()) {
            for (EventType<?> type : topic.events()) {
                assertThat(registry.find(topic.subject(type), type.schema())).isNotNull();
                assertThat(registry.compatibility(topic.subject(type))).isEqualTo("FULL_TRANSITIVE");
            }
        }
    }

    @Test
    void groupsGetTheTimeoutsThatTakeoversNeedAsFarAsTheBrokersAllow() throws Exception {
        TopicPlan done = provisioner().apply(4, registry);

        long least = Long.parseLong(brokerSetting("group.consumer.min.session.timeout.ms"));
        assertThat(groupSetting("weir-scorer", "consumer.session.timeout.ms"))
                .isEqualTo(String.valueOf(Math.max(2_000, least)));
        assertThat(groupSetting("weir-shadow", "consumer.session.timeout.ms"))
                .isEqualTo(String.valueOf(Math.max(2_000, least)));
        assertThat(done.notes().stream().anyMatch(note -> note.contains("group.consumer.min.session.timeout.ms=2000")))
                .isEqualTo(least > 2_000);
    }

    private String groupSetting(String group, String name) throws Exception {
        return setting(new ConfigResource(ConfigResource.Type.GROUP, group), name);
    }

    private String brokerSetting(String name) throws Exception {
        String id = admin.describeCluster()
                .nodes()
                .get(60, TimeUnit.SECONDS)
                .iterator()
                .next()
                .idString();
        return setting(new ConfigResource(ConfigResource.Type.BROKER, id), name);
    }

    private String setting(ConfigResource resource, String name) throws Exception {
        return admin.describeConfigs(List.of(resource))
                .values()
                .get(resource)
                .get(60, TimeUnit.SECONDS)
                .get(name)
                .value();
    }

    @Test
    void theSecondTimeNothingIsDone() throws Exception {
        provisioner().apply(4, registry);
        Map<String, Map<String, String>> before = allSettings();

        TopicPlan again = provisioner().apply(4, registry);

        assertThat(again.isFulfilled()).isTrue();
        assertThat(allSettings()).isEqualTo(before);
    }

    @RepeatedTest(3)
    void severalAtOnceAllSucceed() throws Exception {
        int count = 3;
        CountDownLatch go = new CountDownLatch(1);
        try (ExecutorService executor = Executors.newFixedThreadPool(count)) {
            List<Future<TopicPlan>> applies = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                applies.add(executor.submit(() -> {
                    try (RegistryClient own = new RegistryClient(registryUrl())) {
                        go.await();
                        return provisioner().apply(4, own);
                    }
                }));
            }
            go.countDown();
            for (Future<TopicPlan> apply : applies) {
                assertThat(apply.get().isRefused()).isFalse();
            }
        }
        assertThat(provisioner().plan(4).isFulfilled()).isTrue();
    }

    @Test
    void anotherPartitionCountIsRefusedAndNothingIsChanged() throws Exception {
        create(new NewTopic(Topics.TRANSACTIONS.topicName(), 3, (short) 1)
                .configs(Map.of("cleanup.policy", "delete", "retention.ms", "1000")));

        assertThatExceptionOfType(PlanRefusedException.class)
                .isThrownBy(() -> provisioner().apply(4, registry))
                .withMessageContaining("weir.transactions has 3 partitions, expected 4")
                .withMessageContaining("--partitions 3");

        Map<String, TopicDescription> topics = describe();
        assertThat(topics).containsOnlyKeys(Topics.TRANSACTIONS.topicName());
        assertThat(topics.get(Topics.TRANSACTIONS.topicName()).partitions()).hasSize(3);
        assertThat(settings(Topics.TRANSACTIONS.topicName())).containsEntry("retention.ms", "1000");
    }

    @Test
    void theRefusedCountIsTakenWhenItIsNamed() throws Exception {
        create(new NewTopic(Topics.TRANSACTIONS.topicName(), 3, (short) 1));

        provisioner().apply(3, registry);

        assertThat(describe().get(Topics.DECISIONS.topicName()).partitions()).hasSize(3);
        assertThat(provisioner().plan(3).isFulfilled()).isTrue();
    }

    @Test
    void anotherCleanupIsRefusedAndNothingIsChanged() throws Exception {
        create(new NewTopic(Topics.ACCOUNT_PROFILES.topicName(), 4, (short) 1)
                .configs(Map.of("cleanup.policy", "delete")));

        assertThatExceptionOfType(PlanRefusedException.class)
                .isThrownBy(() -> provisioner().apply(4, registry))
                .withMessageContaining("weir.account-profiles has cleanup.policy=delete, expected compact");

        assertThat(describe()).containsOnlyKeys(Topics.ACCOUNT_PROFILES.topicName());
        assertThat(settings(Topics.ACCOUNT_PROFILES.topicName())).containsEntry("cleanup.policy", "delete");
    }

    @Test
    void settingsThatDriftedAreSetRight() throws Exception {
        provisioner().apply(4, registry);
        set(Topics.DECISIONS.topicName(), "retention.ms", "1000");
        set(Topics.CONTROL.topicName(), "max.message.bytes", "2000");
        await().atMost(PATIENCE).until(() -> settings(Topics.CONTROL.topicName())
                .get("max.message.bytes")
                .equals("2000"));

        TopicPlan done = provisioner().apply(4, registry);

        assertThat(done.steps())
                .filteredOn(step -> step.action() != Action.UNCHANGED)
                .extracting(Step::topic, Step::changes)
                .containsExactly(
                        tuple(Topics.DECISIONS, List.of(new TopicPlan.Change("retention.ms", "1000", "604800000"))),
                        tuple(Topics.CONTROL, List.of(new TopicPlan.Change("max.message.bytes", "2000", "9437184"))));
        assertThat(settings(Topics.DECISIONS.topicName())).containsEntry("retention.ms", "604800000");
        assertThat(settings(Topics.CONTROL.topicName())).containsEntry("max.message.bytes", "9437184");
    }

    @Test
    void aLongerRetentionOfTheOperatorIsKept() throws Exception {
        provisioner().apply(4, registry);
        set(Topics.DECISIONS.topicName(), "retention.ms", "1209600000");
        await().atMost(PATIENCE).until(() -> provisioner().plan(4).notes().stream()
                .anyMatch(note -> note.contains("retention.ms=1209600000")));

        provisioner().apply(4, registry);

        assertThat(settings(Topics.DECISIONS.topicName())).containsEntry("retention.ms", "1209600000");
    }

    @Test
    void planningChangesNothing() throws Exception {
        TopicPlan plan = provisioner().plan(4);

        assertThat(plan.steps()).extracting(Step::action).containsOnly(Action.CREATE);
        assertThat(describe()).isEmpty();
    }

    @Test
    void otherTopicsAreLeftAlone() throws Exception {
        create(new NewTopic(FOREIGN, 2, (short) 1).configs(Map.of("retention.ms", "5000")));
        Map<String, String> before = settings(FOREIGN);

        provisioner().apply(4, registry);

        assertThat(settings(FOREIGN)).isEqualTo(before);
        assertThat(admin.describeTopics(List.of(FOREIGN))
                        .allTopicNames()
                        .get(60, TimeUnit.SECONDS)
                        .get(FOREIGN)
                        .partitions())
                .hasSize(2);
    }

    @Test
    void withoutARegistryNoTopicIsMade() throws Exception {
        try (RegistryClient nobody = new RegistryClient("http://127.0.0.1:" + freePort())) {
            assertThatExceptionOfType(ProvisioningException.class)
                    .isThrownBy(() -> new TopicProvisioner(Cluster.at(bootstrapServers()), Duration.ofSeconds(1))
                            .apply(4, nobody))
                    .withMessageContaining("no answer from the schema registry within 1.0 s")
                    .withMessageContaining(nobody.url())
                    .withMessageContaining("--registry")
                    .withMessageContaining("Topics were not touched");
        }
        assertThat(describe()).isEmpty();
    }

    @Test
    void theCommandAppliesAndThenFindsNothingToDo() {
        Run first = run("--apply", "--bootstrap-servers", bootstrapServers(), "--registry", registryUrl());
        Run second = run("--apply", "--bootstrap-servers", bootstrapServers(), "--registry", registryUrl(), "--json");

        assertThat(first.status).as(first.toString()).isZero();
        assertThat(first.out).contains("created  weir.transactions ").doesNotContain("REFUSED");
        assertThat(second.status).as(second.toString()).isZero();
        JsonObject json = new JsonObject(second.out);
        assertThat(json.getBoolean("applied")).isTrue();
        assertThat(json.getJsonArray("topics"))
                .hasSize(Topics.values().length)
                .allMatch(topic -> ((JsonObject) topic).getString("action").equals("unchanged"));
        assertThat(json.getJsonObject("schemas").getMap().values()).containsOnly(true);
    }

    @Test
    void theCommandShowsARefusalAndFails() throws Exception {
        create(new NewTopic(Topics.CONTROL.topicName(), 2, (short) 1));

        for (String mode : List.of("--plan", "--apply")) {
            Run run = run(mode, "--bootstrap-servers", bootstrapServers(), "--registry", registryUrl());

            assertThat(run.status).as(run.toString()).isEqualTo(1);
            assertThat(run.out)
                    .contains("REFUSED, nothing is changed")
                    .contains("weir.control has 2 partitions, expected 1");
        }
        assertThat(describe()).containsOnlyKeys(Topics.CONTROL.topicName());
    }

    @Test
    void theCommandTakesClientPropertiesFromAFile(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("client.properties");
        Files.writeString(file, "security.protocol=NOT_A_PROTOCOL\n");

        Run run = run("--plan", "--bootstrap-servers", bootstrapServers(), "--kafka-config", file.toString());

        assertThat(run.status).isEqualTo(1);
        assertThat(run.err).contains("NOT_A_PROTOCOL", "--kafka-config");
    }

    static int freePort() throws Exception {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    static Run run(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int status = new CommandLine(new TopicsCommand())
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(arguments);
        return new Run(status, out.toString(), err.toString());
    }

    record Run(int status, String out, String err) {}

    private TopicProvisioner provisioner() {
        return new TopicProvisioner(Cluster.at(bootstrapServers()), PATIENCE);
    }

    private void create(NewTopic topic) throws Exception {
        admin.createTopics(List.of(topic)).all().get(60, TimeUnit.SECONDS);
        await().atMost(PATIENCE).until(() -> topicNames().contains(topic.name()));
    }

    private Set<String> topicNames() throws Exception {
        return admin.listTopics().names().get(60, TimeUnit.SECONDS);
    }

    private Map<String, TopicDescription> describe() throws Exception {
        List<String> names = topicNames().stream().filter(OURS::contains).toList();
        return admin.describeTopics(names).allTopicNames().get(60, TimeUnit.SECONDS);
    }

    private Map<String, Map<String, String>> allSettings() throws Exception {
        Map<String, Map<String, String>> all = new HashMap<>();
        for (String name : OURS) {
            all.put(name, settings(name));
        }
        return all;
    }

    private Map<String, String> settings(String topic) throws Exception {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        Config config = admin.describeConfigs(List.of(resource))
                .all()
                .get(60, TimeUnit.SECONDS)
                .get(resource);
        Map<String, String> settings = new HashMap<>();
        config.entries().forEach(entry -> settings.put(entry.name(), entry.value()));
        return settings;
    }

    private void set(String topic, String name, String value) throws Exception {
        admin.incrementalAlterConfigs(Map.of(
                        new ConfigResource(ConfigResource.Type.TOPIC, topic),
                        List.of(new AlterConfigOp(new ConfigEntry(name, value), AlterConfigOp.OpType.SET))))
                .all()
                .get(60, TimeUnit.SECONDS);
    }
}
