package io.weir.load.patterns;

import io.weir.server.log.Cluster;
import io.weir.server.log.KafkaSettings;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * What a pattern is to do, and the clients for it: with the settings of Weir's engine for all of them, so that they differ in
 * their architecture alone.
 *
 * @param input topic of records
 * @param group consumer group
 * @param member names this process among those of the group
 */
public record Job(Cluster cluster, String input, String group, String member, Guarantee guarantee, Work work) {

    /**
     * A consumer's settings.
     *
     * @param records how many a poll may give
     */
    Map<String, Object> consumerSettings(int records) {
        Map<String, Object> settings = new HashMap<>(KafkaSettings.engineConsumer(cluster, group, member));
        settings.put("max.poll.records", records);
        // A member that ends leaves the group, and is not waited for.
        settings.remove("group.instance.id");
        return settings;
    }

    /** A consumer that polls so many at most. */
    KafkaConsumer<byte[], byte[]> consumer(int records) {
        return new KafkaConsumer<>(consumerSettings(records), new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /**
     * A producer's settings; transactional where results are to be exactly once.
     *
     * @param suffix tells one producer of this member from another
     */
    Map<String, Object> producerSettings(String suffix) {
        Map<String, Object> settings = new HashMap<>(KafkaSettings.engineProducer(cluster, group + member + suffix));
        if (guarantee == Guarantee.AT_LEAST_ONCE) {
            settings.remove("transactional.id");
            settings.remove("transaction.timeout.ms");
        }
        return settings;
    }

    /** A producer, ready for its first transaction if it is transactional. */
    KafkaProducer<byte[], byte[]> producer(String suffix) {
        var producer =
                new KafkaProducer<>(producerSettings(suffix), new ByteArraySerializer(), new ByteArraySerializer());
        if (guarantee == Guarantee.EXACTLY_ONCE) {
            producer.initTransactions();
        }
        return producer;
    }
}
