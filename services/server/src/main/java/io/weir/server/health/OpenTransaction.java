package io.weir.server.health;

import java.util.List;
import org.apache.kafka.common.TopicPartition;

/**
 * A Kafka transaction that has begun and not ended: until it does, read_committed readers see nothing behind its first record.
 *
 * @param transactionalId of its producer
 * @param state as Kafka names it
 * @param ageMs since its first record, by our clock against the broker's
 * @param timeoutMs after which the broker aborts it
 * @param partitions that it has written to
 */
public record OpenTransaction(
        String transactionalId, String state, long ageMs, long timeoutMs, List<TopicPartition> partitions) {
    public OpenTransaction {
        partitions = List.copyOf(partitions);
    }
}
