package io.weir.server.deadletters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.events.Topics;
import io.weir.events.TransactionLabelled;
import io.weir.server.deadletters.Redrive.Report;
import io.weir.server.log.DeadLetterContext;
import io.weir.server.log.KafkaSettings;
import io.weir.server.log.LogAppendException;
import io.weir.server.log.LogRecord;
import io.weir.server.log.OutputRecord;
import io.weir.server.log.TestLog;
import io.weir.server.log.TransactionalAppender;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** On the real broker; letters are written as engines write them. */
class RedriveTest {
    private static final DeadLetterFilter ALL = DeadLetterFilter.parse(List.of());
    private static final long NOON_MS = 1_700_000_000_000L;

    private TestLog log;

    @BeforeEach
    void start() throws Exception {
        log = TestLog.empty(2);
    }

    @AfterEach
    void stop() {
        log.close();
    }

    @Test
    void anOriginalIsPutBackOnceWithItsBytesWhereItCameFrom() {
        byte[] value = log.encoded(new TransactionLabelled("t1", "a", NOON_MS, NOON_MS, true, "test"));
        give(letter(1, "a", value, "UnknownTransaction", 1), letter(0, null, null, "MalformedValue", 1));
        assertThat(redrive().plan(ALL)).isEqualTo(new Report(2, 0, Map.of()));
        assertThat(redrive().run(ALL, count -> {})).isEqualTo(new Report(2, 0, Map.of()));
        assertThat(redrive().run(ALL, count -> {})).isEqualTo(new Report(0, 2, Map.of()));

        List<ConsumerRecord<byte[], byte[]>> back = log.read(Topics.TRANSACTIONS, all -> all.size() >= 2);
        assertThat(back).hasSize(2);
        assertThat(back)
                .filteredOn(record -> record.partition() == 1)
                .singleElement()
                .satisfies(record -> {
                    assertThat(record.value()).isEqualTo(value);
                    assertThat(record.key()).isEqualTo("a".getBytes(StandardCharsets.UTF_8));
                    assertThat(header(record, DeadLetterContext.ATTEMPT)).isEqualTo("2");
                    assertThat(header(record, Redrive.REDRIVEN_FROM)).isEqualTo("1/0");
                });
        assertThat(back)
                .filteredOn(record -> record.partition() == 0)
                .singleElement()
                .satisfies(record -> {
                    assertThat(record.value()).isNull();
                    assertThat(record.key()).isNull();
                });
        assertThat(letters()).hasSize(2).allSatisfy(letter -> assertThat(letter.redriven())
                .extracting(DeadLetter.Redriven::by)
                .isEqualTo("somebody"));
    }

    @Test
    void whatFailsAgainIsANewLetterThatCanBePutBackInTurn() {
        give(letter(1, "a", new byte[] {1}, "MalformedValue", 1));
        redrive().run(ALL, count -> {});
        ConsumerRecord<byte[], byte[]> back =
                log.read(Topics.TRANSACTIONS, all -> !all.isEmpty()).getFirst();
        int attempt = Integer.parseInt(header(back, DeadLetterContext.ATTEMPT));
        give(letter(1, "a", back.value(), "MalformedValue", attempt));
        assertThat(redrive().run(ALL, count -> {})).isEqualTo(new Report(1, 1, Map.of()));
        assertThat(log.read(Topics.TRANSACTIONS, all -> all.size() >= 2))
                .extracting(record -> header(record, DeadLetterContext.ATTEMPT))
                .containsExactly("2", "3");
    }

    @Test
    void onlyThoseThatSatisfyTheFilterArePutBack() {
        give(
                letter(0, "a", new byte[] {1}, "MalformedValue", 1),
                letter(1, "a,b=c", new byte[] {2}, "MalformedValue", 1),
                letter(1, "a,b=c", new byte[] {3}, "InvalidLabel", 1));
        DeadLetterFilter filter = DeadLetterFilter.parse(List.of("error=MalformedValue,key=a,b=c", "partition=1"));
        assertThat(redrive().run(filter, count -> {}).letters()).isEqualTo(1);
        assertThat(log.read(Topics.TRANSACTIONS, all -> !all.isEmpty()))
                .extracting(ConsumerRecord::value)
                .containsExactly(new byte[] {2});
    }

    @Test
    void theLastToBeginEndsWhatAnotherHasUnderWay() {
        give(letter(1, "a", new byte[] {1}, "MalformedValue", 1));
        List<DeadLetter> letters = letters();
        try (TransactionalAppender first = new TransactionalAppender(log.cluster(), Redrive.TRANSACTIONAL_ID)) {
            assertThat(redrive().run(ALL, count -> {}).letters()).isEqualTo(1);
            List<OutputRecord> late = List.of(
                    Redrive.original(letters.getFirst(), 4), DeadLetterTopic.marker(letters.getFirst(), "the first"));
            assertThatThrownBy(() -> first.append(late))
                    .isInstanceOf(LogAppendException.class)
                    .hasMessageContaining("another process has taken over");
        }
        assertThat(log.read(Topics.TRANSACTIONS, all -> !all.isEmpty())).hasSize(1);
    }

    @Test
    void whatACrashLeftHalfWrittenIsUndoneAndDrivenAgainOnce() throws Exception {
        give(letter(1, "a", new byte[] {1}, "MalformedValue", 1), letter(1, "b", new byte[] {2}, "MalformedValue", 1));
        OutputRecord original = Redrive.original(letters().getFirst(), 4);
        Map<String, Object> settings =
                new HashMap<>(KafkaSettings.engineProducer(log.cluster(), Redrive.TRANSACTIONAL_ID));
        KafkaProducer<byte[], byte[]> crashes =
                new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
        crashes.initTransactions();
        crashes.beginTransaction();
        crashes.send(new ProducerRecord<>(
                        original.topic().topicName(), original.partition(), original.key(), original.value()))
                .get();
        crashes.close(
                Duration.ZERO); // between the two writes: the original is there, the marker is not, nothing is ended

        assertThat(redrive().run(ALL, count -> {})).isEqualTo(new Report(2, 0, Map.of()));
        assertThat(redrive().run(ALL, count -> {})).isEqualTo(new Report(0, 2, Map.of()));
        assertThat(log.read(Topics.TRANSACTIONS, all -> all.size() >= 2))
                .extracting(record -> record.value()[0])
                .containsExactlyInAnyOrder((byte) 1, (byte) 2);
    }

    @Test
    void lettersThatHaveComeSinceThePlanAreLeftAlone() {
        give(letter(1, "a", new byte[] {1}, "MalformedValue", 1));
        Redrive redrive = redrive();
        assertThat(redrive.plan(ALL).letters()).isEqualTo(1);
        give(letter(1, "a", new byte[] {2}, "MalformedValue", 1));
        assertThat(redrive.run(ALL, count -> {}).letters()).isEqualTo(1);
        assertThat(redrive().plan(ALL)).isEqualTo(new Report(1, 1, Map.of()));
    }

    @Test
    void whatAWebhookGaveUpGoesToItsEndpointAlone() {
        give(new OutputRecord(
                Topics.DEAD_LETTERS,
                1,
                new byte[] {7},
                new byte[] {1},
                webhook(Map.of("endpoint", "crm")).headers()));
        assertThat(redrive().run(ALL, count -> {}).letters()).isEqualTo(1);
        assertThat(redrive().run(ALL, count -> {})).isEqualTo(new Report(0, 1, Map.of()));
        assertThat(log.read(Topics.WEBHOOK_REDRIVES, all -> !all.isEmpty()))
                .singleElement()
                .satisfies(record -> {
                    assertThat(record.key()).isEqualTo(new byte[] {7});
                    assertThat(record.value()).isEqualTo(new byte[] {1});
                    assertThat(header(record, "endpoint")).isEqualTo("crm");
                    assertThat(header(record, DeadLetterContext.ATTEMPT)).isEqualTo("6");
                });
    }

    private static DeadLetterContext webhook(Map<String, String> more) {
        return new DeadLetterContext(
                Topics.FRAUD_ALERTS.topicName(), 0, 7, NOON_MS, "webhook", "Timeout", "m", 5, "i", more);
    }

    @Test
    void whatCannotGoBackIsRefusedAndTheReasonNamed() {
        DeadLetterContext foreign =
                new DeadLetterContext("somewhere", 0, 7, NOON_MS, "decode", "E", "m", 1, "i", Map.of());
        Map<String, String> length = Map.of("value.bytes", "20000000");
        DeadLetterContext cut = new DeadLetterContext(
                Topics.TRANSACTIONS.topicName(), 0, 8, NOON_MS, "decode", "E", "m", 1, "i", length);
        give(
                new OutputRecord(
                        Topics.DEAD_LETTERS,
                        0,
                        null,
                        new byte[] {1},
                        webhook(Map.of()).headers()),
                new OutputRecord(Topics.DEAD_LETTERS, 0, null, new byte[] {1}, foreign.headers()),
                new OutputRecord(Topics.DEAD_LETTERS, 0, null, new byte[] {1}, cut.headers()),
                letter(99, "a", new byte[] {1}, "E", 1));
        Report report = redrive().run(ALL, count -> {});
        assertThat(report.letters()).isZero();
        assertThat(report.refused().keySet())
                .anyMatch(why -> why.contains("the beginning of its original only"))
                .anyMatch(why -> why.contains("no header endpoint"))
                .anyMatch(why -> why.contains("this came from somewhere"))
                .anyMatch(why -> why.contains("no partition 99"));
    }

    private Redrive redrive() {
        return new Redrive(log.cluster(), "somebody");
    }

    private List<DeadLetter> letters() {
        List<DeadLetter> letters = new ArrayList<>();
        new DeadLetterTopic(log.cluster()).each(letters::add);
        return letters;
    }

    private void give(OutputRecord... letters) {
        try (TransactionalAppender appender = new TransactionalAppender(log.cluster(), "letters")) {
            appender.append(List.of(letters));
        }
    }

    private static OutputRecord letter(int partition, String key, byte[] value, String error, int attempt) {
        byte[] bytes = key == null ? null : key.getBytes(StandardCharsets.UTF_8);
        LogRecord original = new LogRecord(
                Topics.TRANSACTIONS.topicName(),
                partition,
                17,
                NOON_MS,
                bytes,
                value,
                Map.of(DeadLetterContext.ATTEMPT, String.valueOf(attempt)));
        DeadLetterContext context = DeadLetterContext.of(original, "decide", error, "why", "weir-1");
        return new OutputRecord(Topics.DEAD_LETTERS, partition % 2, bytes, value, context.headers());
    }

    private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
        return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
    }
}
