package io.weir.server.log;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.weir.events.Event;
import io.weir.events.EventWriter;
import io.weir.events.Topics;
import io.weir.local.LocalStack;
import io.weir.server.schemas.RegistryClient;
import io.weir.server.schemas.Schemas;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.avro.Schema;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;

/** Empty topics on the real broker, and a transactional producer of events. */
public final class TestLog implements AutoCloseable {
    private final LocalStack stack = LocalStack.shared();
    private final RegistryClient registry = new RegistryClient(stack.registryUrl());
    private final Schemas schemas;
    private KafkaProducer<String, byte[]> producer;

    private TestLog(int partitions) throws Exception {
        recreateTopics(partitions);
        Schemas.provision(registry, Duration.ofSeconds(30));
        schemas = Schemas.load(registry, Duration.ofSeconds(30));
        producer = newProducer();
    }

    /** All topics of events, empty, with so many partitions (those that have one always keep it). */
    public static TestLog empty(int partitions) throws Exception {
        return new TestLog(partitions);
    }

    public Cluster cluster() {
        return Cluster.at(stack.bootstrapServers());
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

    /** A new producer, where the old one may have lost its transaction. */
    public void reconnect() {
        producer.close(Duration.ZERO);
        producer = newProducer();
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(5));
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
        List<Topics> topics = Arrays.stream(Topics.values())
                .filter(topic -> !topic.events().isEmpty())
                .toList();
        try (Admin admin = Admin.create(new HashMap<>(KafkaSettings.admin(cluster())))) {
            for (Topics topic : topics) {
                ignoring(UnknownTopicOrPartitionException.class, () -> admin.deleteTopics(List.of(topic.topicName()))
                        .all()
                        .get());
            }
            for (Topics topic : topics) {
                // Deletion goes on after the answer.
                Awaitility.await()
                        .atMost(Duration.ofSeconds(30))
                        .until(() -> !ignoring(TopicExistsException.class, () -> admin.createTopics(List.of(
                                        new NewTopic(topic.topicName(), topic.partitions(partitions), (short) 1)))
                                .all()
                                .get()));
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
