package io.weir.server.log;

import io.weir.events.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/** A consumer of assigned partitions without a group. */
final class KafkaRecordSource implements RecordSource {
    private final Admin admin;
    private final KafkaConsumer<byte[], byte[]> consumer;

    KafkaRecordSource(Cluster cluster, String clientId, Admin admin) {
        this.admin = admin;
        Map<String, Object> settings = new HashMap<>(KafkaSettings.engineTail(cluster, clientId));
        consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    @Override
    public int partitions(Topics topic) {
        @Nullable List<PartitionInfo> partitions = consumer.partitionsFor(topic.topicName());
        if (partitions == null || partitions.isEmpty()) {
            throw new IllegalStateException("topic " + topic.topicName() + " does not exist; run weir topics --apply");
        }
        return partitions.size();
    }

    /** Without a group there are no committed positions: the reset policy, earliest, says where new ones begin. */
    @Override
    public void assign(Collection<TopicPartition> partitions) {
        List<TopicPartition> added = new ArrayList<>(partitions);
        added.removeAll(consumer.assignment());
        consumer.assign(partitions);
        if (!added.isEmpty()) {
            consumer.seekToBeginning(added); // of none would mean of all
        }
    }

    @Override
    public void seek(TopicPartition partition, long offset) {
        consumer.seek(partition, offset);
    }

    @Override
    public void pause(TopicPartition partition) {
        consumer.pause(List.of(partition));
    }

    @Override
    public void resume(TopicPartition partition) {
        consumer.resume(List.of(partition));
    }

    @Override
    public long position(TopicPartition partition) {
        return consumer.position(partition);
    }

    @Override
    public List<LogRecord> poll(Duration timeout) {
        List<LogRecord> records = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(timeout)) {
            records.add(LogRecord.of(record));
        }
        return records;
    }

    @Override
    public Map<TopicPartition, Long> beginnings(Collection<TopicPartition> partitions) {
        return consumer.beginningOffsets(partitions);
    }

    @Override
    public Map<TopicPartition, Long> stableEnds(Collection<TopicPartition> partitions) {
        return consumer.endOffsets(partitions);
    }

    @Override
    public Map<TopicPartition, Long> appendedEnds(Collection<TopicPartition> partitions) {
        Map<TopicPartition, OffsetSpec> asked =
                partitions.stream().collect(Collectors.toMap(partition -> partition, partition -> OffsetSpec.latest()));
        try {
            Map<TopicPartition, Long> ends = new HashMap<>();
            admin.listOffsets(asked, new ListOffsetsOptions(IsolationLevel.READ_UNCOMMITTED))
                    .all()
                    .get()
                    .forEach((partition, end) -> ends.put(partition, end.offset()));
            return ends;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EngineLogException("interrupted while asking for the log's ends", e);
        } catch (ExecutionException e) {
            throw new EngineLogException("the log's ends cannot be had: " + e.getMessage(), e);
        }
    }

    /** At once: there is nothing to commit, and the fetch that was sent ahead rests at the broker for half a second. */
    @Override
    public void close() {
        consumer.close(CloseOptions.timeout(Duration.ZERO));
    }
}
