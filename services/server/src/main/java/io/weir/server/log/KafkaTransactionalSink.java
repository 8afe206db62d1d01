package io.weir.server.log;

import io.weir.events.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** A transactional producer; its positions carry the member's generation, by which the group refuses a zombie's. */
final class KafkaTransactionalSink implements TransactionalSink {
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

    private final KafkaProducer<byte[], byte[]> producer;
    private final KafkaGroupMember member;
    private @Nullable ConsumerGroupMetadata generation;

    KafkaTransactionalSink(Cluster cluster, String transactionalId, KafkaGroupMember member) {
        Map<String, Object> settings = new HashMap<>(KafkaSettings.engineProducer(cluster, transactionalId));
        this.producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
        this.member = member;
    }

    @Override
    public void init() {
        producer.initTransactions();
    }

    @Override
    public void begin() {
        producer.beginTransaction();
        generation = member.groupMetadata();
    }

    @Override
    public void send(OutputRecord output) {
        OutputRecord record = output.topic() == Topics.DEAD_LETTERS ? DeadLetterSize.bounded(output) : output;
        ProducerRecord<byte[], byte[]> out =
                new ProducerRecord<>(record.topic().topicName(), record.partition(), record.key(), record.value());
        record.headers().forEach((name, value) -> out.headers().add(name, value.getBytes(StandardCharsets.UTF_8)));
        // A failed send fails the commit; there is nothing to add in a callback.
        var unused = producer.send(out);
    }

    @Override
    public void positions(Map<Integer, CommittedPosition> positions) {
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        positions.forEach((partition, position) -> offsets.put(
                new TopicPartition(Topics.TRANSACTIONS.topicName(), partition),
                new OffsetAndMetadata(position.offset(), position.chain())));
        producer.sendOffsetsToTransaction(offsets, Objects.requireNonNull(generation));
    }

    @Override
    public void commit() {
        producer.commitTransaction();
    }

    @Override
    public void abort() {
        producer.abortTransaction();
    }

    @Override
    public void close() {
        producer.close(CLOSE_TIMEOUT);
    }
}
