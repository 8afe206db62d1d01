package io.weir.server.log;

import io.weir.events.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.OutOfOrderSequenceException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commits a batch's outputs and its input positions in one transaction, with two producers in turn.
 *
 * <p>Why two: a commit returns when the coordinator has logged it, before its markers are written; the next transaction of
 * the same producer would meet CONCURRENT_TRANSACTIONS and back off. The other producer starts at once. A commit whose
 * outcome is unknown is asked again until it is known, never skipped, so the batches stay in order.
 */
public final class TransactionalWriter implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(TransactionalWriter.class);
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

    private final List<KafkaProducer<byte[], byte[]>> producers;
    private int turn;

    /** Two producers under this instance's transactional ids, which are the same after a restart. */
    public TransactionalWriter(Cluster cluster, String instanceId) {
        producers = List.of(producer(cluster, instanceId + "-a"), producer(cluster, instanceId + "-b"));
    }

    /** Fences and aborts what an earlier life of this instance may have left open. */
    public void fenceThePast() {
        producers.forEach(KafkaProducer::initTransactions);
    }

    /**
     * Commits; returns when the outcome is certain.
     *
     * @param next for every partition of the transaction log in the batch, the offset after the last record decided
     * @throws AbortedException when nothing was committed and the same batch may be tried again
     * @throws EngineLogException when the engine must be built anew
     */
    public void commit(List<OutputRecord> records, Map<Integer, Long> next, OwnPartitions partitions)
            throws AbortedException {
        KafkaProducer<byte[], byte[]> producer = producers.get(turn);
        turn = 1 - turn;
        try {
            producer.beginTransaction();
            for (OutputRecord record : records) {
                // A failed send fails the commit; there is nothing to add in a callback.
                var unused = producer.send(toProducerRecord(record));
            }
            producer.sendOffsetsToTransaction(offsets(next), partitions.groupMetadata());
            commit(producer);
        } catch (ProducerFencedException | InvalidProducerEpochException e) {
            throw new EngineLogException(
                    "fenced: another process runs under this instance id; give each its own --instance-id", e);
        } catch (AuthorizationException
                | OutOfOrderSequenceException
                | UnsupportedVersionException
                | RecordTooLargeException e) {
            throw new EngineLogException("the log refuses this engine's transaction: " + e.getMessage(), e);
        } catch (KafkaException e) {
            abort(producer, e);
            throw new AbortedException(e instanceof CommitFailedException, e);
        }
    }

    @Override
    public void close() {
        producers.forEach(producer -> producer.close(CLOSE_TIMEOUT));
    }

    /** A commit that timed out may have happened: asking again settles it. */
    private static void commit(KafkaProducer<byte[], byte[]> producer) {
        while (true) {
            try {
                producer.commitTransaction();
                return;
            } catch (TimeoutException e) {
                log.warn("no answer to a commit yet; asking again: {}", e.getMessage());
            }
        }
    }

    private static void abort(KafkaProducer<byte[], byte[]> producer, KafkaException cause) {
        try {
            producer.abortTransaction();
        } catch (KafkaException e) {
            e.addSuppressed(cause);
            throw new EngineLogException("a failed transaction cannot be aborted: " + e.getMessage(), e);
        }
    }

    private static Map<TopicPartition, OffsetAndMetadata> offsets(Map<Integer, Long> next) {
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        next.forEach((partition, offset) -> offsets.put(
                new TopicPartition(Topics.TRANSACTIONS.topicName(), partition), new OffsetAndMetadata(offset)));
        return offsets;
    }

    private static ProducerRecord<byte[], byte[]> toProducerRecord(OutputRecord record) {
        ProducerRecord<byte[], byte[]> out =
                new ProducerRecord<>(record.topic().topicName(), record.partition(), record.key(), record.value());
        record.headers().forEach((name, value) -> out.headers().add(name, value.getBytes(StandardCharsets.UTF_8)));
        return out;
    }

    private static KafkaProducer<byte[], byte[]> producer(Cluster cluster, String transactionalId) {
        Map<String, Object> settings = new HashMap<>(KafkaSettings.engineProducer(cluster, transactionalId));
        return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /** Nothing of the batch was committed. */
    public static final class AbortedException extends Exception {
        private static final long serialVersionUID = 1L;

        private final boolean rebalanced;

        AbortedException(boolean rebalanced, KafkaException cause) {
            super(cause.getMessage(), cause);
            this.rebalanced = rebalanced;
        }

        /** Whether the group refused the positions: the partitions may belong to another engine now. */
        public boolean rebalanced() {
            return rebalanced;
        }
    }
}
