package io.weir.server.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.events.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class KafkaGroupPositionsTest {
    private static final String GROUP = "positions-" + System.nanoTime();

    private TestLog log;
    private Admin admin;
    private KafkaProducer<byte[], byte[]> producer;
    /** Never joins: it only names the group. */
    private KafkaConsumer<byte[], byte[]> consumer;

    @BeforeEach
    void start() throws Exception {
        log = TestLog.empty(3);
        admin = log.admin();
        Map<String, Object> settings = new HashMap<>(KafkaSettings.engineProducer(log.cluster(), GROUP));
        producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
        producer.initTransactions();
        settings = new HashMap<>(KafkaSettings.engineConsumer(log.cluster(), GROUP, GROUP));
        consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    @AfterEach
    void stop() {
        consumer.close();
        producer.close(Duration.ofSeconds(1));
        admin.close();
        log.close();
    }

    @Test
    void aPositionThatIsBeingCommittedIsWaitedForAndNotTakenForNone() {
        producer.beginTransaction();
        put(0, 10);
        put(1, 20);
        producer.commitTransaction();
        KafkaGroupPositions positions = new KafkaGroupPositions(admin, GROUP);
        Awaitility.await().until(() -> offsets(positions, true), Map.of(0, 10L, 1, 20L)::equals);

        producer.beginTransaction();
        put(1, 25);
        positions.ask(true);
        // Answers come, and none of them is complete.
        for (int i = 0; i < 50; i++) {
            assertThat(positions.take()).isNull();
            assertThat(positions.asking()).isTrue();
            Awaitility.await().pollDelay(Duration.ofMillis(2)).until(() -> true);
        }
        assertThat(offsets(new KafkaGroupPositions(admin, GROUP), false)).isEqualTo(Map.of(0, 10L, 1, 20L));

        producer.commitTransaction();
        assertThat(taken(positions)).isEqualTo(Map.of(0, 10L, 1, 25L));
    }

    @Test
    void aGroupThatHasCommittedNothingHasNoPositions() {
        KafkaGroupPositions positions = new KafkaGroupPositions(admin, GROUP + "-of-nobody");
        assertThat(offsets(positions, true)).isEmpty();
    }

    private void put(int partition, long offset) {
        producer.sendOffsetsToTransaction(
                Map.of(
                        new TopicPartition(Topics.TRANSACTIONS.topicName(), partition),
                        new OffsetAndMetadata(offset, "")),
                consumer.groupMetadata());
    }

    private static Map<Integer, Long> offsets(KafkaGroupPositions positions, boolean stable) {
        positions.ask(stable);
        return taken(positions);
    }

    private static Map<Integer, Long> taken(KafkaGroupPositions positions) {
        Map<Integer, CommittedPosition> answer = Awaitility.await().until(positions::take, taken -> taken != null);
        Map<Integer, Long> offsets = new HashMap<>();
        answer.forEach((partition, position) -> offsets.put(partition, position.offset()));
        return offsets;
    }
}
