package io.weir.load.patterns;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * One poll, worked on.
 *
 * @param results one for each record
 * @param positions after the last record of each partition
 * @param member by which the group refuses positions of who no longer has the partitions
 */
record Batch(
        List<ProducerRecord<byte[], byte[]>> results,
        Map<TopicPartition, OffsetAndMetadata> positions,
        ConsumerGroupMetadata member) {

    /** The results of all records of a poll. */
    static Batch of(
            ConsumerRecords<byte[], byte[]> records,
            List<ProducerRecord<byte[], byte[]>> results,
            Consumer<byte[], byte[]> consumer) {
        Map<TopicPartition, OffsetAndMetadata> positions = new HashMap<>();
        for (TopicPartition partition : records.partitions()) {
            positions.put(
                    partition,
                    new OffsetAndMetadata(records.records(partition).getLast().offset() + 1));
        }
        return new Batch(results, positions, consumer.groupMetadata());
    }

    /** Makes a consumer read again from where its partitions are committed. */
    static void rewind(Consumer<byte[], byte[]> consumer) {
        Map<TopicPartition, OffsetAndMetadata> committed = consumer.committed(consumer.assignment());
        consumer.assignment().forEach(partition -> {
            OffsetAndMetadata position = committed.get(partition);
            if (position == null) {
                consumer.seekToBeginning(List.of(partition));
            } else {
                consumer.seek(partition, position);
            }
        });
    }
}
