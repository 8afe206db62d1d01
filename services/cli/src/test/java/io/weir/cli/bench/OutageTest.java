package io.weir.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.cli.bench.Outage.Arrival;
import io.weir.load.report.Plot.Series;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A gap and the time to catch up, from when decisions came: 10 transactions a second, decided every 100 ms. */
class OutageTest {
    private static final long S = 1_000_000_000;

    private final List<Arrival> arrivals = new ArrayList<>();

    @Test
    void theGapIsTheLongestSilenceThatEndsAfterTheKill() {
        steady(0, 10);
        arrive(10.1, 101, 101); // decided before the kill at 10 s, seen after it
        arrive(14.1, 141, 121);
        arrive(15, 150, 150);

        Outage outage = Outage.of(arrivals, 10 * S, 20 * S);

        assertThat(outage.gapSeconds()).isEqualTo(4);
        assertThat(outage.caughtUpSeconds()).isEqualTo(5);
        assertThat(outage.mostWaiting()).isEqualTo(141 - 101);
    }

    @Test
    void whatWaitedBeforeTheKillMayWaitAfterwards() {
        steady(0, 9);
        arrive(9.5, 95, 92);
        arrive(13, 130, 100);
        arrive(14, 140, 136);
        arrive(15, 150, 147);

        assertThat(Outage.of(arrivals, 10 * S, 20 * S).caughtUpSeconds()).isEqualTo(5);
    }

    @Test
    void whoCatchesUpOnlyOnceThereIsNoLoadHasNotCaughtUp() {
        steady(0, 10);
        arrive(15, 150, 120);
        arrive(21, 200, 200);

        assertThat(Outage.of(arrivals, 10 * S, 20 * S).caughtUpSeconds()).isNaN();
    }

    @Test
    void theSeriesShowsTheMostThatWaitedInEachFifthOfASecond() {
        arrive(9.9, 99, 99);
        arrive(10.0, 100, 100);
        arrive(12.0, 120, 110);

        Series series = Outage.series("one", arrivals, 10 * S);

        assertThat(series.x()).containsExactly(0, 2);
        assertThat(series.y()).containsExactly(1, 20);
    }

    private void steady(int fromSecond, int toSecond) {
        for (int tenth = fromSecond * 10; tenth < toSecond * 10; tenth++) {
            arrive(tenth / 10.0, tenth, tenth);
        }
    }

    private void arrive(double second, long appended, long decided) {
        arrivals.add(new Arrival(Math.round(second * S), appended, decided));
    }
}
