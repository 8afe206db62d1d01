package io.weir.server.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PartitionBreakersTest {
    private static final DeadLetterBreakerSettings SETTINGS = DeadLetterBreakerSettings.defaults();

    private long nowNs = 1;
    private Map<Integer, State> states = Map.of();
    private final PartitionBreakers breakers =
            new PartitionBreakers(SETTINGS, () -> nowNs, changed -> states = Map.copyOf(changed));

    @Test
    void withHalfAPercentOfDeadLettersItNeverOpens() {
        breakers.follow(List.of(0));
        long seed = new SplittableRandom().nextLong();
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 50_000; i++) {
            assertThat(breakers.take(0))
                    .describedAs("record %s, seed %s", i, seed)
                    .isTrue();
            breakers.passed(0, random.nextInt(200) == 0);
        }
    }

    @Test
    void atTheShareItIsClosedAndBeyondItItOpens() {
        breakers.follow(List.of(0));
        for (int i = 0; i < SETTINGS.window(); i++) {
            pass(0, i % 20 == 19); // 5 %
        }
        assertThat(states).containsEntry(0, State.CLOSED);
        pass(0, true);
        assertThat(states).containsEntry(0, State.OPEN);
        assertThat(breakers.take(0)).isFalse();
    }

    @Test
    void whereEverythingFailsItOpensAfterTheMinimum() {
        breakers.follow(List.of(0));
        assertThat(takenUntilOpen(0)).isEqualTo(SETTINGS.minimum());
    }

    @Test
    void afterThePauseAProbeThatFailsPausesItAgainAndOneThatIsFineLetsItGoOn() {
        breakers.follow(List.of(0));
        takenUntilOpen(0);
        nowNs += SETTINGS.pause().toNanos() - 1;
        assertThat(breakers.lets(0)).isFalse();
        nowNs += 2;
        assertThat(breakers.lets(0)).isTrue();
        assertThat(states).containsEntry(0, State.HALF_OPEN);
        assertThat(takenUntilOpen(0)).isEqualTo(SETTINGS.probe());
        nowNs += SETTINGS.pause().toNanos() + 1;
        for (int i = 0; i < SETTINGS.probe(); i++) {
            pass(0, false);
        }
        assertThat(states).containsEntry(0, State.CLOSED);
        assertThat(takenUntilOpen(0)).isEqualTo(SETTINGS.minimum()); // its window begins anew
    }

    @Test
    void partitionsDoNotConcernEachOtherAndOneThatComesAgainBeginsClosed() {
        breakers.follow(List.of(0, 1));
        takenUntilOpen(0);
        assertThat(states).containsEntry(0, State.OPEN).containsEntry(1, State.CLOSED);
        pass(1, false);
        breakers.follow(List.of(1));
        assertThat(states).containsOnlyKeys(1);
        breakers.follow(List.of(0, 1));
        assertThat(breakers.lets(0)).isTrue();
    }

    @Test
    void switchedOffItTakesEverything() {
        DeadLetterBreakerSettings off = new DeadLetterBreakerSettings(false, 0.05, 10, 1, Duration.ofSeconds(1), 1);
        PartitionBreakers none = new PartitionBreakers(off, () -> nowNs, changed -> states = changed);
        none.follow(List.of(0));
        for (int i = 0; i < 100; i++) {
            assertThat(none.take(0)).isTrue();
            none.passed(0, true);
        }
        assertThat(states).isEmpty();
    }

    @Test
    void settingsOutOfRangeNameTheOptionAndTheRange() {
        assertThatThrownBy(() -> new DeadLetterBreakerSettings(true, 5, 100, 10, Duration.ofSeconds(1), 1))
                .hasMessage("--dead-letter-breaker-share is 5.0; expected above 0 and below 1");
        assertThatThrownBy(() -> new DeadLetterBreakerSettings(true, 0.5, 100, 101, Duration.ofSeconds(1), 1))
                .hasMessageContaining("--dead-letter-breaker-minimum is 101");
        assertThatThrownBy(() -> new DeadLetterBreakerSettings(true, 0.5, 100, 1, Duration.ZERO, 1))
                .hasMessageContaining("--dead-letter-breaker-pause");
    }

    private void pass(int partition, boolean deadLetter) {
        assertThat(breakers.take(partition)).isTrue();
        breakers.passed(partition, deadLetter);
    }

    private int takenUntilOpen(int partition) {
        int taken = 0;
        while (breakers.take(partition)) {
            breakers.passed(partition, true);
            taken++;
        }
        return taken;
    }
}
