package io.weir.events;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class TopicsTest {
    static List<EventType<?>> types() {
        return EventType.all();
    }

    @Test
    void haveNamesOfTheirOwn() {
        assertThat(Topics.values()).extracting(Topics::topicName).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @EnumSource
    void areNamedAfterWhatTheyCarry(Topics topic) {
        assertThat(topic.topicName())
                .isEqualTo("weir." + topic.name().toLowerCase(Locale.ROOT).replace('_', '-'));
        assertThat(Topics.named(topic.topicName())).isSameAs(topic);
    }

    @Test
    void doNotAnswerToAnotherName() {
        assertThat(Topics.named("weir.nothing")).isNull();
    }

    @ParameterizedTest
    @EnumSource
    void haveSomeoneWhoWritesAndSomeoneWhoReads(Topics topic) {
        assertThat(topic.writers()).isNotEmpty().doesNotHaveDuplicates();
        assertThat(topic.readers()).isNotEmpty().doesNotHaveDuplicates();
        assertThat(topic.key()).isNotBlank();
    }

    @ParameterizedTest
    @EnumSource
    void haveSubjectsByTopicAndRecordName(Topics topic) {
        assertThat(topic.subject(TransactionSubmitted.TYPE))
                .isEqualTo(topic.topicName() + "-io.weir.events.TransactionSubmitted");
    }

    @ParameterizedTest
    @MethodSource("types")
    void carryEveryEventType(EventType<?> type) {
        assertThat(Topics.values()).anyMatch(topic -> topic.events().contains(type));
    }

    /** Every schema says on which topic its events travel: the two must not drift apart. */
    @ParameterizedTest
    @MethodSource("types")
    void areTheOnesThatTheSchemasName(EventType<?> type) {
        for (Topics topic : Topics.values()) {
            assertThat(type.schema().getDoc().contains("Topic: " + topic.topicName()))
                    .as(topic.topicName())
                    .isEqualTo(topic.events().contains(type));
        }
    }

    @Test
    void keepControlAndProfilesForeverAndTheRestForATime() {
        for (Topics topic : Topics.values()) {
            boolean forever = topic == Topics.CONTROL || topic.cleanup() == Topics.Cleanup.COMPACT;
            assertThat(topic.retentionMs() == Topics.FOREVER)
                    .as(topic.topicName())
                    .isEqualTo(forever);
            assertThat(forever || topic.retentionMs() >= 86_400_000)
                    .as(topic.topicName())
                    .isTrue();
        }
    }

    @Test
    void havePartitionsByTheAccountsButForControl() {
        assertThat(Arrays.stream(Topics.values()).filter(topic -> topic.partitions(12) != 12))
                .containsExactly(Topics.CONTROL);
        assertThat(Topics.CONTROL.partitions(12)).isOne();
    }
}
