package io.weir.training.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.training.replay.FeatureTable;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Test;

class SplitTest {
    private static final LocalDate START = LocalDate.of(2018, 4, 1);
    private static final long NOON_MS = 12 * 3_600_000L;

    /** Two days of training, days 0 and 1; a delay of two, days 2 and 3; two days of test, days 4 and 5. */
    private static final Split SPLIT = new Split(START, 2, 2, 2);

    @Test
    void trainsOnItsDays() {
        FeatureTable table = table(row("a", -1, false), row("a", 0, false), row("a", 1, false), row("a", 2, false));

        assertThat(SPLIT.trainingRows(table)).containsExactly(1, 2);
    }

    @Test
    void testsOnDaysAfterTheDelay() {
        FeatureTable table = table(row("a", 3, false), row("a", 4, false), row("b", 5, true), row("a", 6, false));

        assertThat(SPLIT.testRows(table)).containsExactly(1, 2);
    }

    @Test
    void leavesOutAccountsWhoseFraudIsKnownByTheDay() {
        FeatureTable table = table(
                row("early", -1, true), // before training: not counted
                row("first", 1, true), // known on day 4, the first of the test
                row("second", 2, true), // known on day 5
                row("third", 3, true), // known on day 6, after the test
                row("early", 4, false),
                row("first", 4, false),
                row("second", 4, false),
                row("third", 4, false),
                row("early", 5, false),
                row("first", 5, false),
                row("second", 5, false),
                row("third", 5, false));

        assertThat(SPLIT.testRows(table)).containsExactly(4, 6, 7, 8, 11);
    }

    @Test
    void foldsAreThoseOfTheBook() {
        assertThat(Handbook.TEST_FOLDS)
                .extracting(Split::trainFrom)
                .map(LocalDate::toString)
                .containsExactly("2018-08-15", "2018-08-08", "2018-08-01", "2018-07-25");
        assertThat(Handbook.VALIDATION_FOLDS)
                .extracting(Split::trainFrom)
                .map(LocalDate::toString)
                .containsExactly("2018-07-11", "2018-07-04", "2018-06-27", "2018-06-20");
        assertThat(Handbook.BASELINE.testFrom()).isEqualTo("2018-08-08");
        assertThat(Handbook.BASELINE.end()).isEqualTo("2018-08-15");
    }

    private record Row(String account, int day, boolean fraud) {}

    private static Row row(String account, int day, boolean fraud) {
        return new Row(account, day, fraud);
    }

    private static FeatureTable table(Row... rows) {
        FeatureTable.Builder builder = new FeatureTable.Builder(List.of());
        for (Row row : rows) {
            builder.add(Split.startMs(START.plusDays(row.day)) + NOON_MS, row.account, row.fraud, new double[0]);
        }
        return builder.build();
    }
}
