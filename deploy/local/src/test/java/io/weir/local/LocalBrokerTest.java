package io.weir.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The first to run: it leaves the class archives that the three brokers of a cluster are to start from at once. */
@Order(1)
class LocalBrokerTest {
    private static final String TOPIC = "records";

    @TempDir
    private Path directory;

    private LocalBroker broker;

    @AfterEach
    void stop() {
        broker.kill();
    }

    @Test
    void recordsSurviveAStopAKillAndAChangeOfPorts() throws Exception {
        broker = LocalBroker.start(directory);
        String address = broker.bootstrapServers();
        createTopic();
        produceInTransaction("before the stop");
        broker.stop();
        assertThat(broker.isAlive()).isFalse();
        broker.start();
        produceInTransaction("before the kill");
        broker.kill();
        broker.start();
        assertThat(broker.bootstrapServers()).isEqualTo(address);
        broker.stop();
        try (ServerSocket brokers = listen(0);
                ServerSocket controllers = listen(1)) {
            assertThat(brokers.isBound() && controllers.isBound()).isTrue();
            assertThatThrownBy(broker::start)
                    .isInstanceOf(ChildProcessException.class)
                    .hasMessageContaining("Address already in use");

            broker = LocalBroker.start(directory);
            produceInTransaction("on other ports");
        }

        assertThat(records())
                .allMatch(record -> record.timestampType() == TimestampType.LOG_APPEND_TIME)
                .extracting(ConsumerRecord::value)
                .containsExactly("before the stop", "before the kill", "on other ports");
        assertThatThrownBy(broker::start).isInstanceOf(IllegalStateException.class);
    }

    private void createTopic() throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            admin.createTopics(List.of(new NewTopic(TOPIC, Optional.of(1), Optional.empty())))
                    .all()
                    .get(60, TimeUnit.SECONDS);
        }
    }

    private ServerSocket listen(int line) throws Exception {
        int port =
                Integer.parseInt(Files.readAllLines(directory.resolve("ports")).get(line));
        ServerSocket socket = new ServerSocket();
        socket.setReuseAddress(true);
        socket.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), port));
        return socket;
    }

    private void produceInTransaction(String value) throws Exception {
        try (KafkaProducer<String, String> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers(), "transactional.id", "test"),
                new StringSerializer(),
                new StringSerializer())) {
            producer.initTransactions();
            producer.beginTransaction();
            producer.send(new ProducerRecord<>(TOPIC, value)).get(60, TimeUnit.SECONDS);
            producer.commitTransaction();
        }
    }

    private List<ConsumerRecord<String, String>> records() {
        try (KafkaConsumer<String, String> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers(), "isolation.level", "read_committed"),
                new StringDeserializer(),
                new StringDeserializer())) {
            TopicPartition partition = new TopicPartition(TOPIC, 0);
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end = consumer.endOffsets(List.of(partition)).get(partition);
            List<ConsumerRecord<String, String>> records = new ArrayList<>();
            while (consumer.position(partition) < end) {
                consumer.poll(Duration.ofSeconds(1)).forEach(records::add);
            }
            return records;
        }
    }
}
