package io.weir.load;

import io.weir.server.log.Cluster;
import io.weir.server.log.KafkaSettings;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * The floor: what exactly once costs when there is nothing to do. One thread copies records from one topic to another, with
 * the settings of Weir's engine: two transactional producers in turn, the positions in the transactions. A commit that fails
 * ends it; a floor need not recover.
 *
 * <p>Arguments: bootstrap servers, input topic, output topic, a name for group and producers.
 */
public final class PassThrough {
    private static final Duration POLL = Duration.ofMillis(100);

    private PassThrough() {}

    /** Copies until the process is stopped. */
    public static void main(String[] arguments) {
        Cluster cluster = Cluster.at(arguments[0]);
        String input = arguments[1];
        String output = arguments[2];
        String name = arguments[3];
        Map<String, Object> consumerSettings = new HashMap<>(KafkaSettings.engineConsumer(cluster, name, name));
        try (var consumer = new KafkaConsumer<>(
                        consumerSettings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
                var first = producer(cluster, name + "-0");
                var second = producer(cluster, name + "-1")) {
            first.initTransactions();
            second.initTransactions();
            consumer.subscribe(List.of(input));
            KafkaProducer<byte[], byte[]> producer = first;
            while (true) {
                ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
                if (!records.isEmpty()) {
                    copy(records, producer, output, consumer);
                    producer = producer == first ? second : first;
                }
            }
        }
    }

    private static KafkaProducer<byte[], byte[]> producer(Cluster cluster, String transactionalId) {
        Map<String, Object> settings = new HashMap<>(KafkaSettings.engineProducer(cluster, transactionalId));
        return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private static void copy(
            ConsumerRecords<byte[], byte[]> records,
            KafkaProducer<byte[], byte[]> producer,
            String output,
            KafkaConsumer<byte[], byte[]> consumer) {
        producer.beginTransaction();
        Map<TopicPartition, OffsetAndMetadata> positions = new HashMap<>();
        for (TopicPartition partition : records.partitions()) {
            List<ConsumerRecord<byte[], byte[]>> ofPartition = records.records(partition);
            for (ConsumerRecord<byte[], byte[]> record : ofPartition) {
                // A failed send fails the commit.
                var unused = producer.send(new ProducerRecord<>(
                        output, record.partition(), record.timestamp(), record.key(), record.value()));
            }
            positions.put(partition, new OffsetAndMetadata(ofPartition.getLast().offset() + 1));
        }
        producer.sendOffsetsToTransaction(positions, consumer.groupMetadata());
        producer.commitTransaction();
    }
}
