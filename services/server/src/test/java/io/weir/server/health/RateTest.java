package io.weir.server.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.server.health.Rate.Trend;
import org.junit.jupiter.api.Test;

class RateTest {
    @Test
    void aLagIsCaughtUpByWhatIsDoneBeyondWhatComes() {
        Rate rate = new Rate(1_000, 4_000);
        assertThat(rate.trend()).isEqualTo(Trend.FALLING);
        assertThat(rate.catchUpSeconds(60_000)).isEqualTo(20);
    }

    @Test
    void aLagThatGrowsIsNeverCaughtUp() {
        Rate rate = new Rate(1_000, 900);
        assertThat(rate.trend()).isEqualTo(Trend.RISING);
        assertThat(rate.catchUpSeconds(60_000)).isInfinite();
    }

    @Test
    void aLagThatStaysIsNeverCaughtUpEither() {
        Rate rate = new Rate(1_000, 1_000);
        assertThat(rate.trend()).isEqualTo(Trend.STEADY);
        assertThat(rate.catchUpSeconds(60_000)).isInfinite();
    }

    @Test
    void whatIsDoneWithinASecondIsUnderWayNotBehind() {
        assertThat(new Rate(1_001, 1_000).catchUpSeconds(500)).isEqualTo(0.5);
    }

    @Test
    void nothingWaitsForNothing() {
        assertThat(new Rate(0, 0).catchUpSeconds(0)).isZero();
        assertThat(Rate.UNKNOWN.catchUpSeconds(0)).isZero();
    }

    @Test
    void nothingDoneAtAllIsNever() {
        assertThat(new Rate(0, 0).catchUpSeconds(1)).isInfinite();
    }

    @Test
    void withoutAnEarlierLookThereIsNoRate() {
        assertThat(Rate.UNKNOWN.trend()).isEqualTo(Trend.UNKNOWN);
        assertThat(Rate.UNKNOWN.catchUpSeconds(5)).isNaN();
    }
}
