package io.weir.server.log;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.weir.events.Event;
import io.weir.events.EventReader;
import io.weir.events.EventWriter;
import io.weir.events.Topics;
import io.weir.local.LocalStack;
import io.weir.server.schemas.RegistryClient;
import io.weir.server.schemas.Schemas;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import org.apache.avro.Schema;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** Empty topics on the real broker, producers of events, and a plain client's view of what is there. */
public final class TestLog implements AutoCloseable {
    private final LocalStack stack = LocalStack.shared();
    private final RegistryClient registry = new RegistryClient(stack.registryUrl());
    private final Cluster cluster;
    private final Schemas schemas;
    private KafkaProducer<String, byte[]> producer;
    private @Nullable KafkaProducer<String, byte[]> plain;

    private TestLog(int partitions, @Nullable Cluster other) throws Exception {
        cluster = other == null ? Cluster.at(stack.bootstrapServers()) : other;
        recreateTopics(partitions);
        Schemas.provision(registry, Duration.ofSeconds(30));
        schemas = Schemas.load(registry, Duration.ofSeconds(30));
        producer = newProducer();
    }

    /** All topics of events, empty, with so many partitions (those that have one always keep it). */
    public static TestLog empty(int partitions) throws Exception {
        return new TestLog(partitions, null);
    }

    /** The same on another cluster than that of the stack. */
    public static TestLog emptyOn(Cluster cluster, int partitions) throws Exception {
        return new TestLog(partitions, cluster);
    }

    public Cluster cluster() {
        return cluster;
    }

    public LocalStack stack() {
        return stack;
    }

    public Schemas schemas() {
        return schemas;
    }

    /** Ids as a process knows them that has not yet met any on the log. */
    public Schemas freshSchemas() {
        return Schemas.load(registry, Duration.ofSeconds(30));
    }

    /** Appends in one transaction. */
    public void commit(Event... events) {
        commit(Arrays.asList(events));
    }

    /** Appends in one transaction. */
    public void commit(List<? extends Event> events) {
        producer.beginTransaction();
        events.forEach(this::send);
        producer.commitTransaction();
    }

    /** Appends in a transaction that is then aborted. */
    public void abort(Event... events) {
        producer.beginTransaction();
        Arrays.asList(events).forEach(this::send);
        producer.flush();
        producer.abortTransaction();
    }

    /** Appends a value as it is, in a transaction. */
    public void commitRaw(Topics topic, int partition, byte[] value) {
        producer.beginTransaction();
        producer.send(new ProducerRecord<>(topic.topicName(), partition, "raw", value));
        producer.commitTransaction();
    }

    /** Appends an event as a newer version of this software would: its schema has one more optional field. */
    public void commitNewer(Event event) {
        Topics topic = topicOf(event);
        JsonObject newer = new JsonObject(event.type().schema().toString());
        newer.getJsonArray("fields")
                .add(new JsonObject()
                        .put("name", "addedLater")
                        .put("type", new JsonArray().add("null").add("string"))
                        .putNull("default"));
        int id = registry.register(topic.subject(event.type()), new Schema.Parser().parse(newer.encode()));
        byte[] ours = new EventWriter(schemas).write(event);
        ByteBuffer value = ByteBuffer.allocate(ours.length + 1); // and the null of the added field, which is a zero
        value.put(ours).putInt(1, id);
        producer.beginTransaction();
        producer.send(new ProducerRecord<>(topic.topicName(), event.key(), value.array()));
        producer.commitTransaction();
    }

    /** Appends as the gateway does, without a transaction, and waits for the acknowledgement. */
    public void append(Topics topic, Event event) throws Exception {
        appendRaw(topic, null, event.key(), new EventWriter(schemas).write(event));
    }

    /** Appends a value as it is, without a transaction; by its key where no partition is named. */
    public void appendRaw(Topics topic, @Nullable Integer partition, @Nullable String key, byte @Nullable [] value)
            throws Exception {
        KafkaProducer<String, byte[]> appender = plain;
        if (appender == null) {
            Map<String, Object> settings = new HashMap<>(KafkaSettings.gatewayProducer(cluster()));
            // A gateway gives up early and its caller tries again; a test waits until a broker is back.
            settings.put("max.block.ms", "60000");
            settings.put("delivery.timeout.ms", "60000");
            appender = new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer());
            plain = appender;
        }
        appender.send(new ProducerRecord<>(topic.topicName(), partition, key, value))
                .get();
    }

    /** Everything committed on a topic, from the beginning, as soon as {@code enough} says so; fails after a minute. */
    public List<ConsumerRecord<byte[], byte[]>> read(
            Topics topic, Predicate<List<ConsumerRecord<byte[], byte[]>>> enough) {
        List<ConsumerRecord<byte[], byte[]>> all = new ArrayList<>();
        Map<String, Object> settings = new HashMap<>(KafkaSettings.onceConsumer(cluster(), "test"));
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
            consumer.poll(Duration.ofMillis(200)).forEach(all::add);
        }
        return all;
    }

    /** The same, decoded; as soon as there are {@code count}. */
    public <E extends Event> List<E> events(Topics topic, Class<E> type, int count) {
        return read(topic, records -> records.size() >= count).stream()
                .map(record -> type.cast(event(record)))
                .toList();
    }

    /** An event as it lies on the log. */
    public byte[] encoded(Event event) {
        return new EventWriter(schemas).write(event);
    }

    public Event event(ConsumerRecord<byte[], byte[]> record) {
        return new EventReader(schemas).read(record.value());
    }

    public Admin admin() {
        return Admin.create(new HashMap<>(KafkaSettings.admin(cluster())));
    }

    /** A new producer, where the old one may have lost its transaction. */
    public void reconnect() {
        producer.close(Duration.ZERO);
        producer = newProducer();
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(5));
        if (plain != null) {
            plain.close(Duration.ofSeconds(5));
        }
        registry.close();
    }

    private void send(Event event) {
        byte[] value = new EventWriter(schemas).write(event);
        producer.send(new ProducerRecord<>(topicOf(event).topicName(), event.key(), value));
    }

    private static Topics topicOf(Event event) {
        return Arrays.stream(Topics.values())
                .filter(candidate -> candidate.events().contains(event.type()))
                .findFirst()
                .orElseThrow();
    }

    private KafkaProducer<String, byte[]> newProducer() {
        Map<String, Object> settings =
                new HashMap<>(KafkaSettings.engineProducer(cluster(), "test-" + UUID.randomUUID()));
        KafkaProducer<String, byte[]> made =
                new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer());
        made.initTransactions();
        return made;
    }

    private void recreateTopics(int partitions) throws Exception {
        try (Admin admin = admin()) {
            for (String group : List.of(KafkaSettings.SCORER_GROUP, KafkaSettings.SHADOW_GROUP)) {
                ignoring(
                        GroupIdNotFoundException.class,
                        () -> admin.deleteConsumerGroups(List.of(group)).all().get());
            }
            Map<String, KafkaFuture<Void>> deletions = admin.deleteTopics(Arrays.stream(Topics.values())
                            .map(Topics::topicName)
                            .toList())
                    .topicNameValues();
            for (KafkaFuture<Void> deletion : deletions.values()) {
                ignoring(UnknownTopicOrPartitionException.class, deletion::get);
            }
            Set<Topics> missing = EnumSet.allOf(Topics.class);
            Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .pollInterval(Duration.ofMillis(20))
                    .until(() -> {
                        create(admin, missing, partitions); // deletion goes on after the answer
                        return missing.isEmpty();
                    });
        }
    }

    private static void create(Admin admin, Set<Topics> missing, int partitions) throws Exception {
        List<NewTopic> topics = missing.stream()
                .map(topic -> new NewTopic(topic.topicName(), topic.partitions(partitions), (short) 1))
                .toList();
        Map<String, KafkaFuture<Void>> creations = admin.createTopics(topics).values();
        for (Topics topic : List.copyOf(missing)) {
            if (!ignoring(TopicExistsException.class, creations.get(topic.topicName())::get)) {
                missing.remove(topic);
            }
        }
    }

    /** Whether it ended in the failure that is to be ignored. */
    private static boolean ignoring(Class<? extends Exception> expected, Action action) throws Exception {
        try {
            action.run();
            return false;
        } catch (java.util.concurrent.ExecutionException e) {
            if (expected.isInstance(e.getCause())) {
                return true;
            }
            throw e;
        }
    }

    private interface Action {
        void run() throws Exception;
    }
}
