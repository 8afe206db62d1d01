package io.weir.server.score;

import io.weir.events.Event;
import io.weir.events.EventReader;
import io.weir.events.EventWriter;
import io.weir.events.Topics;
import io.weir.local.LocalStack;
import io.weir.server.log.Cluster;
import io.weir.server.log.KafkaSettings;
import io.weir.server.schemas.RegistryClient;
import io.weir.server.schemas.Schemas;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
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
import org.jspecify.annotations.Nullable;

/** A broker and a registry of a test's own, with all topics and schemas, and a plain client's view of them. */
final class TestLog implements AutoCloseable {
    static final int PARTITIONS = 4;

    final LocalStack stack;
    final Cluster cluster;
    final Schemas schemas;
    private final RegistryClient registry;
    private final KafkaProducer<byte[], byte[]> producer;
    private final EventWriter writer;

    TestLog(Path directory) throws Exception {
        stack = LocalStack.start(directory);
        cluster = Cluster.at(stack.bootstrapServers());
        registry = new RegistryClient(stack.registryUrl());
        Schemas.provision(registry, Duration.ofSeconds(10));
        schemas = Schemas.load(registry, Duration.ofSeconds(10));
        try (Admin admin = admin()) {
            List<NewTopic> topics = new ArrayList<>();
            for (Topics topic : Topics.values()) {
                topics.add(new NewTopic(topic.topicName(), topic.partitions(PARTITIONS), (short) 1));
            }
            admin.createTopics(topics).all().get();
        }
        Map<String, Object> settings = new HashMap<>(KafkaSettings.gatewayProducer(cluster));
        // A gateway gives up early and its caller tries again; a test waits until a broker is back.
        settings.put("max.block.ms", "60000");
        settings.put("delivery.timeout.ms", "60000");
        producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
        writer = new EventWriter(schemas);
    }

    Admin admin() {
        return Admin.create(new HashMap<String, Object>(KafkaSettings.admin(cluster)));
    }

    /** Appends and waits for the acknowledgement. */
    void append(Topics topic, Event event) throws Exception {
        appendRaw(topic, event.key(), writer.write(event));
    }

    void appendRaw(Topics topic, @Nullable String key, byte @Nullable [] value) throws Exception {
        byte[] keyBytes = key == null ? null : key.getBytes(StandardCharsets.UTF_8);
        producer.send(new ProducerRecord<>(topic.topicName(), keyBytes, value)).get();
    }

    /** Everything committed on a topic, from the beginning, as soon as {@code enough} says so; fails after a minute. */
    List<ConsumerRecord<byte[], byte[]>> read(Topics topic, Predicate<List<ConsumerRecord<byte[], byte[]>>> enough) {
        List<ConsumerRecord<byte[], byte[]>> all = new ArrayList<>();
        Map<String, Object> settings = new HashMap<>(KafkaSettings.tailConsumer(cluster, "test"));
        try (var consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic.topicName()).stream()
                    .map(p -> new TopicPartition(p.topic(), p.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            long deadline = System.nanoTime() + Duration.ofMinutes(1).toNanos();
            while (!enough.test(all)) {
                if (System.nanoTime() > deadline) {
                    throw new AssertionError("not enough on " + topic + " after a minute: " + all.size() + " records");
                }
                consumer.poll(Duration.ofMillis(50)).forEach(all::add);
            }
            // and what may be too much of it
            consumer.poll(Duration.ofMillis(300)).forEach(all::add);
        }
        return all;
    }

    <E extends Event> List<E> events(Topics topic, Class<E> type, int count) {
        EventReader reader = new EventReader(schemas);
        return read(topic, records -> records.size() >= count).stream()
                .map(record -> type.cast(reader.read(record.value())))
                .toList();
    }

    @Override
    public void close() {
        producer.close();
        registry.close();
        stack.close();
    }
}
