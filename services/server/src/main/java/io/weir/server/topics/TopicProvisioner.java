package io.weir.server.topics;

import io.weir.events.Topics;
import io.weir.server.log.Cluster;
import io.weir.server.log.KafkaSettings;
import io.weir.server.schemas.RegistryClient;
import io.weir.server.schemas.RegistryClient.IncompatibleSchemaException;
import io.weir.server.schemas.Schemas;
import io.weir.server.topics.TopicPlan.Action;
import io.weir.server.topics.TopicPlan.Existing;
import io.weir.server.topics.TopicPlan.Step;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.AlterConfigsOptions;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.CreateTopicsOptions;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.apache.kafka.clients.admin.DescribeConfigsOptions;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * Makes topics and schemas on a cluster and a registry as this build needs them. Idempotent: done twice, or by two at
 * once, it is done once. Blocking; not for event loops.
 */
public final class TopicProvisioner {
    private static final Duration BETWEEN_ROUNDS = Duration.ofMillis(200);

    private final Cluster cluster;
    private final Duration patience;
    private final Duration sessionTimeout;

    /**
     * A provisioner of one cluster, by which the partitions of an engine that was killed are others' after 2 s.
     *
     * @param patience how long to wait for an answer of the broker, and as long again for one of the registry
     */
    public TopicProvisioner(Cluster cluster, Duration patience) {
        this(cluster, patience, GroupPlan.SESSION_TIMEOUT);
    }

    /**
     * A provisioner of one cluster.
     *
     * @param patience how long to wait for an answer of the broker, and as long again for one of the registry
     * @param sessionTimeout after which an engine without heartbeats loses its partitions, 1 s or more
     */
    public TopicProvisioner(Cluster cluster, Duration patience, Duration sessionTimeout) {
        this.cluster = cluster;
        this.patience = patience;
        this.sessionTimeout = sessionTimeout;
    }

    /**
     * Compares without changing anything.
     *
     * @param accountPartitions partitions of the topics keyed by account or entity, 1 or more
     * @throws ProvisioningException when the cluster gives no answer, or refuses
     */
    public TopicPlan plan(int accountPartitions) {
        try (Admin admin = connect()) {
            return plan(admin, accountPartitions, new Deadline(cluster.bootstrapServers(), patience));
        }
    }

    /**
     * Creates what is missing, alters what drifted, of groups as well, registers the schemas.
     *
     * @param accountPartitions partitions of the topics keyed by account or entity, 1 or more
     * @return what was found and done
     * @throws PlanRefusedException when an existing topic must not be touched; then nothing was changed
     * @throws ProvisioningException when cluster or registry gives no answer, or refuses; safe to repeat
     */
    public TopicPlan apply(int accountPartitions, RegistryClient registry) {
        try (Admin admin = connect()) {
            TopicPlan found = plan(admin, accountPartitions, new Deadline(cluster.bootstrapServers(), patience));
            refuseIfNeeded(found);
            // First the schemas: if one is refused, no topic is made that nobody could write to.
            provisionSchemas(registry);
            Deadline deadline = new Deadline(cluster.bootstrapServers(), patience);
            TopicPlan left = found;
            while (!left.isFulfilled()) {
                create(admin, left, deadline);
                alter(admin, left, deadline);
                ConsumerGroups.alter(admin, left.groups(), deadline);
                left = plan(admin, accountPartitions, deadline);
                // Another process may have created a topic meanwhile, and differently.
                refuseIfNeeded(left);
                if (!left.isFulfilled()) {
                    deadline.pause(BETWEEN_ROUNDS, "waiting for the topics to appear as they were made");
                }
            }
            return found;
        }
    }

    private Admin connect() {
        try {
            return Admin.create(new HashMap<>(KafkaSettings.admin(cluster)));
        } catch (KafkaException e) {
            Throwable reason = e.getCause() == null ? e : e.getCause();
            throw new ProvisioningException(
                    "cannot set up a Kafka client for " + cluster.bootstrapServers() + ": " + reason.getMessage()
                            + "; check --bootstrap-servers (host:port,host:port) and --kafka-config",
                    e);
        }
    }

    private TopicPlan plan(Admin admin, int accountPartitions, Deadline deadline) {
        Collection<Node> brokers = deadline.await(
                admin.describeCluster(new DescribeClusterOptions().timeoutMs(deadline.leftMs()))
                        .nodes(),
                "counting the brokers");
        return TopicPlan.compare(
                accountPartitions,
                Math.max(1, brokers.size()),
                existing(admin, deadline),
                ConsumerGroups.plan(admin, brokers, sessionTimeout, deadline));
    }

    private static Map<Topics, Existing> existing(Admin admin, Deadline deadline) {
        Map<Topics, TopicDescription> descriptions = descriptions(admin, deadline);
        Map<Topics, Existing> existing = new EnumMap<>(Topics.class);
        admin.describeConfigs(
                        descriptions.keySet().stream()
                                .map(TopicProvisioner::resource)
                                .toList(),
                        new DescribeConfigsOptions().timeoutMs(deadline.leftMs()))
                .values()
                .forEach((resource, answer) -> {
                    Topics topic = Topics.named(resource.name());
                    TopicDescription description = topic == null ? null : descriptions.get(topic);
                    if (topic == null || description == null) {
                        return; // not asked for
                    }
                    try {
                        Config config = deadline.await(answer, "reading the settings of topic " + resource.name());
                        existing.put(topic, existing(description, config));
                    } catch (UnknownTopicOrPartitionException e) {
                        // Deleted meanwhile.
                    }
                });
        return existing;
    }

    private static Map<Topics, TopicDescription> descriptions(Admin admin, Deadline deadline) {
        List<String> names =
                List.of(Topics.values()).stream().map(Topics::topicName).toList();
        Map<Topics, TopicDescription> descriptions = new EnumMap<>(Topics.class);
        admin.describeTopics(names, new DescribeTopicsOptions().timeoutMs(deadline.leftMs()))
                .topicNameValues()
                .forEach((name, answer) -> {
                    Topics topic = Topics.named(name);
                    if (topic == null) {
                        return; // not asked for
                    }
                    try {
                        descriptions.put(topic, deadline.await(answer, "describing topic " + name));
                    } catch (UnknownTopicOrPartitionException e) {
                        // To be created.
                    }
                });
        return descriptions;
    }

    private static Existing existing(TopicDescription description, Config config) {
        Map<String, String> settings = new HashMap<>();
        for (ConfigEntry entry : config.entries()) {
            settings.put(entry.name(), entry.value() == null ? "" : entry.value());
        }
        int replicas = description.partitions().stream()
                .mapToInt(partition -> partition.replicas().size())
                .min()
                .orElse(0);
        return new Existing(description.partitions().size(), replicas, settings);
    }

    private static void create(Admin admin, TopicPlan plan, Deadline deadline) {
        List<NewTopic> missing = new ArrayList<>();
        for (Step step : plan.steps()) {
            if (step.action() == Action.CREATE) {
                missing.add(new NewTopic(step.topic().topicName(), step.partitions(), (short) step.replicas())
                        .configs(step.settings()));
            }
        }
        admin.createTopics(missing, new CreateTopicsOptions().timeoutMs(deadline.leftMs()))
                .values()
                .forEach((name, creation) -> {
                    try {
                        deadline.await(creation, "creating topic " + name);
                    } catch (TopicExistsException e) {
                        // Another process was quicker; the next round compares what it made.
                    }
                });
    }

    private static void alter(Admin admin, TopicPlan plan, Deadline deadline) {
        Map<ConfigResource, Collection<AlterConfigOp>> changes = new HashMap<>();
        for (Step step : plan.steps()) {
            if (step.action() == Action.ALTER) {
                changes.put(
                        resource(step.topic()),
                        step.changes().stream()
                                .map(change -> new AlterConfigOp(
                                        new ConfigEntry(change.name(), change.to()), AlterConfigOp.OpType.SET))
                                .toList());
            }
        }
        admin.incrementalAlterConfigs(changes, new AlterConfigsOptions().timeoutMs(deadline.leftMs()))
                .values()
                .forEach((topic, alteration) ->
                        deadline.await(alteration, "changing the settings of topic " + topic.name()));
    }

    private void provisionSchemas(RegistryClient registry) {
        try {
            Schemas.provision(registry, patience);
        } catch (IncompatibleSchemaException e) {
            throw new ProvisioningException(
                    e.getMessage()
                            + ". Topics were not touched. Remedy: run the build that fits the registered schemas, or "
                            + "change the schema compatibly",
                    e);
        } catch (IllegalStateException e) {
            throw new ProvisioningException(e.getMessage() + ". Topics were not touched", e);
        }
    }

    private static void refuseIfNeeded(TopicPlan plan) {
        if (plan.isRefused()) {
            throw new PlanRefusedException(plan);
        }
    }

    private static ConfigResource resource(Topics topic) {
        return new ConfigResource(ConfigResource.Type.TOPIC, topic.topicName());
    }
}
