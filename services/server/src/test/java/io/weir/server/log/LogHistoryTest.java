package io.weir.server.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.events.Event;
import io.weir.events.EventReader;
import io.weir.events.Topics;
import io.weir.events.TransactionSubmitted;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Reading a stretch of the real log on demand. */
class LogHistoryTest {
    private static final int PARTITIONS = 2;
    private static final Set<Topics> TOPICS = Set.of(Topics.TRANSACTIONS, Topics.DECISIONS, Topics.CONTROL);

    private TestLog log;

    @BeforeEach
    void start() throws Exception {
        log = TestLog.empty(PARTITIONS);
    }

    @AfterEach
    void stop() {
        log.close();
    }

    @Test
    void whatWasCommittedIsReadInOrderAndNothingElse() {
        log.commit(transactions(0, 20));
        log.abort(transaction(1_000));
        log.commit(transactions(20, 40));
        log.abort(transaction(1_001));
        try (LogHistory history = open()) {
            assertThat(history.partitions()).isEqualTo(PARTITIONS);
            log.commit(transactions(40, 60)); // after the ends were fixed
            assertThat(ids(history)).hasSize(40).doesNotContain("t1000", "t1001", "t40");
            for (int partition = 0; partition < PARTITIONS; partition++) {
                assertThat(history.next(Topics.TRANSACTIONS, partition)).isNull();
                assertThat(history.next(Topics.DECISIONS, partition)).isNull();
            }
            assertThat(history.committed()).isEmpty();
        }
    }

    @Test
    void keysValuesHeadersAndTimesAreThoseOfTheLog() throws Exception {
        Map<String, Object> settings = new HashMap<>(KafkaSettings.controlProducer(log.cluster()));
        try (var producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            ProducerRecord<byte[], byte[]> record =
                    new ProducerRecord<>(Topics.DECISIONS.topicName(), 1, new byte[] {7}, new byte[] {1, 2});
            record.headers().add("provenance", "c0=0-0".getBytes(StandardCharsets.UTF_8));
            producer.send(record).get();
            producer.send(new ProducerRecord<>(Topics.DECISIONS.topicName(), 1, null, (byte[]) null))
                    .get();
        }
        try (LogHistory history = open()) {
            LogRecord first = history.next(Topics.DECISIONS, 1);
            assertThat(first.key()).containsExactly(7);
            assertThat(first.value()).containsExactly(1, 2);
            assertThat(first.headers()).containsExactly(Map.entry("provenance", "c0=0-0"));
            assertThat(first.timestampMs()).isPositive();
            LogRecord second = history.next(Topics.DECISIONS, 1);
            assertThat(second.key()).isNull();
            assertThat(second.value()).isNull();
            assertThat(second.offset()).isEqualTo(first.offset() + 1);
            assertThat(history.next(Topics.DECISIONS, 1)).isNull();
        }
    }

    @Test
    void onePartitionIsReadToItsEndWhileTheOtherWaits() {
        int count = 40_000; // several times what is read ahead
        for (int from = 0; from < count; from += 4_000) {
            log.commit(transactions(from, from + 4_000));
        }
        try (LogHistory history = open()) {
            List<Long> waiting = new ArrayList<>();
            waiting.add(history.next(Topics.TRANSACTIONS, 0).offset());
            int ofOther = 0;
            while (history.next(Topics.TRANSACTIONS, 1) != null) {
                ofOther++;
            }
            LogRecord record;
            while ((record = history.next(Topics.TRANSACTIONS, 0)) != null) {
                waiting.add(record.offset());
            }
            assertThat(waiting).isSorted().doesNotHaveDuplicates();
            assertThat(waiting.size() + ofOther).isEqualTo(count);
        }
    }

    @Test
    void itBeginsWhereItIsToldAndKnowsWhereTheLogBegins() throws Exception {
        log.commit(transactions(0, 100));
        try (var admin = log.admin()) {
            admin.deleteRecords(Map.of(
                            new TopicPartition(Topics.TRANSACTIONS.topicName(), 0), RecordsToDelete.beforeOffset(5)))
                    .all()
                    .get();
        }
        try (LogHistory history = open()) {
            assertThat(history.start(Topics.TRANSACTIONS, 0)).isEqualTo(5);
            assertThat(history.start(Topics.TRANSACTIONS, 1)).isZero();
            history.startAt(Topics.TRANSACTIONS, 0, 3);
            history.startAt(Topics.TRANSACTIONS, 1, 7);
            assertThat(history.next(Topics.TRANSACTIONS, 0).offset()).isEqualTo(5);
            assertThat(history.next(Topics.TRANSACTIONS, 1).offset()).isEqualTo(7);
            assertThat(history.start(Topics.TRANSACTIONS, 1)).isZero();
            assertThatThrownBy(() -> history.startAt(Topics.TRANSACTIONS, 1, 8))
                    .isInstanceOf(IllegalStateException.class);
        }
    }

    private LogHistory open() {
        return new LogHistory(log.cluster(), "test-history", TOPICS, Map.of());
    }

    private List<String> ids(LogHistory history) {
        EventReader reader = new EventReader(log.schemas());
        List<String> ids = new ArrayList<>();
        for (int partition = 0; partition < PARTITIONS; partition++) {
            LogRecord record;
            while ((record = history.next(Topics.TRANSACTIONS, partition)) != null) {
                ids.add(((TransactionSubmitted) reader.read(record.value())).transactionId());
            }
        }
        return ids;
    }

    private static List<Event> transactions(int from, int to) {
        List<Event> events = new ArrayList<>();
        for (int i = from; i < to; i++) {
            events.add(transaction(i));
        }
        return events;
    }

    private static TransactionSubmitted transaction(int number) {
        return new TransactionSubmitted(
                "t" + number, "a" + number % 7, 1, 1, 1, "EUR", null, null, null, null, null, null, null, null);
    }
}
