package io.weir.server.log;

import io.weir.events.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.MemberToRemove;
import org.apache.kafka.clients.admin.RemoveMembersFromConsumerGroupOptions;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The partitions of the transaction log that the group gives to one engine. A partition comes paused: the engine resumes
 * it when its state has caught up. Used by the engine's thread alone, but for {@link #wakeUp}.
 */
public final class OwnPartitions implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(OwnPartitions.class);
    private static final String TOPIC = Topics.TRANSACTIONS.topicName();

    private final String instanceId;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Set<Integer> assigned = new HashSet<>();
    private final List<Integer> arrived = new ArrayList<>();
    private final List<Integer> left = new ArrayList<>();

    public OwnPartitions(Cluster cluster, String instanceId) {
        this.instanceId = instanceId;
        Map<String, Object> settings = new HashMap<>(KafkaSettings.engineConsumer(cluster, instanceId));
        consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /**
     * Ends the membership that an earlier life of this instance may have left behind: otherwise its partitions stay with
     * the dead until the session timeout, and this member is refused until then.
     */
    public void releaseThePast(Admin admin) {
        try {
            admin.removeMembersFromConsumerGroup(
                            KafkaSettings.SCORER_GROUP,
                            new RemoveMembersFromConsumerGroupOptions(Set.of(new MemberToRemove(instanceId))))
                    .all()
                    .get();
            log.info("released the membership of an earlier {}", instanceId);
        } catch (java.util.concurrent.ExecutionException e) {
            log.debug("no earlier membership of {} to release: {}", instanceId, e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Joins the group. */
    public void join() {
        consumer.subscribe(List.of(TOPIC), new Rebalances());
    }

    /**
     * The next records of the resumed partitions, by (partition, offset); empty when there are none in time or on
     * {@link #wakeUp}. Partitions come and go only within this call.
     */
    public List<LogRecord> poll(Duration timeout) {
        List<LogRecord> records = new ArrayList<>();
        try {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(timeout)) {
                records.add(LogRecord.of(record));
            }
        } catch (WakeupException e) {
            return List.of();
        }
        records.sort(Comparator.comparingInt(LogRecord::partition)); // stable: offsets stay in order
        return records;
    }

    /** The partitions that came since the last call; they are paused. */
    public List<Integer> takeArrived() {
        List<Integer> taken = List.copyOf(arrived);
        arrived.clear();
        return taken;
    }

    /** The partitions that left since the last call. */
    public List<Integer> takeLeft() {
        List<Integer> taken = List.copyOf(left);
        left.clear();
        return taken;
    }

    /** Whether this engine has had all of these partitions without a break since {@link #takeArrived}. */
    public boolean stillOwns(Collection<Integer> partitions) {
        return assigned.containsAll(partitions) && partitions.stream().noneMatch(arrived::contains);
    }

    /** The offset of the next record of a partition. */
    public long position(int partition) {
        return consumer.position(new TopicPartition(TOPIC, partition));
    }

    public void resume(int partition) {
        consumer.resume(List.of(new TopicPartition(TOPIC, partition)));
    }

    public void pause(Collection<Integer> partitions) {
        consumer.pause(topicPartitions(partitions));
    }

    public void resume(Collection<Integer> partitions) {
        consumer.resume(topicPartitions(partitions));
    }

    /** Records between what was polled and the end of the assigned partitions, as far as is known without asking. */
    public long lag() {
        long lag = 0;
        for (int partition : assigned) {
            lag += consumer.currentLag(new TopicPartition(TOPIC, partition)).orElse(0);
        }
        return lag;
    }

    /** Ends a {@link #poll} that waits. From any thread. */
    public void wakeUp() {
        consumer.wakeup();
    }

    /** Leaves the group at once, so that others take over without waiting for a timeout. */
    @Override
    public void close() {
        consumer.close(CloseOptions.groupMembershipOperation(GroupMembershipOperation.LEAVE_GROUP)
                .withTimeout(Duration.ofSeconds(5)));
    }

    ConsumerGroupMetadata groupMetadata() {
        return consumer.groupMetadata();
    }

    private static List<TopicPartition> topicPartitions(Collection<Integer> partitions) {
        return partitions.stream()
                .map(partition -> new TopicPartition(TOPIC, partition))
                .toList();
    }

    private final class Rebalances implements ConsumerRebalanceListener {
        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            consumer.pause(partitions);
            for (TopicPartition partition : partitions) {
                assigned.add(partition.partition());
                arrived.add(partition.partition());
            }
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            for (TopicPartition partition : partitions) {
                assigned.remove(partition.partition());
                arrived.remove((Integer) partition.partition());
                left.add(partition.partition());
            }
        }
    }
}
