package io.weir.server.log;

import io.weir.events.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnreleasedInstanceIdException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A member of the consumer group. */
final class KafkaGroupMember implements GroupMember {
    private static final Logger log = LoggerFactory.getLogger(KafkaGroupMember.class);

    private static final Duration AT_ONCE = Duration.ofMillis(5);
    private static final Duration JOINS_WITHIN = Duration.ofSeconds(1);
    private static final Duration ASKED_AGAIN = Duration.ofMillis(100);
    private static final String TOPIC = Topics.TRANSACTIONS.topicName();

    private final String group;
    private final String instanceId;
    private final Admin admin;
    private final AbandonedTransactions abandoned;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final String clientId;
    private final Map<Integer, MetricName> lagNames = new HashMap<>();
    /** Whether no earlier life can be a member any more. */
    private boolean released;

    KafkaGroupMember(Cluster cluster, String group, String instanceId, Admin admin) {
        this.group = group;
        this.instanceId = instanceId;
        this.admin = admin;
        this.abandoned = new AbandonedTransactions(admin);
        GroupProtocol protocol = cluster.groupProtocol().chosen(admin);
        Map<String, Object> settings =
                new HashMap<>(KafkaSettings.engineConsumer(cluster, group, instanceId, protocol));
        clientId = String.valueOf(settings.get(ConsumerConfig.CLIENT_ID_CONFIG));
        consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        log.info("{} joins {} by the {} protocol", instanceId, group, protocol);
    }

    /** Otherwise its partitions stay with the dead until the session timeout, and this member is refused until then. */
    @Override
    public void releaseThePast() {
        released = EarlierLife.release(admin, group, List.of(instanceId));
    }

    @Override
    public void join(Rebalances rebalances) {
        consumer.subscribe(List.of(TOPIC), new ConsumerRebalanceListener() {
            @Override
            public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
                log.info("partitions {} come to {}", numbers(partitions), instanceId);
                rebalances.arrived(numbers(partitions));
                if (!partitions.isEmpty()) {
                    // Whom they come from may be dead, with a transaction open that holds back everybody who reads on.
                    abandoned.abort();
                    // They come paused: a poll that has nothing else would wait, and nobody decide them meanwhile.
                    consumer.wakeup();
                }
            }

            @Override
            public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
                log.info("partitions {} leave {}", numbers(partitions), instanceId);
                rebalances.left(numbers(partitions));
            }
        });
    }

    @Override
    public List<LogRecord> poll(Duration timeout) {
        List<LogRecord> records = new ArrayList<>();
        try {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(timeout)) {
                records.add(LogRecord.of(record));
            }
        } catch (WakeupException e) {
            return List.of();
        } catch (UnreleasedInstanceIdException | FencedInstanceIdException e) {
            if (released) { // else it may be our own past
                throw new InstanceIdTakenException(e);
            }
            throw e;
        }
        return records;
    }

    /** Asked for longer, it would not get an answer for a partition that is about to leave, nor could that leave meanwhile. */
    @Override
    public OptionalLong position(int partition) {
        try {
            return OptionalLong.of(consumer.position(topicPartition(partition), AT_ONCE));
        } catch (TimeoutException | WakeupException e) {
            return OptionalLong.empty();
        }
    }

    @Override
    public void seek(int partition, long offset) {
        consumer.seek(topicPartition(partition), offset);
    }

    @Override
    public @Nullable CommittedPosition committed(int partition) {
        TopicPartition asked = topicPartition(partition);
        while (true) {
            try {
                OffsetAndMetadata committed = consumer.committed(Set.of(asked)).get(asked);
                return committed == null ? null : new CommittedPosition(committed.offset(), committed.metadata());
            } catch (WakeupException e) {
                log.trace("woken up, which was meant for a poll");
            }
        }
    }

    @Override
    public void pause(Collection<Integer> partitions) {
        consumer.pause(topicPartitions(partitions));
    }

    @Override
    public void resume(Collection<Integer> partitions) {
        consumer.resume(topicPartitions(partitions));
    }

    /** As the last fetch has measured it: to ask the consumer is a round trip to its network thread, for every partition. */
    @Override
    public long lag(int partition) {
        Metric lag = consumer.metrics().get(lagNames.computeIfAbsent(partition, this::lagName));
        return lag != null && lag.metricValue() instanceof Double records ? records.longValue() : 0; // NaN is 0
    }

    /** Another that begins fences first and joins then, a moment later. */
    @Override
    public boolean isReplaced() {
        long askedNs = System.nanoTime();
        boolean replaced = anotherIsMember();
        while (!replaced && System.nanoTime() - askedNs < JOINS_WITHIN.toNanos()) {
            try {
                Thread.sleep(ASKED_AGAIN);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
            replaced = anotherIsMember();
        }
        return replaced;
    }

    private boolean anotherIsMember() {
        String ourselves = consumer.groupMetadata().memberId();
        try {
            return admin.describeConsumerGroups(List.of(group)).all().get().values().stream()
                    .flatMap(description -> description.members().stream())
                    .anyMatch(member -> member.groupInstanceId().equals(Optional.of(instanceId))
                            && !member.consumerId().equals(ourselves));
        } catch (ExecutionException e) {
            log.warn("whether another {} is a member cannot be told: {}", instanceId, e.getMessage());
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public void wakeUp() {
        consumer.wakeup();
    }

    /** At once, so that others take over without waiting for a timeout. */
    @Override
    public void close() {
        consumer.close(CloseOptions.groupMembershipOperation(GroupMembershipOperation.LEAVE_GROUP)
                .withTimeout(Duration.ofSeconds(5)));
    }

    ConsumerGroupMetadata groupMetadata() {
        return consumer.groupMetadata();
    }

    private MetricName lagName(int partition) {
        Map<String, String> tags =
                Map.of("client-id", clientId, "topic", TOPIC, "partition", String.valueOf(partition));
        return new MetricName("records-lag", "consumer-fetch-manager-metrics", "", tags);
    }

    private static TopicPartition topicPartition(int partition) {
        return new TopicPartition(TOPIC, partition);
    }

    private static List<TopicPartition> topicPartitions(Collection<Integer> partitions) {
        return partitions.stream().map(KafkaGroupMember::topicPartition).toList();
    }

    private static List<Integer> numbers(Collection<TopicPartition> partitions) {
        return partitions.stream().map(TopicPartition::partition).toList();
    }
}
