package io.weir.server.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.events.Topics;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DeadLetterContextTest {
    private static final byte[] KEY = {1};
    private static final byte[] VALUE = {2, 3};

    @Test
    void whatIsWrittenIsReadBack() {
        DeadLetterContext context = DeadLetterContext.of(record(Map.of()), "decide", "InvalidLabel", "why", "weir-1")
                .with("endpoint", "crm");
        assertThat(DeadLetterContext.of(context.headers())).isEqualTo(context);
        assertThat(context.headers())
                .containsOnlyKeys(
                        "source.topic",
                        "source.partition",
                        "source.offset",
                        "source.timestamp.ms",
                        "stage",
                        "error",
                        "message",
                        "attempt",
                        "instance",
                        "endpoint")
                .containsEntry("source.offset", "17")
                .containsEntry("attempt", "1");
    }

    @Test
    void theLetterHasTheOriginalsBytesAndPartition() {
        LogRecord record = record(Map.of());
        OutputRecord letter = DeadLetterContext.of(record, "decode", "MalformedValue", null, "weir-1")
                .letter(record);
        assertThat(letter.topic()).isEqualTo(Topics.DEAD_LETTERS);
        assertThat(letter.partition()).isEqualTo(3);
        assertThat(letter.key()).isEqualTo(KEY);
        assertThat(letter.value()).isEqualTo(VALUE);
    }

    @Test
    void aRecordThatWasPutBackSaysWhichAttemptItIs() {
        Map<String, String> headers = Map.of(DeadLetterContext.ATTEMPT, "4");
        assertThat(DeadLetterContext.of(record(headers), "decode", "E", null, "weir-1")
                        .attempt())
                .isEqualTo(4);
    }

    @Test
    void otherPeoplesHeadersAreNoDeadLetterAndNoFault() {
        assertThat(DeadLetterContext.of(Map.of())).isNull();
        assertThat(DeadLetterContext.of(
                        Map.of("source.topic", "t", "stage", "s", "error", "e", "source.partition", "x")))
                .isNull();
        assertThat(DeadLetterContext.of(record(Map.of("attempt", "often")), "s", "e", null, "i")
                        .attempt())
                .isEqualTo(1);
    }

    @Test
    void messagesAreBounded() {
        DeadLetterContext context = DeadLetterContext.of(record(Map.of()), "s", "e", "x".repeat(5_000), "i");
        assertThat(context.message()).hasSize(1_001).endsWith("…");
    }

    private static LogRecord record(Map<String, String> headers) {
        return new LogRecord(Topics.TRANSACTIONS.topicName(), 3, 17, 1_700_000_000_000L, KEY, VALUE, headers);
    }
}
