package io.weir.core.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.weir.events.Hash64;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The columns hold, after every step, exactly the rows of a plain sorted list. */
class EventSeriesTest {
    private static final long BASE = 1_700_000_000_000L;

    private record Row(long timeMs, long amountMinor, long tag) {}

    /** The definition: everything taken in, sorted by (time, amount, arrival), less what was dropped. */
    private static final class Model {
        private final List<Row> rows = new ArrayList<>();

        void insert(Row row) {
            rows.add(row);
            rows.sort(Comparator.comparingLong(Row::timeMs).thenComparingLong(Row::amountMinor)); // stable
        }

        void dropThrough(long timeMs) {
            rows.removeIf(old -> old.timeMs <= timeMs);
        }
    }

    @Test
    void holdsTheSortedRowsAfterEveryInsertionAndDrop() {
        for (long seed = 0; seed < 250; seed++) {
            Random random = new Random(seed);
            EventSeries series = new EventSeries(2, 1);
            Model model = new Model();
            for (int i = 0; i < 120; i++) {
                // mostly forward, sometimes late or tied; few amounts, so that rows tie in both
                long position = Math.max(0, i / 2 - (random.nextInt(4) == 0 ? random.nextInt(60) : random.nextInt(3)));
                Row event = new Row(BASE + position, random.nextInt(3), i + 1);
                int row = series.insert(event.timeMs, event.amountMinor);
                model.insert(event);
                String at = "seed " + seed + ", event " + i;

                assertThat(series.getLong(0, row))
                        .as("%s: a new row's columns are 0", at)
                        .isZero();
                assertThat(series.getInt(0, row))
                        .as("%s: a new row's columns are 0", at)
                        .isZero();
                series.setLong(0, row, event.tag);
                if (i > 40) {
                    series.setLong(1, row, -event.tag);
                }
                series.setInt(0, row, i + 1);
                if (random.nextInt(10) == 0) {
                    long through = BASE + Math.max(0, position - random.nextInt(40));
                    series.dropThrough(through);
                    model.dropThrough(through);
                }
                assertHolds(series, model, at);
            }
        }
    }

    /** Days apart, before the first as well as after, and amounts of any size: what does not fit into a row's long any more. */
    @Test
    void holdsTheSortedRowsWhateverTheirTimesAndAmounts() {
        long day = 24L * 60 * 60 * 1000;
        for (long seed = 0; seed < 250; seed++) {
            Random random = new Random(seed);
            EventSeries series = new EventSeries(2, 1);
            Model model = new Model();
            long newest = BASE;
            for (int i = 0; i < 120; i++) {
                long timeMs = newest + (random.nextInt(3) - 1) * random.nextLong(30 * day);
                newest = Math.max(newest, timeMs);
                long limit = 1L << (random.nextInt(6) == 0 ? 40 : 29);
                long amount = random.nextInt(20) == 0 ? -random.nextLong(limit) : random.nextLong(limit);
                Row event = new Row(timeMs, random.nextInt(3) == 0 ? limit - 1 : amount, i + 1);
                series.dropThrough(newest - 120 * day);
                model.dropThrough(newest - 120 * day);
                int row = series.insert(event.timeMs, event.amountMinor);
                model.insert(event);
                series.setLong(0, row, event.tag);
                if (i > 40) {
                    series.setLong(1, row, -event.tag);
                }
                series.setInt(0, row, i + 1);
                if (random.nextInt(30) == 0) {
                    series.dropThrough(newest);
                    model.dropThrough(newest);
                }
                assertHolds(series, model, "seed " + seed + ", event " + i);
            }
        }
    }

    @Test
    void refusesRowsThatLieFurtherApartThanAnyHorizon() {
        EventSeries series = new EventSeries(0, 0);
        series.insert(BASE, 1);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> series.insert(BASE + TimedRows.SPAN_MS, 1))
                .withMessageContaining("further apart");
        assertThat(series.insert(BASE + TimedRows.SPAN_MS - 1, 1)).isEqualTo(series.end() - 1);
    }

    private static void assertHolds(EventSeries series, Model model, String at) {
        List<Row> rows = model.rows;
        assertThat(series.end() - series.start()).as("%s: rows", at).isEqualTo(rows.size());
        long sum = 0;
        for (int i = 0; i < rows.size(); i++) {
            int row = series.start() + i;
            Row held = new Row(series.timeMs(row), series.amountMinor(row), series.getLong(0, row));
            assertThat(held).as("%s: row %s", at, i).isEqualTo(rows.get(i));
            assertThat(series.getLong(1, row))
                    .as("%s: row %s, second column", at, i)
                    .isEqualTo(held.tag > 41 ? -held.tag : 0);
            assertThat(series.getInt(0, row))
                    .as("%s: row %s, int column", at, i)
                    .isEqualTo((int) held.tag);
            sum += held.amountMinor;
            assertThat(series.sumMinor(series.start(), row + 1))
                    .as("%s: sum to row %s", at, i)
                    .isEqualTo(sum);
        }
        for (int i = 0; i <= rows.size(); i++) {
            long timeMs = i < rows.size() ? rows.get(i).timeMs : BASE + 1_000;
            for (long asked = timeMs - 1; asked <= timeMs; asked++) {
                long through = asked;
                long notAfter =
                        rows.stream().filter(row -> row.timeMs <= through).count();
                assertThat(series.firstAfter(asked))
                        .as("%s: first after %s", at, asked)
                        .isEqualTo(series.start() + (int) notAfter);
            }
        }
    }

    @Test
    void startsEmpty() {
        EventSeries series = new EventSeries(0, 0);

        assertThat(series.end()).isEqualTo(series.start());
        assertThat(series.firstAfter(Long.MIN_VALUE)).isEqualTo(series.end());
        assertThat(series.sumMinor(series.start(), series.end())).isZero();
    }

    @Test
    void capacityFollowsTheRowsThatThereAreNotAllThatEverCame() {
        EventSeries series = new EventSeries(1, 0);
        for (int i = 0; i < 10_000; i++) {
            series.insert(BASE + i, 1_000_000_000_000L);
        }
        for (int i = 10_000; i < 100_000; i++) {
            series.insert(BASE + i, 1_000_000_000_000L);
            series.dropThrough(BASE + i - 50);
        }

        assertThat(series.end() - series.start()).isEqualTo(50);
        assertThat(series.capacity()).isLessThan(200);
    }

    @Test
    void sumsStayRightWhenTheSumOfAllThatEverCameOverflows() {
        EventSeries series = new EventSeries(0, 0);
        long amount = Long.MAX_VALUE / 8;
        for (int i = 0; i < 100; i++) {
            series.dropThrough(BASE + i - 4);
            int row = series.insert(BASE + i, amount);
            assertThat(series.amountMinor(row)).isEqualTo(amount);
        }

        assertThat(series.end() - series.start()).isEqualTo(4);
        assertThat(series.sumMinor(series.start(), series.end())).isEqualTo(4 * amount);
    }

    @Test
    void hashesAlikeInWhateverOrderTheRowsCame() {
        for (long seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            List<Row> rows = new ArrayList<>();
            for (int i = 0; i < 30; i++) {
                rows.add(new Row(BASE + random.nextInt(12), random.nextInt(3), 0));
            }
            long first = hash(rows);
            Collections.shuffle(rows, random);

            assertThat(hash(rows)).as("seed %s", seed).isEqualTo(first);
        }
    }

    private static long hash(List<Row> rows) {
        EventSeries series = new EventSeries(0, 0);
        rows.forEach(row -> series.insert(row.timeMs, row.amountMinor));
        Hash64 hash = new Hash64();
        series.addTo(hash);
        return hash.value();
    }
}
