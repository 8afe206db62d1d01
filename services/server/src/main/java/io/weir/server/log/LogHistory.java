package io.weir.server.log;

import io.weir.events.Topics;
import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.jspecify.annotations.Nullable;

/**
 * The history of some topics on a cluster. What the group had committed is asked first and the ends are fixed after it, with
 * the transactions' last: so the decisions that belong to the committed positions lie before the end, and so do the
 * transactions that any of these decisions was made from.
 */
public final class LogHistory implements History {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    /** An open transaction of a dead engine is aborted by the broker in less. */
    private static final long OPEN_TRANSACTIONS_MS = 15_000;

    private static final long POLL_MS = 20;
    private static final Set<Topics> INPUTS = Set.of(Topics.TRANSACTIONS, Topics.CONTROL);

    private final Cluster cluster;
    private final String clientId;
    private final Map<Topics, String> copies;
    private final Map<Topics, Map<Integer, Long>> starts = new EnumMap<>(Topics.class);
    private final Map<Topics, Map<Integer, Long>> ends = new EnumMap<>(Topics.class);
    /** Where to begin to read; not before the starts. */
    private final Map<Topics, Map<Integer, Long>> from = new EnumMap<>(Topics.class);

    private final Map<Integer, Committed> committed;
    private final Map<Topics, TopicHistory> open = new ConcurrentHashMap<>();
    private final ExecutorService background;
    private final int partitions;

    /**
     * Fixes the stretch; nothing is read yet.
     *
     * @param clientId Kafka's client id, in broker logs and quotas
     * @param copies names of topics that are copies of ours, to be read instead
     * @throws LogHistoryException when the brokers do not answer, or a topic is missing
     */
    public LogHistory(Cluster cluster, String clientId, Set<Topics> topics, Map<Topics, String> copies) {
        this.copies = Map.copyOf(copies);
        this.cluster = cluster;
        this.clientId = clientId;
        this.background = Executors.newSingleThreadExecutor(
                Thread.ofPlatform().daemon().name(clientId + "-ahead").factory());
        Map<String, Object> settings = new HashMap<>(KafkaSettings.admin(cluster));
        settings.put("client.id", clientId + "-ends");
        try (Admin admin = Admin.create(settings)) {
            Map<Topics, Set<TopicPartition>> all = partitions(admin, topics);
            committed = committed(admin);
            for (Topics topic : EnumSet.copyOf(topics)) { // in this order: decisions, then the alerts that go with them
                if (!INPUTS.contains(topic)) {
                    fix(admin, topic, all);
                    awaitOpenTransactions(admin, topic);
                }
            }
            for (Topics topic : topics) {
                if (INPUTS.contains(topic)) {
                    fix(admin, topic, all);
                }
            }
            partitions = topics.stream()
                    .filter(topic -> topic.partitioning() == Topics.Partitioning.BY_ACCOUNT)
                    .mapToInt(topic -> ends(topic).size())
                    .max()
                    .orElse(0);
        }
    }

    @Override
    public int partitions() {
        return partitions;
    }

    @Override
    public long start(Topics topic, int partition) {
        return Objects.requireNonNull(starts.get(topic), topic.topicName()).getOrDefault(partition, 0L);
    }

    @Override
    public long end(Topics topic, int partition) {
        return ends(topic).getOrDefault(partition, 0L);
    }

    @Override
    public Map<Integer, Committed> committed() {
        return committed;
    }

    @Override
    public void startAt(Topics topic, int partition, long offset) {
        if (open.containsKey(topic)) {
            throw new IllegalStateException(topic.topicName() + " is being read");
        }
        Objects.requireNonNull(from.get(topic)).merge(partition, offset, Math::max);
    }

    @Override
    public @Nullable LogRecord next(Topics topic, int partition) {
        return open.computeIfAbsent(topic, this::open).next(partition);
    }

    private TopicHistory open(Topics topic) {
        return new TopicHistory(
                cluster,
                clientId,
                nameOf(topic),
                Objects.requireNonNull(from.get(topic), topic.topicName()),
                ends(topic),
                PATIENCE);
    }

    @Override
    public Executor background() {
        return background;
    }

    @Override
    public void close() {
        endBackground();
        open.values().forEach(TopicHistory::close);
        open.clear();
    }

    /** Whoever reads ahead waits for records; interrupted, it opens nothing any more. */
    private void endBackground() {
        background.shutdownNow();
        try {
            var unused = background.awaitTermination(FeedSession.CLOSE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Map<Integer, Long> ends(Topics topic) {
        return Objects.requireNonNull(ends.get(topic), topic.topicName());
    }

    private String nameOf(Topics topic) {
        return copies.getOrDefault(topic, topic.topicName());
    }

    private Map<Topics, Set<TopicPartition>> partitions(Admin admin, Set<Topics> topics) {
        Map<String, TopicDescription> described = get(
                admin.describeTopics(topics.stream().map(this::nameOf).toList()).allTopicNames());
        Map<Topics, Set<TopicPartition>> partitions = new EnumMap<>(Topics.class);
        for (Topics topic : topics) {
            TopicDescription description = Objects.requireNonNull(described.get(nameOf(topic)));
            partitions.put(
                    topic,
                    description.partitions().stream()
                            .map(partition -> new TopicPartition(nameOf(topic), partition.partition()))
                            .collect(Collectors.toUnmodifiableSet()));
        }
        return partitions;
    }

    private void fix(Admin admin, Topics topic, Map<Topics, Set<TopicPartition>> all) {
        Set<TopicPartition> partitions = Objects.requireNonNull(all.get(topic));
        Map<Integer, Long> beginnings =
                offsets(admin, partitions, OffsetSpec.earliest(), IsolationLevel.READ_COMMITTED);
        starts.put(topic, beginnings);
        from.put(topic, new HashMap<>(beginnings));
        // What the engines write is read to the end of what is there, open transactions included: see
        // awaitOpenTransactions.
        IsolationLevel level = INPUTS.contains(topic) ? IsolationLevel.READ_COMMITTED : IsolationLevel.READ_UNCOMMITTED;
        ends.put(topic, offsets(admin, partitions, OffsetSpec.latest(), level));
    }

    /** Until the markers of all transactions that are there are written; what is open for longer is left out. */
    private void awaitOpenTransactions(Admin admin, Topics topic) {
        Map<Integer, Long> wanted = ends(topic);
        Set<TopicPartition> partitions = wanted.keySet().stream()
                .map(partition -> new TopicPartition(nameOf(topic), partition))
                .collect(Collectors.toUnmodifiableSet());
        long deadline =
                System.nanoTime() + Duration.ofMillis(OPEN_TRANSACTIONS_MS).toNanos();
        while (true) {
            Map<Integer, Long> stable = offsets(admin, partitions, OffsetSpec.latest(), IsolationLevel.READ_COMMITTED);
            boolean reached =
                    wanted.entrySet().stream().allMatch(end -> stable.getOrDefault(end.getKey(), 0L) >= end.getValue());
            if (reached || System.nanoTime() > deadline) {
                ends.put(topic, stable); // where no transaction is open: between two batches, never within one
                return;
            }
            sleep();
        }
    }

    private static Map<Integer, Long> offsets(
            Admin admin, Set<TopicPartition> partitions, OffsetSpec which, IsolationLevel level) {
        Map<TopicPartition, OffsetSpec> wanted =
                partitions.stream().collect(Collectors.toMap(partition -> partition, partition -> which));
        Map<Integer, Long> offsets = new HashMap<>();
        get(admin.listOffsets(wanted, new ListOffsetsOptions(level)).all())
                .forEach((partition, found) -> offsets.put(partition.partition(), found.offset()));
        return offsets;
    }

    private static Map<Integer, Committed> committed(Admin admin) {
        Map<Integer, Committed> committed = new HashMap<>();
        Map<TopicPartition, OffsetAndMetadata> answer;
        try {
            answer = get(
                    admin.listConsumerGroupOffsets(KafkaSettings.SCORER_GROUP).partitionsToOffsetAndMetadata());
        } catch (LogHistoryException e) {
            if (e.getCause() != null && e.getCause().getCause() instanceof GroupIdNotFoundException) {
                return Map.of(); // nothing was ever decided
            }
            throw e;
        }
        answer.forEach((partition, found) -> {
            if (found != null && partition.topic().equals(Topics.TRANSACTIONS.topicName())) {
                committed.put(partition.partition(), new Committed(found.offset(), found.metadata()));
            }
        });
        return Map.copyOf(committed);
    }

    private static <T> T get(KafkaFuture<T> future) {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw new LogHistoryException("the brokers refuse: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LogHistoryException("interrupted while asking the brokers", e);
        }
    }

    private static void sleep() {
        try {
            Thread.sleep(POLL_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LogHistoryException("interrupted while waiting for open transactions", e);
        }
    }
}
