package io.weir.server.deadletters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.json.JsonObject;
import io.weir.events.EventWriter;
import io.weir.events.TransactionLabelled;
import io.weir.server.deadletters.DeadLetter.Position;
import io.weir.server.log.memory.MemoryLog;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What people see of a letter, and what they may write to find it. */
class ValueTextTest {
    private static final byte[] LABEL =
            new EventWriter(MemoryLog.IDS).write(new TransactionLabelled("t1", "a", 1, 2, true, "test"));

    @Test
    void anEventIsShownAsJson() {
        ValueText shown = ValueText.of(LABEL, MemoryLog.IDS);
        assertThat(shown.form()).contains("TransactionLabelled");
        assertThat(new JsonObject(shown.text()).getString("transactionId")).isEqualTo("t1");
    }

    @Test
    void whatIsNoEventIsShownAsBytes() {
        assertThat(ValueText.of(new byte[] {'h', 'i', 7}, MemoryLog.IDS).text()).contains("68 69 07", "hi.");
        assertThat(ValueText.of(null, MemoryLog.IDS).form()).isEqualTo("null");
        assertThat(ValueText.of(new byte[] {0, 0, 0, 99, 99, 1}, MemoryLog.IDS).form())
                .contains("unknown to the registry");
        assertThat(ValueText.of(Arrays.copyOf(LABEL, LABEL.length - 2), MemoryLog.IDS)
                        .form())
                .contains("which it does not have");
        assertThat(ValueText.of(Arrays.copyOf(LABEL, LABEL.length + 2), MemoryLog.IDS)
                        .form())
                .contains("something behind it");
        assertThat(ValueText.of(new byte[10_000], MemoryLog.IDS).text()).contains("5,904 bytes more");
    }

    @Test
    void noBytesEndInAFault() {
        long seed = new SplittableRandom().nextLong();
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 2_000; i++) {
            byte[] value = LABEL.clone();
            for (int flips = random.nextInt(4); flips >= 0; flips--) {
                value[random.nextInt(value.length)] = (byte) random.nextInt(256);
            }
            assertThat(ValueText.of(value, MemoryLog.IDS))
                    .describedAs("seed %s", seed)
                    .isNotNull();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "error",
                "colour=red",
                "partition=x",
                "since=yesterday",
                "until=2026-13-01",
                "position=3",
                "attempt="
            })
    void aConditionThatCannotBeUnderstoodIsNamed(String condition) {
        assertThatThrownBy(() -> DeadLetterFilter.parse(List.of(condition)))
                .isInstanceOf(IllegalArgumentException.class)
                .message()
                .containsAnyOf(condition, "'" + condition.replaceAll(".*=", "") + "'", "'colour'");
    }

    @Test
    void positionsAreWrittenAsTheyAreRead() {
        assertThat(Position.parse("3/17")).isEqualTo(new Position(3, 17)).hasToString("3/17");
        assertThatThrownBy(() -> Position.parse("17")).hasMessageContaining("partition/offset");
    }
}
