package io.weir.cli.drill;

import io.weir.cli.GroupLag;
import io.weir.events.EventReader;
import io.weir.events.MalformedValueException;
import io.weir.events.SchemaIds;
import io.weir.events.Topics;
import io.weir.events.TransactionSubmitted;
import io.weir.server.log.Cluster;
import io.weir.server.log.KafkaSettings;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** What a drill has left on the log, read when everything is over. */
final class Leftovers {
    private static final Duration POLL = Duration.ofMillis(200);
    private static final long PATIENCE_NS = TimeUnit.MINUTES.toNanos(2);

    private final Cluster cluster;

    Leftovers(Cluster cluster) {
        this.cluster = cluster;
    }

    /**
     * Waits until every record on the log is decided.
     *
     * @throws IOException when some are not within two minutes
     */
    void awaitNoLag() throws IOException, InterruptedException {
        long startedNs = System.nanoTime();
        try (GroupLag lag = new GroupLag(cluster)) {
            long left;
            while ((left = lag.records()) != 0) {
                if (System.nanoTime() - startedNs > PATIENCE_NS) {
                    throw new IOException(left < 0 ? "the brokers do not answer" : left + " records are not decided");
                }
                Thread.sleep(100);
            }
        }
    }

    /** By partition, where what is committed ends. */
    Map<TopicPartition, Long> ends(List<TopicPartition> partitions) {
        try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
            return consumer.endOffsets(partitions);
        }
    }

    /** By transaction id, as {@code partition/offset}, what was submitted. */
    Map<String, Set<String>> submitted(SchemaIds schemaIds) {
        EventReader reader = new EventReader(schemaIds);
        Map<String, Set<String>> submitted = new HashMap<>();
        readAll(Topics.TRANSACTIONS, record -> {
            try {
                if (record.value() != null && reader.read(record.value()) instanceof TransactionSubmitted transaction) {
                    submitted
                            .computeIfAbsent(transaction.transactionId(), id -> new HashSet<>())
                            .add(record.partition() + "/" + record.offset());
                }
            } catch (MalformedValueException e) {
                // What a drill has put there on purpose.
            }
        });
        return submitted;
    }

    /** How many records a topic has. */
    int count(Topics topic) {
        int[] count = new int[1];
        readAll(topic, record -> count[0]++);
        return count[0];
    }

    private void readAll(Topics topic, Consumer<ConsumerRecord<byte[], byte[]>> each) {
        try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
            List<TopicPartition> partitions = new ArrayList<>();
            consumer.partitionsFor(topic.topicName())
                    .forEach(info -> partitions.add(new TopicPartition(info.topic(), info.partition())));
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(POLL).forEach(each);
            }
        }
    }

    private KafkaConsumer<byte[], byte[]> consumer() {
        Map<String, Object> settings = new HashMap<>(KafkaSettings.tailConsumer(cluster, "weir-drill-books"));
        return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }
}
