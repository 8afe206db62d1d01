package io.weir.peers;

import io.weir.events.Event;
import io.weir.events.EventReader;
import io.weir.events.EventWriter;
import io.weir.events.TransactionDecided;
import io.weir.server.log.Cluster;
import io.weir.server.log.KafkaSettings;
import io.weir.server.schemas.RegistryClient;
import io.weir.server.schemas.Schemas;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Topics of one run of a peer on a broker: what it is to decide, and what it has decided. */
final class PeerLog {
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final Duration POLL = Duration.ofMillis(100);

    private final Cluster cluster;
    private final Schemas schemas;

    PeerLog(String bootstrapServers, String registryUrl) {
        cluster = Cluster.at(bootstrapServers);
        RegistryClient registry = new RegistryClient(registryUrl);
        Schemas.provision(registry, PATIENCE);
        schemas = Schemas.load(registry, PATIENCE);
    }

    void create(String topic, int partitions) throws Exception {
        try (Admin admin = Admin.create(new HashMap<>(KafkaSettings.admin(cluster)))) {
            admin.createTopics(List.of(new NewTopic(topic, partitions, (short) 1)))
                    .all()
                    .get();
        }
    }

    /** Appends events, each under its key. */
    void append(String topic, List<Event> events) {
        EventWriter writer = new EventWriter(schemas);
        Map<String, Object> settings = new HashMap<>(KafkaSettings.gatewayProducer(cluster));
        settings.put("linger.ms", "5");
        settings.put("max.block.ms", "60000");
        settings.put("delivery.timeout.ms", "60000");
        try (var producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (Event event : events) {
                byte[] key = event.key().getBytes(StandardCharsets.UTF_8);
                var unused = producer.send(new ProducerRecord<>(topic, key, writer.write(event)));
            }
            producer.flush();
        }
    }

    /** Reads committed decisions from the beginning until there are enough. */
    List<TransactionDecided> decisions(String topic, int partitions, Predicate<List<TransactionDecided>> enough) {
        List<TransactionDecided> decided = new ArrayList<>();
        EventReader reader = new EventReader(schemas);
        Map<String, Object> settings = new HashMap<>(KafkaSettings.tailConsumer(cluster, "peers-test"));
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        try (var consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> all = new ArrayList<>();
            for (int partition = 0; partition < partitions; partition++) {
                all.add(new TopicPartition(topic, partition));
            }
            consumer.assign(all);
            consumer.seekToBeginning(all);
            while (!enough.test(decided)) {
                if (System.nanoTime() - deadline > 0) {
                    throw new AssertionError(decided.size() + " decisions on " + topic + " after " + PATIENCE);
                }
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    decided.add((TransactionDecided) reader.read(record.value()));
                }
            }
        }
        return decided;
    }
}
