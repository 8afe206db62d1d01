package io.weir.server.views;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AlertViewTest {
    private static final int MAXIMUM = 1_000;

    private final List<String> evicted = new ArrayList<>();
    private final AlertView view = new AlertView(MAXIMUM, (partition, offset) -> evicted.add(partition + "-" + offset));

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void pagingGivesEachAlertExactlyOnceWhileNewOnesComeIn(long seed) {
        Random random = new Random(seed);
        int id = 0;
        for (; id < 700; id++) {
            add(id, random);
        }
        List<Integer> seen = new ArrayList<>();
        LogPosition next = null;
        do {
            AlertView.Page page = view.page(alert -> true, cursor(next), 1 + random.nextInt(40));
            page.alerts().forEach(alert -> seen.add(idOf(alert)));
            next = page.next();
            for (int more = random.nextInt(8); more > 0 && id < MAXIMUM; more--) {
                add(id++, random);
            }
        } while (next != null);

        assertThat(seen)
                .as("seed %s", seed)
                .doesNotHaveDuplicates()
                .containsAll(IntStream.range(0, 700).boxed().toList());
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void pagingThroughAFullViewGivesNoAlertTwiceAndMissesOnlyWhatHadToGo(long seed) {
        Random random = new Random(seed);
        int id = 0;
        for (; id < MAXIMUM; id++) {
            add(id, random);
        }
        List<Integer> seen = new ArrayList<>();
        LogPosition next = null;
        do {
            AlertView.Page page = view.page(alert -> true, cursor(next), 50);
            page.alerts().forEach(alert -> seen.add(idOf(alert)));
            next = page.next();
            for (int more = random.nextInt(30); more > 0; more--) {
                add(id++, random);
            }
        } while (next != null);

        int goneByTheEnd = id - MAXIMUM;
        assertThat(seen)
                .as("seed %s", seed)
                .doesNotHaveDuplicates()
                .containsAll(IntStream.range(goneByTheEnd, MAXIMUM).boxed().toList());
        assertThat(view.size()).isEqualTo(MAXIMUM);
    }

    @Test
    void whatIsHeldDoesNotDependOnHowPartitionsWereInterleaved() {
        AlertView other = new AlertView(MAXIMUM, (partition, offset) -> {});
        List<Integer> ids = new ArrayList<>(IntStream.range(0, 3_000).boxed().toList());
        ids.forEach(id -> view.add(position(id), SampleEvents.heldAlert(id)));
        Collections.shuffle(ids, new Random(42));
        ids.forEach(id -> other.add(position(id), SampleEvents.heldAlert(id)));

        assertThat(other.all().keySet()).isEqualTo(view.all().keySet());
        assertThat(other.all().values())
                .extracting(AlertViewTest::idOf)
                .isEqualTo(view.all().values().stream().map(AlertViewTest::idOf).toList());
        assertThat(view.bytes())
                .isEqualTo(other.bytes())
                .isEqualTo(
                        view.all().values().stream().mapToLong(HeldAlert::bytes).sum());
        assertThat(view.page(alert -> true, null, 3).alerts())
                .extracting(AlertViewTest::idOf)
                .hasSize(3)
                .containsExactlyInAnyOrder(2_999, 2_998, 2_997);
        assertThat(view.evicted()).isEqualTo(2_000);
        assertThat(evicted).hasSize(2_000).contains("0-0");
    }

    @Test
    void aRareMatchTakesSeveralPagesAndIsFound() {
        AlertView large = new AlertView(3 * AlertView.SCANNED, (partition, offset) -> {});
        for (int id = 0; id < 3 * AlertView.SCANNED; id++) {
            large.add(position(id), SampleEvents.heldAlert(id));
        }
        List<Integer> found = new ArrayList<>();
        int pages = 0;
        LogPosition next = null;
        do {
            AlertView.Page page = large.page(alert -> idOf(alert) == 5, next, 10);
            page.alerts().forEach(alert -> found.add(idOf(alert)));
            next = page.next();
            pages++;
        } while (next != null);
        assertThat(found).containsExactly(5);
        assertThat(pages).isEqualTo(3);
    }

    @Test
    void cursorsAreReadBackAndAnythingElseIsRefused() {
        LogPosition position = new LogPosition(1_700_000_000_000L, 3, 812);
        assertThat(LogPosition.ofCursor(position.toCursor())).isEqualTo(position);
        assertThat(position.toCursor()).matches("[A-Za-z0-9_-]+");
        for (String wrong :
                List.of("x", "not a cursor", "AAAA", position.toCursor() + "AAAA", "/////////////////////////////")) {
            assertThat(LogPosition.ofCursor(wrong)).as(wrong).isNull();
        }
    }

    /** As the log's time goes: not backwards, several at a time, partitions at random. */
    private void add(int id, Random random) {
        view.add(new LogPosition(id / 3, random.nextInt(4), id), SampleEvents.heldAlert(id));
    }

    private static LogPosition position(int id) {
        return new LogPosition(id / 3, id % 4, id / 4);
    }

    private static LogPosition cursor(LogPosition position) {
        return position == null ? null : LogPosition.ofCursor(position.toCursor());
    }

    private static int idOf(HeldAlert alert) {
        return Integer.parseInt(alert.read().transactionId().substring(3));
    }
}
