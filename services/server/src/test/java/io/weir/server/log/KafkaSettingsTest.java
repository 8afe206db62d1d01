package io.weir.server.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KafkaSettingsTest {
    private static final Cluster CLUSTER = Cluster.at("kafka:9092");

    @ParameterizedTest
    @CsvSource({
        // Durable, in order, once.
        "gateway, acks, all",
        "gateway, enable.idempotence, true",
        "gateway, max.in.flight.requests.per.connection, 5",
        "control, acks, all",
        "control, enable.idempotence, true",
        "control, max.request.size, 9437184",
        "engine, acks, all",
        "engine, enable.idempotence, true",
        "engine, transactional.id, weir-1-a",
        // Quick: the caller waits.
        "gateway, linger.ms, 0",
        "gateway, compression.type, snappy",
        "gateway, batch.size, 65536",
        "engine, linger.ms, 0",
        "engine, retry.backoff.ms, 2",
        "engine, compression.type, snappy",
        // Bounded.
        "gateway, delivery.timeout.ms, 10000",
        "gateway, max.block.ms, 500",
        "gateway, buffer.memory, 33554432",
        "engine, transaction.timeout.ms, 10000",
        "engine, delivery.timeout.ms, 8000",
        "consumer, max.poll.records, 2000",
        "consumer, max.poll.interval.ms, 60000",
        "tail, max.poll.records, 5000",
        "admin, default.api.timeout.ms, 30000",
        // Only what is committed, from a position that is committed with what was made of it.
        "consumer, isolation.level, read_committed",
        "consumer, enable.auto.commit, false",
        "consumer, auto.offset.reset, earliest",
        "consumer, group.protocol, consumer",
        "consumer, group.id, weir-scorer",
        "consumer, group.instance.id, weir-1",
        "consumer, allow.auto.create.topics, false",
        "consumer, fetch.min.bytes, 1",
        "consumer, fetch.max.wait.ms, 500",
        "tail, isolation.level, read_committed",
        "tail, enable.auto.commit, false",
        "tail, auto.offset.reset, earliest",
        "tail, allow.auto.create.topics, false",
        // Links between datacentres.
        "gateway, receive.buffer.bytes, -1",
        "gateway, send.buffer.bytes, -1",
        "consumer, receive.buffer.bytes, -1",
        "tail, receive.buffer.bytes, -1",
    })
    void whatCorrectnessAndLatencyHangOnIsSet(String client, String name, String value) {
        assertThat(all().get(client)).containsEntry(name, value);
    }

    @Test
    void everyNameIsOneThatKafkaKnows() {
        all().forEach((client, settings) -> {
            Set<String> known =
                    switch (client) {
                        case "consumer", "tail", "once", "read side" -> ConsumerConfig.configNames();
                        case "admin" -> AdminClientConfig.configNames();
                        default -> ProducerConfig.configNames();
                    };
            assertThat(known).as(client).containsAll(settings.keySet());
        });
    }

    @Test
    void kafkaAcceptsEveryValue() {
        // Constructing checks each value and the rules between them.
        Map<String, Object> serializers = Map.of(
                "key.serializer", "org.apache.kafka.common.serialization.ByteArraySerializer",
                "value.serializer", "org.apache.kafka.common.serialization.ByteArraySerializer");
        Map<String, Object> deserializers = Map.of(
                "key.deserializer", "org.apache.kafka.common.serialization.ByteArrayDeserializer",
                "value.deserializer", "org.apache.kafka.common.serialization.ByteArrayDeserializer");
        for (String producer : List.of("gateway", "control", "engine")) {
            assertThat(new ProducerConfig(with(producer, serializers)).originals())
                    .isNotEmpty();
        }
        for (String consumer : List.of("consumer", "tail", "once", "read side")) {
            assertThat(new ConsumerConfig(with(consumer, deserializers)).originals())
                    .isNotEmpty();
        }
        assertThat(new AdminClientConfig(with("admin", Map.of())).originals()).isNotEmpty();
    }

    @Test
    void aTailHasNoGroup() {
        assertThat(all().get("tail")).doesNotContainKey("group.id").doesNotContainKey("group.instance.id");
    }

    @Test
    void anUnfinishedSendEndsBeforeItsTransaction() {
        Map<String, String> engine = all().get("engine");

        assertThat(Integer.parseInt(engine.get("delivery.timeout.ms")))
                .isLessThan(Integer.parseInt(engine.get("transaction.timeout.ms")));
    }

    @Test
    void securitySettingsReachEveryClient() {
        Cluster secured = new Cluster("kafka:9093", Map.of("security.protocol", "SASL_SSL", "sasl.mechanism", "PLAIN"));

        assertThat(all(secured).values()).allSatisfy(settings -> assertThat(settings)
                .containsEntry("bootstrap.servers", "kafka:9093")
                .containsEntry("security.protocol", "SASL_SSL")
                .containsEntry("sasl.mechanism", "PLAIN"));
    }

    private static Map<String, Object> with(String client, Map<String, Object> more) {
        Map<String, Object> settings = new HashMap<>(all().get(client));
        settings.putAll(more);
        return settings;
    }

    private static Map<String, Map<String, String>> all() {
        return all(CLUSTER);
    }

    private static Map<String, Map<String, String>> all(Cluster cluster) {
        return Map.of(
                "gateway", KafkaSettings.gatewayProducer(cluster),
                "control", KafkaSettings.controlProducer(cluster),
                "engine", KafkaSettings.engineProducer(cluster, "weir-1-a"),
                "consumer", KafkaSettings.engineConsumer(cluster, KafkaSettings.SCORER_GROUP, "weir-1"),
                "tail", KafkaSettings.tailConsumer(cluster, "weir-1-tail"),
                "once", KafkaSettings.onceConsumer(cluster, "weir-control-reader"),
                "read side", KafkaSettings.readSide(cluster, "weir-views"),
                "admin", KafkaSettings.admin(cluster));
    }
}
