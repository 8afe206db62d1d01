package io.weir.server.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When a rule trips, and when it does not, on seeded streams. */
class FireRatesTest {
    private static final long SEED = Long.getLong("weir.seed", 20_261_122L);
    private static final Set<String> FIRED = Set.of("RULE");

    private final Random random = new Random(SEED);
    private FireRates rates = new FireRates(BreakerSettings.defaults());
    private long nowMs;

    /** Decisions at a rate, 10 ms apart; returns how many it took until the rule tripped, or -1. */
    private int fold(int decisions, double rate) {
        for (int i = 0; i < decisions; i++) {
            nowMs += 10;
            boolean fires = random.nextDouble() < rate;
            if (!rates.fold(nowMs, fires ? FIRED : Set.of(), true).isEmpty()) {
                return i + 1;
            }
        }
        return -1;
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.0001, 0.001, 0.01, 0.1, 0.6})
    void aRuleWhoseRateDoesNotChangeNeverTripsInMillionsOfDecisions(double rate) {
        assertThat(fold(2_000_000, rate)).as("seed %d", SEED).isEqualTo(-1);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.001, 0.002, 0.01, 0.04})
    void aRuleThatFiresTwentyTimesAsOftenTripsWithinAWindowOrTwo(double rate) {
        for (int run = 0; run < 50; run++) {
            rates = new FireRates(BreakerSettings.defaults());
            assertThat(fold(50_000, rate)).as("seed %d", SEED).isEqualTo(-1);
            assertThat(fold(4_000, 20 * rate)).as("seed %d, run %d", SEED, run).isBetween(1, 4_000);
        }
    }

    @Test
    void aRuleThatNeverFiredTripsSoonWhenItFiresAllTheTime() {
        assertThat(fold(10_000, 0)).isEqualTo(-1);
        assertThat(fold(1_000, 1)).isBetween(8, 12);
    }

    @Test
    void threeTimesAsOftenIsNoReason() {
        assertThat(fold(100_000, 0.01)).isEqualTo(-1);
        assertThat(fold(20_000, 0.03)).as("seed %d", SEED).isEqualTo(-1);
    }

    @Test
    void withoutEnoughHistoryNothingTrips() {
        assertThat(fold(5_000, 0)).isEqualTo(-1);
        assertThat(fold(900, 1)).isEqualTo(-1);
    }

    @Test
    void whatIsReadAgainAfterAStartIsHistoryAndTripsNothing() {
        for (int i = 0; i < 10_000; i++) {
            assertThat(rates.fold(nowMs, i < 9_900 ? Set.of() : FIRED, false)).isEmpty();
        }
        assertThat(rates.rate("RULE").recentDecisions()).isZero();
        assertThat(rates.rate("RULE").fired()).isEqualTo(100);
        assertThat(fold(1_000, 0.01)).as("seed %d", SEED).isEqualTo(-1);
        assertThat(fold(1_000, 0.5)).isPositive();
    }

    @Test
    void whatIsOlderThanTheWindowsTimeIsHistory() {
        fold(10_000, 0.01);
        nowMs += Duration.ofMinutes(6).toMillis();
        fold(1, 0);
        assertThat(rates.rate("RULE").recentDecisions()).isEqualTo(1);
        assertThat(rates.rate("RULE").recentFired()).isZero();
        assertThat(rates.rate("RULE").decisions()).isEqualTo(10_001);
    }

    @Test
    void aRuleTripsOnceAndNotInShadowAndWhoBringsItBackAcceptsItsRate() {
        fold(10_000, 0);
        assertThat(fold(100, 1)).isPositive();
        assertThat(fold(2_000, 1)).isEqualTo(-1); // it is being put in shadow
        rates.changed("RULE", true, 7);
        assertThat(fold(2_000, 1)).isEqualTo(-1);
        rates.changed("RULE", false, 8);
        assertThat(rates.rate("RULE").decisions()).isZero();
        assertThat(fold(20_000, 1)).isEqualTo(-1);
        assertThat(rates.rate("RULE").fired()).isEqualTo(20_000);
    }

    @Test
    void aRuleThatCouldNotBePutInShadowTripsAgainWhenItNextFires() {
        fold(10_000, 0);
        assertThat(fold(100, 1)).isPositive();
        rates.settled("RULE");
        List<FireRates.Tripped> again = rates.fold(nowMs, FIRED, true);
        assertThat(again).hasSize(1);
        assertThat(again.getFirst().changedAt()).isEqualTo(-1);
        rates.settled("RULE");
        rates.unwatch("RULE");
        assertThat(rates.fold(nowMs, FIRED, true)).isEmpty();
    }

    @Test
    void switchedOffItOnlyCounts() {
        rates = new FireRates(new BreakerSettings(false, 100, Duration.ofMinutes(1), 100, 5, 1e-9));
        fold(1_000, 0);
        assertThat(fold(100, 1)).isEqualTo(-1);
        assertThat(rates.rate("RULE").fired()).isEqualTo(100);
    }

    @Test
    void theSurpriseBoundsTheBinomialTail() {
        // All 12 firings in a sixth of the decisions: exactly (1/6)^12.
        assertThat(RateTest.surprise(12, 1_000, 0, 5_000)).isCloseTo(12 * Math.log(6), within(1e-9));
        assertThat(RateTest.surprise(1, 1_000, 5, 5_000)).isZero();
        for (int total : new int[] {5, 20, 60}) {
            for (int recent = 1; recent <= total; recent++) {
                double tail = tail(recent, total, 1.0 / 6);
                assertThat(Math.exp(-RateTest.surprise(recent, 1_000, total - recent, 5_000)))
                        .as("%d of %d", recent, total)
                        .isGreaterThanOrEqualTo(tail * (1 - 1e-9));
            }
        }
    }

    /** P(X ≥ k), X ~ Binomial(n, p), summed up. */
    private static double tail(int k, int n, double p) {
        double term = Math.pow(1 - p, n); // of 0
        double sum = k == 0 ? term : 0;
        for (int i = 1; i <= n; i++) {
            term *= (double) (n - i + 1) / i * p / (1 - p);
            sum += i >= k ? term : 0;
        }
        return sum;
    }
}
