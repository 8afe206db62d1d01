package io.weir.server.views;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.core.policy.Entity;
import org.junit.jupiter.api.Test;

class EntityViewTest {
    private static final long MIB = 1 << 20;

    private final EntityView view = new EntityView(MIB);

    @Test
    void showsTheLastTwentyTransactionsEachOnce() {
        for (int i = 0; i < 50; i++) {
            int time = i ^ 1; // partitions are read in any order
            view.add(at(time), SampleEvents.submitted("tx-" + time, "account", "till", 7));
        }
        view.add(at(60), SampleEvents.submitted("tx-45", "account", "till", 7)); // a retry
        view.add(at(61), SampleEvents.submitted("tx-45", "another", "till", 7));
        assertThat(view.get(Entity.TERMINAL, "till"))
                .hasSize(20)
                .extracting(seen -> seen.accountId() + " " + seen.transactionId())
                .doesNotHaveDuplicates()
                .startsWith("another tx-45", "account tx-49", "account tx-48")
                .contains("account tx-45", "account tx-31")
                .doesNotContain("account tx-30");
        assertThat(view.get(Entity.MERCHANT, "till")).isEmpty();
    }

    @Test
    void staysWithinItsBytesHoweverManyEntitiesThereAre() {
        for (int i = 0; i < 20_000; i++) {
            view.add(at(i), SampleEvents.submitted("tx-" + i, "account", "till-" + i, i));
        }
        assertThat(view.bytes()).isLessThanOrEqualTo(MIB);
        assertThat(view.size()).isPositive();
        assertThat(view.evicted()).isEqualTo(20_000 - view.size());
    }

    private static LogPosition at(long timestampMs) {
        return new LogPosition(timestampMs, 0, timestampMs);
    }
}
