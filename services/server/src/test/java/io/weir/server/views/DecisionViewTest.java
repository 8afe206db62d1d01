package io.weir.server.views;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.events.Decision;
import io.weir.events.TransactionDecided;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DecisionViewTest {
    private static final long MIB = 1 << 20;

    @Test
    void holdsTheNewestThatFitWhateverTheOrderInWhichTheyCame() {
        DecisionView inOrder = new DecisionView(MIB);
        DecisionView shuffled = new DecisionView(MIB);
        List<Integer> ids = new ArrayList<>(IntStream.range(0, 10_000).boxed().toList());
        ids.forEach(id -> add(inOrder, id));
        Collections.shuffle(ids, new Random(7));
        ids.forEach(id -> add(shuffled, id));

        assertThat(inOrder.bytes()).isBetween(MIB * 9 / 10, MIB);
        assertThat(inOrder.evicted()).isPositive().isEqualTo(10_000 - inOrder.size());
        for (int id = 0; id < 10_000; id++) {
            boolean newest = id >= 10_000 - inOrder.size();
            assertThat(inOrder.get("tx-" + id) != null).as("tx-%s", id).isEqualTo(newest);
        }
        long firstDoubtful = 10_000 - inOrder.size() + 5; // at the edge, sizes differ by a digit of the id
        for (long id = firstDoubtful; id < 10_000; id++) {
            assertThat(shuffled.get("tx-" + id)).as("tx-%s", id).isEqualTo(inOrder.get("tx-" + id));
        }
    }

    @Test
    void anIdThatComesAgainOutlivesItsFirstDecision() {
        DecisionView view = new DecisionView(MIB);
        add(view, 0);
        TransactionDecided again = SampleEvents.decided("tx-0", "another-account", Decision.DECLINE, 5_000);
        for (int id = 1; id < 500; id++) {
            add(view, id);
        }
        view.add(new LogPosition(500, 1, 500), "tx-0", SampleEvents.held(again));
        for (int id = 501; view.get("tx-1") != null; id++) { // until the first decision on tx-0 is gone too
            add(view, id);
        }
        assertThat(view.get("tx-0")).isEqualTo(again);
    }

    private static void add(DecisionView view, int id) {
        view.add(
                new LogPosition(id, id % 4, id),
                "tx-" + id,
                SampleEvents.held(SampleEvents.decided("tx-" + id, "account-" + id % 10, Decision.REVIEW, id)));
    }
}
