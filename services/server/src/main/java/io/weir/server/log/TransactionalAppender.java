package io.weir.server.log;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Appends records in transactions under an id that one process at a time can have: the last to begin. What those before it
 * had under way is finished or undone when the constructor returns. For commands, by one thread.
 */
public final class TransactionalAppender implements AutoCloseable {
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);
    private static final int COMMIT_TRIES = 3;

    private final KafkaProducer<byte[], byte[]> producer;

    /**
     * Takes the id over.
     *
     * @throws LogAppendException when the brokers refuse or do not answer
     */
    public TransactionalAppender(Cluster cluster, String transactionalId) {
        Map<String, Object> settings = new HashMap<>(KafkaSettings.engineProducer(cluster, transactionalId));
        producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
        try {
            producer.initTransactions();
        } catch (KafkaException e) {
            producer.close(CLOSE_TIMEOUT);
            throw new LogAppendException("the brokers do not let " + transactionalId + " begin: " + e.getMessage(), e);
        }
    }

    /**
     * Appends all of these or none.
     *
     * @throws LogAppendException when none was appended, or it is not known; whoever throws this away and begins again finds
     *     out
     */
    public void append(List<OutputRecord> records) {
        try {
            producer.beginTransaction();
            records.forEach(this::send);
            commit();
        } catch (ProducerFencedException | InvalidProducerEpochException e) {
            throw new LogAppendException("another process has taken over; nothing of this was appended", e);
        } catch (TimeoutException e) {
            throw new LogAppendException("the brokers do not say whether they have it: " + e.getMessage(), e);
        } catch (KafkaException e) {
            throw new LogAppendException("the brokers do not take it: " + e.getMessage(), e);
        }
    }

    /** What is open is undone by the next that begins, or by the broker within seconds. */
    @Override
    public void close() {
        producer.close(CLOSE_TIMEOUT);
    }

    private void send(OutputRecord record) {
        ProducerRecord<byte[], byte[]> out =
                new ProducerRecord<>(record.topic().topicName(), record.partition(), record.key(), record.value());
        record.headers().forEach((name, value) -> out.headers().add(name, value.getBytes(StandardCharsets.UTF_8)));
        var unused = producer.send(out); // one that fails, fails the commit
    }

    private void commit() {
        for (int attempt = 1; ; attempt++) {
            try {
                producer.commitTransaction();
                return;
            } catch (TimeoutException e) {
                if (attempt == COMMIT_TRIES) {
                    throw e;
                }
            }
        }
    }
}
