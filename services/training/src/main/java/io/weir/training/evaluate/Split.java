package io.weir.training.evaluate;

import io.weir.training.replay.FeatureTable;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * A split in time, in UTC days: train, wait until the labels are known, test.
 *
 * @param trainFrom first day of training
 * @param trainDays how many days to train on
 * @param delayDays how many days labels take, and lie between training and test
 * @param testDays how many days to test on
 */
public record Split(LocalDate trainFrom, int trainDays, int delayDays, int testDays) {
    private static final long DAY_MS = Duration.ofDays(1).toMillis();

    /** The first day of the test. */
    public LocalDate testFrom() {
        return trainFrom.plusDays(trainDays + (long) delayDays);
    }

    /** The day after the test. */
    public LocalDate end() {
        return testFrom().plusDays(testDays);
    }

    /** The rows to train on. */
    public int[] trainingRows(FeatureTable table) {
        return rows(table, trainFrom, trainFrom.plusDays(trainDays)).toArray();
    }

    /**
     * The rows to test on: on each day without the accounts that are known, by labels of this split's delay, to have had
     * a fraud since training began. Their cards are blocked by then.
     */
    public int[] testRows(FeatureTable table) {
        Set<Integer> compromised = new HashSet<>();
        addCompromised(table, trainFrom, trainFrom.plusDays(trainDays - 1L), compromised);
        IntStream rows = IntStream.empty();
        for (LocalDate day = testFrom(); day.isBefore(end()); day = day.plusDays(1)) {
            LocalDate known = day.minusDays(delayDays + 1L);
            addCompromised(table, known, known.plusDays(1), compromised);
            Set<Integer> leftOut = Set.copyOf(compromised);
            rows = IntStream.concat(
                    rows, rows(table, day, day.plusDays(1)).filter(row -> !leftOut.contains(table.account(row))));
        }
        return rows.toArray();
    }

    /** The UTC day of a row, as days since 1970-01-01. */
    static int dayOf(FeatureTable table, int row) {
        return (int) Math.floorDiv(table.timeMs(row), DAY_MS);
    }

    private static void addCompromised(FeatureTable table, LocalDate from, LocalDate to, Set<Integer> compromised) {
        rows(table, from, to).filter(table::fraud).forEach(row -> compromised.add(table.account(row)));
    }

    private static IntStream rows(FeatureTable table, LocalDate from, LocalDate to) {
        return IntStream.range(table.firstAt(startMs(from)), table.firstAt(startMs(to)));
    }

    static long startMs(LocalDate day) {
        return day.atStartOfDay().toInstant(ZoneOffset.UTC).toEpochMilli();
    }
}
