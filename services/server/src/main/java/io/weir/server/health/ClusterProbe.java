package io.weir.server.health;

import io.weir.events.Topics;
import io.weir.server.health.ClusterSample.Group;
import io.weir.server.health.ClusterSample.Offsets;
import io.weir.server.health.ClusterSample.Partition;
import io.weir.server.log.Cluster;
import io.weir.server.log.CommittedOffsets;
import io.weir.server.log.KafkaSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.ListGroupsOptions;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.internals.Topic;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the cluster through Kafka's admin client. Everything that does not depend on another answer is asked for at once.
 * A look takes some milliseconds, and {@link #PATIENCE} at most; what could not be had by then, or is not allowed, is
 * unknown in the sample. Not thread-safe: one look at a time.
 */
public final class ClusterProbe implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(5);

    /** Ids of Weir's groups and transactions begin like this. */
    private static final String OURS = "weir-";

    /** More groups than this are not looked at. */
    private static final int MAX_GROUPS = 100;

    private static final String MIN_IN_SYNC = "min.insync.replicas";

    private final Admin admin;
    private final Transactions transactions;

    public ClusterProbe(Cluster cluster) {
        admin = Admin.create(new HashMap<String, Object>(KafkaSettings.health(cluster)));
        transactions = new Transactions(admin, OURS);
    }

    /** What is there now. */
    ClusterSample look() {
        Questions questions = new Questions(PATIENCE);
        var nodes = admin.describeCluster().nodes();
        var topics = admin.describeTopics(watchedTopics()).topicNameValues();
        var configs = admin.describeConfigs(watchedTopics().stream()
                        .map(topic -> new ConfigResource(ConfigResource.Type.TOPIC, topic))
                        .toList())
                .values();
        var groups = admin.listGroups(ListGroupsOptions.forConsumerGroups()).valid();
        var open = transactions.list();

        Collection<Node> live = questions.answer("cluster", "any right on the cluster", nodes);
        if (live == null) {
            return new ClusterSample(
                    System.nanoTime(),
                    System.currentTimeMillis(),
                    List.of(),
                    List.of(),
                    List.of(),
                    List.of(),
                    List.of(),
                    questions.unknown());
        }
        List<Integer> brokers = live.stream().map(Node::id).toList();
        Sizes sizes = Sizes.ask(admin, brokers);
        List<String> missing = new ArrayList<>();
        Map<TopicPartition, TopicPartitionInfo> infos = describe(questions, topics, missing);
        Map<String, Long> minInSync = minInSync(questions, configs);

        // Positions before ends: a group that keeps up is then never ahead of the end.
        List<Group> positions = groups(questions, questions.answer("groups", "DESCRIBE on its groups", groups));
        Map<TopicPartition, Offsets> offsets = offsets(questions, infos);
        long nanoTime = System.nanoTime();
        Map<TopicPartition, Long> bytes = sizes.answer(questions, infos);
        List<Partition> partitions = new ArrayList<>();
        infos.forEach((id, info) -> partitions.add(new Partition(
                id,
                leader(info),
                ids(info.replicas()),
                ids(info.isr()),
                minInSync.getOrDefault(id.topic(), ClusterSample.NOT_KNOWN),
                offsets.get(id),
                bytes.getOrDefault(id, ClusterSample.NOT_KNOWN))));
        return new ClusterSample(
                nanoTime,
                System.currentTimeMillis(),
                brokers,
                partitions,
                missing,
                positions,
                transactions.describe(questions, open),
                questions.unknown());
    }

    @Override
    public void close() {
        admin.close(Duration.ZERO); // it only looks
    }

    /** Weir's, and those of Kafka's that commits go through. */
    private static List<String> watchedTopics() {
        List<String> names = new ArrayList<>(
                Arrays.stream(Topics.values()).map(Topics::topicName).toList());
        names.add(Topic.GROUP_METADATA_TOPIC_NAME);
        names.add(Topic.TRANSACTION_STATE_TOPIC_NAME);
        return names;
    }

    private static Map<TopicPartition, TopicPartitionInfo> describe(
            Questions questions, Map<String, KafkaFuture<TopicDescription>> topics, List<String> missing) {
        Map<TopicPartition, TopicPartitionInfo> infos = new LinkedHashMap<>();
        topics.forEach((name, asked) -> {
            TopicDescription topic = questions.answer(
                    "topics",
                    "DESCRIBE on topic " + name,
                    asked,
                    UnknownTopicOrPartitionException.class,
                    new TopicDescription(name, false, List.of()));
            if (topic == null) {
                return;
            }
            if (topic.partitions().isEmpty() && Topics.named(name) != null) {
                missing.add(name);
            }
            topic.partitions().forEach(info -> infos.put(new TopicPartition(name, info.partition()), info));
        });
        return infos;
    }

    private static Map<String, Long> minInSync(Questions questions, Map<ConfigResource, KafkaFuture<Config>> configs) {
        Map<String, Long> byTopic = new HashMap<>();
        configs.forEach((resource, asked) -> {
            Config config = questions.answer(
                    "configs",
                    "DESCRIBE_CONFIGS on topic " + resource.name(),
                    asked,
                    UnknownTopicOrPartitionException.class,
                    null);
            ConfigEntry entry = config == null ? null : config.get(MIN_IN_SYNC);
            String value = entry == null ? null : entry.value();
            if (value != null) {
                byTopic.put(resource.name(), Long.valueOf(value));
            }
        });
        return byTopic;
    }

    private record Asked(
            KafkaFuture<ConsumerGroupDescription> description, KafkaFuture<Map<TopicPartition, Long>> committed) {}

    /** Those of Weir, the deciding one in any case. */
    private List<Group> groups(Questions questions, @Nullable Collection<GroupListing> listed) {
        TreeSet<String> ids = new TreeSet<>();
        if (listed != null) {
            listed.stream()
                    .map(group -> group.groupId())
                    .filter(id -> id.startsWith(OURS))
                    .limit(MAX_GROUPS)
                    .forEach(ids::add);
        }
        ids.add(KafkaSettings.SCORER_GROUP);
        Map<String, KafkaFuture<ConsumerGroupDescription>> descriptions =
                admin.describeConsumerGroups(ids).describedGroups();
        Map<String, Asked> asked = new TreeMap<>();
        descriptions.forEach(
                (id, description) -> asked.put(id, new Asked(description, CommittedOffsets.of(admin, id))));
        List<Group> groups = new ArrayList<>();
        asked.forEach((id, group) -> {
            String right = "DESCRIBE on group " + id;
            // A group that does not exist has no members and has read nothing.
            Map<TopicPartition, Long> positions =
                    questions.answer("groups", right, group.committed, GroupIdNotFoundException.class, Map.of());
            var description =
                    questions.answer("groups", right, group.description, GroupIdNotFoundException.class, null);
            if (positions != null) {
                groups.add(new Group(
                        id, description == null ? 0 : description.members().size(), positions));
            }
        });
        return groups;
    }

    private Map<TopicPartition, Offsets> offsets(Questions questions, Map<TopicPartition, TopicPartitionInfo> infos) {
        List<TopicPartition> led = infos.entrySet().stream()
                .filter(each -> leader(each.getValue()) != ClusterSample.NOT_KNOWN)
                .map(Map.Entry::getKey)
                .filter(partition -> Topics.named(partition.topic()) != null)
                .toList();
        ListOffsetsResult begins = list(led, OffsetSpec.earliest(), IsolationLevel.READ_UNCOMMITTED);
        ListOffsetsResult ends = list(led, OffsetSpec.latest(), IsolationLevel.READ_UNCOMMITTED);
        ListOffsetsResult stable = list(led, OffsetSpec.latest(), IsolationLevel.READ_COMMITTED);
        Map<TopicPartition, Offsets> offsets = new HashMap<>();
        for (TopicPartition partition : led) {
            String right = "DESCRIBE on topic " + partition.topic();
            var begin = questions.answer("offsets", right, begins.partitionResult(partition));
            var end = questions.answer("offsets", right, ends.partitionResult(partition));
            var last = questions.answer("offsets", right, stable.partitionResult(partition));
            if (begin != null && end != null && last != null) {
                // Asked side by side: what was committed in between must not make a hold of less than nothing.
                offsets.put(
                        partition, new Offsets(begin.offset(), Math.max(end.offset(), last.offset()), last.offset()));
            }
        }
        return offsets;
    }

    private ListOffsetsResult list(List<TopicPartition> partitions, OffsetSpec which, IsolationLevel isolation) {
        Map<TopicPartition, OffsetSpec> wanted = new HashMap<>();
        partitions.forEach(partition -> wanted.put(partition, which));
        return admin.listOffsets(wanted, new ListOffsetsOptions(isolation));
    }

    /** The broker that leads it, {@link ClusterSample#NOT_KNOWN} if none does. */
    static int leader(TopicPartitionInfo info) {
        Node leader = info.leader();
        return leader == null || leader.isEmpty() ? (int) ClusterSample.NOT_KNOWN : leader.id();
    }

    private static List<Integer> ids(List<Node> nodes) {
        return nodes.stream().map(Node::id).toList();
    }
}
