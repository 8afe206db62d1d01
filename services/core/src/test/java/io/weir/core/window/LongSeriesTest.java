package io.weir.core.window;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Of a long series maximum, squares and distinct values are kept summed up: they equal a walk over the rows, always. */
class LongSeriesTest {
    private static final long BASE = 1_700_000_000_000L;
    private static final int EVENTS = 6_000;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void whatIsKeptEqualsTheWalk(long seed) {
        Random random = new Random(seed);
        EventSeries series = new EventSeries(0, 2);
        int kept = seed % 2 == 0 ? 100 + random.nextInt(200) : 300 + random.nextInt(EVENTS);
        int ids = 1 + random.nextInt(2_000);
        int windows = random.nextInt(3) == 0 ? 50 : 5; // also more than are kept counted
        for (int i = 0; i < EVENTS; i++) {
            // mostly in order, as partitions are read; now and then late, at times very late
            int late = random.nextInt(4) == 0 ? random.nextInt(random.nextInt(20) == 0 ? 1 + i : 30) : 0;
            int row = series.insert(BASE + 2L * Math.max(0, i - late), amount(random, i));
            series.setInt(0, row, random.nextInt(ids));
            series.setInt(1, row, random.nextInt(1 + ids / 50));
            if (random.nextInt(50) == 0) {
                series.setInt(0, series.start() + random.nextInt(series.end() - series.start()), random.nextInt(ids));
            }
            if (series.end() - series.start() > kept) {
                series.dropThrough(series.timeMs(series.end() - kept - (random.nextInt(500) == 0 ? 0 : 1)));
            }
            if (random.nextInt(4) == 0) {
                int window = random.nextInt(windows);
                long back = random.nextInt(5) == 0 ? random.nextInt(300) : late;
                long throughMs = BASE + 2L * (i - back) - window % 3 * 41;
                long lengthMs = 100 + window * 311L + (window % 2 == 0 ? 0 : 9_000);
                assertEqualToWalk(series, throughMs - lengthMs, throughMs, lengthMs, "seed " + seed + ", event " + i);
            }
        }
    }

    /** Rising, falling, random and negative stretches: what is largest is at either end or in the middle. */
    private static long amount(Random random, int i) {
        return switch (i / 700 % 4) {
            case 0 -> 1_000_000_000_000L - i;
            case 1 -> 1_000_000L + i;
            case 2 -> -random.nextLong(1_000_000_000_001L);
            default -> random.nextLong(1_000_000_000_001L);
        };
    }

    private static void assertEqualToWalk(EventSeries series, long afterMs, long throughMs, long lengthMs, String at) {
        int from = series.firstAfter(afterMs);
        int to = series.firstAfter(throughMs);
        long max = Long.MIN_VALUE;
        WideSum squares = new WideSum();
        Set<Integer> first = new HashSet<>(Set.of(0));
        Set<Integer> second = new HashSet<>(Set.of(0));
        for (int row = from; row < to; row++) {
            max = Math.max(max, series.amountMinor(row));
            squares.addSquareOf(series.amountMinor(row));
            first.add(series.getInt(0, row));
            second.add(series.getInt(1, row));
        }
        assertThat(series.maxMinor(from, to)).as("%s: maximum", at).isEqualTo(max);
        WideSum kept = new WideSum();
        series.addSquares(from, to, kept);
        assertThat(kept.low()).as("%s: squares", at).isEqualTo(squares.low());
        assertThat(kept.high()).as("%s: squares", at).isEqualTo(squares.high());
        assertThat(series.distinct(0, afterMs, throughMs, lengthMs, 0))
                .as("%s: distinct", at)
                .isEqualTo(first.size() - 1);
        assertThat(series.distinct(1, afterMs, throughMs, lengthMs, 0))
                .as("%s: distinct", at)
                .isEqualTo(second.size() - 1);
    }
}
