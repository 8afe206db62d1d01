package io.weir.training.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.core.policy.Policy;
import io.weir.server.policy.PolicyCompiler;
import io.weir.server.policy.PolicyException;
import io.weir.training.evaluate.Handbook;
import io.weir.training.simulator.SimulatedTransaction;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class FeatureReplayTest {
    private static final long DAY_MS = 86_400_000L;
    private static final long START_MS = 17_000 * DAY_MS;

    private static Policy policy;

    @BeforeAll
    static void compile() throws PolicyException {
        policy = new PolicyCompiler().compile(Handbook.baselinePolicy());
    }

    @Test
    void keepsTheRowsAskedForAndWhatCameBeforeInTheirWindows() {
        FeatureReplay replay = new FeatureReplay(policy, List.of("amount", "account_count_7d"), 7 * DAY_MS);
        List<LabelledTransaction> history = List.of(
                transaction(0, 0, 1_000, false),
                transaction(1, 1, 2_000, false),
                transaction(2, 2, 3_000, true),
                transaction(3, 3, 4_000, false));

        FeatureTable table = replay.run(history, START_MS + DAY_MS, START_MS + 3 * DAY_MS);

        assertThat(table.rows()).isEqualTo(2);
        assertThat(table.names()).containsExactly("amount", "account_count_7d");
        assertThat(table.timeMs(0)).isEqualTo(START_MS + DAY_MS);
        assertThat(new double[] {table.value(0, 0), table.value(0, 1)}).containsExactly(20, 2);
        assertThat(new double[] {table.value(1, 0), table.value(1, 1)}).containsExactly(30, 3);
        assertThat(table.frauds(new int[] {0, 1})).containsExactly(false, true);
        assertThat(table.account(0)).isEqualTo(table.account(1));
    }

    @Test
    void aLabelIsKnownAfterTheDelayAndNotBefore() {
        List<LabelledTransaction> history = List.of(
                transaction(0, 0, 1_000, true),
                transaction(1, 6, 1_000, false),
                transaction(2, 7, 1_000, false),
                transaction(3, 10, 1_000, false));

        FeatureTable delayed = new FeatureReplay(policy, List.of("terminal_fraud_rate_7d"), 7 * DAY_MS)
                .run(history, START_MS, Long.MAX_VALUE);
        FeatureTable later = new FeatureReplay(policy, List.of("terminal_fraud_rate_7d"), 9 * DAY_MS)
                .run(history, START_MS, Long.MAX_VALUE);

        assertThat(List.of(delayed.value(1, 0), delayed.value(2, 0), delayed.value(3, 0)))
                .containsExactly(0.0, 1.0, 1.0);
        assertThat(List.of(later.value(1, 0), later.value(2, 0), later.value(3, 0)))
                .containsExactly(0.0, 0.0, 1.0);
    }

    @Test
    void namesAFeatureThatThePolicyDoesNotHave() {
        assertThatThrownBy(() -> new FeatureReplay(policy, List.of("amonut"), 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("amonut");
    }

    @Test
    void refusesWhatTheCoreRefuses() {
        FeatureReplay replay = new FeatureReplay(policy, List.of("amount"), 0);

        assertThatThrownBy(() -> replay.run(List.of(transaction(0, 0, -1, false)), 0, Long.MAX_VALUE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("amountMinor");
        assertThatThrownBy(() -> replay.run(
                        List.of(transaction(0, 1, 1, false), transaction(0, 1, 1, false)), 0, Long.MAX_VALUE))
                .hasMessageContaining("twice");
        assertThatThrownBy(() -> replay.run(
                        List.of(transaction(0, 1, 1, false), transaction(1, 0, 1, false)), 0, Long.MAX_VALUE))
                .hasMessageContaining("in the order of time");
    }

    private static LabelledTransaction transaction(long id, int day, long amountMinor, boolean fraud) {
        return LabelledTransaction.of(
                new SimulatedTransaction(id, START_MS + day * DAY_MS, 5, 6, amountMinor, fraud ? 1 : 0));
    }
}
