package io.weir.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalClusterTest {
    private static final String TOPIC = "records";

    @Test
    void threeBrokersServeOnWhileAnyOneOfThemIsDead(@TempDir Path directory) throws Exception {
        try (LocalStack stack = LocalStack.start(directory, 3, Life.SHORT);
                Admin admin = Admin.create(Map.of("bootstrap.servers", stack.bootstrapServers()))) {
            admin.createTopics(List.of(new NewTopic(TOPIC, Optional.of(1), Optional.empty())))
                    .all()
                    .get(60, TimeUnit.SECONDS);
            assertThat(partition(admin).replicas()).hasSize(3);
            append(stack, "while all live");
            int leader = partition(admin).leader().id();

            stack.brokers().get(leader - 1).kill();
            append(stack, "while the leader is dead");
            assertThat(partition(admin).leader().id()).isNotEqualTo(leader);

            stack.brokers().get(leader - 1).start();
            Awaitility.await()
                    .atMost(Duration.ofMinutes(1))
                    .until(() -> partition(admin).isr().size() == 3);
            assertThatThrownBy(() -> LocalStack.start(directory, 1, Life.SHORT))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("of 3 brokers, not of 1")
                    .hasMessageContaining("--brokers 3");
        }
    }

    private static TopicPartitionInfo partition(Admin admin) throws Exception {
        TopicDescription description = admin.describeTopics(List.of(TOPIC))
                .allTopicNames()
                .get(60, TimeUnit.SECONDS)
                .get(TOPIC);
        return description.partitions().getFirst();
    }

    /** In a transaction: its coordinator and the topic of its state have copies, too. */
    private static void append(LocalStack stack, String value) throws Exception {
        try (KafkaProducer<String, String> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", stack.bootstrapServers(), "transactional.id", "test"),
                new StringSerializer(),
                new StringSerializer())) {
            producer.initTransactions();
            producer.beginTransaction();
            producer.send(new ProducerRecord<>(TOPIC, value)).get(60, TimeUnit.SECONDS);
            producer.commitTransaction();
        }
    }
}
