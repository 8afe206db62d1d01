package io.weir.core.window;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.core.policy.Aggregate;
import org.junit.jupiter.api.Test;

class PanesTest {
    private static final long FIRST = 1_700_000_000_000L;

    @Test
    void thereAreNeverMoreThanIsSaid() {
        Panes panes = new Panes(FIRST, FIRST);
        int most = 0;
        // every block of the last 130 days, looked at at moments of every phase
        for (long timeMs = FIRST; timeMs < FIRST + Aggregate.HORIZON_MS + 10L * 86_400_000; timeMs += 50_000) {
            panes.advance(timeMs);
            panes.raise(timeMs);
            assertThat(panes.add(timeMs, 1)).isTrue();
            most = Math.max(most, panes.size());
        }
        assertThat(most).isLessThanOrEqualTo(Panes.MAX_PANES).isGreaterThan(Panes.MAX_PANES - 20);
    }

    @Test
    void aSumTooLargeForALongStaysTheLargestLong() {
        Panes panes = new Panes(FIRST, FIRST);
        panes.add(FIRST, Long.MAX_VALUE - 1);
        assertThat(sum(panes)).isEqualTo(Long.MAX_VALUE - 1);
        panes.add(FIRST, 2);
        panes.add(FIRST, 2);
        assertThat(sum(panes)).isEqualTo(Long.MAX_VALUE);
        assertThat(panes.count(FIRST - 120_000, FIRST)).isEqualTo(3);
    }

    private static long sum(Panes panes) {
        WideSum sum = new WideSum();
        panes.addAmounts(FIRST - 120_000, FIRST, sum);
        return sum.saturated();
    }
}
