package io.weir.server.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BatchTimesTest {
    private final BatchTimes times = new BatchTimes();

    @Test
    void aBatchIsFoundByItsRecordsOnly() {
        List<LogRecord> records = new ArrayList<>(records(0, 10, 12));
        records.addAll(records(3, 7, 7));
        BatchTimes.Batch batch = times.folded(records, 100, 200);
        assertThat(times.of(0, 10)).isSameAs(batch);
        assertThat(times.of(0, 12)).isSameAs(batch);
        assertThat(times.of(3, 7)).isSameAs(batch);
        assertThat(times.of(0, 9)).isNull();
        assertThat(times.of(0, 13)).isNull();
        assertThat(times.of(1, 10)).isNull();
        assertThat(batch.beganNs()).isEqualTo(100);
        assertThat(batch.foldedNs()).isEqualTo(200);
        assertThat(batch.committedNs()).isNull();
        batch.committed(300);
        assertThat(batch.committedNs()).isEqualTo(300);
    }

    @Test
    void whatOthersDecidedBetweenTwoBatchesIsNotTakenForOurs() {
        BatchTimes.Batch first = times.folded(records(0, 10, 20), 1, 2);
        BatchTimes.Batch second = times.folded(records(0, 30, 40), 3, 4);
        assertThat(times.of(0, 25)).isNull();
        assertThat(times.of(0, 15)).isSameAs(first);
        assertThat(times.of(0, 30)).isSameAs(second);
    }

    @Test
    void onlyTheNewestAreKept() {
        for (int i = 0; i < 10_000; i++) {
            times.folded(records(0, i, i), i, i);
        }
        assertThat(times.of(0, 0)).isNull();
        assertThat(times.of(0, 9_900))
                .isNotNull()
                .extracting(BatchTimes.Batch::beganNs)
                .isEqualTo(9_900L);
    }

    private static List<LogRecord> records(int partition, int from, int to) {
        List<LogRecord> records = new ArrayList<>();
        for (int offset = from; offset <= to; offset++) {
            records.add(new LogRecord("topic", partition, offset, 0, null, null, Map.of()));
        }
        return records;
    }
}
