package io.weir.core.decide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.weir.core.policy.Aggregate;
import io.weir.core.policy.Aggregate.Function;
import io.weir.core.policy.Entity;
import io.weir.core.policy.FeatureDefinition;
import io.weir.core.policy.FeatureDefinition.Aggregated;
import io.weir.core.policy.Label;
import io.weir.core.policy.Measure;
import io.weir.core.policy.Policy;
import io.weir.events.Sha256;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Filters, values, labels and what comes since the last, in examples. */
class SelectionsTest {
    private static final long NOON = 1_750_000_000_000L;
    private static final long MINUTE = 60_000;
    private static final long DAY = 1_440 * MINUTE;

    private long offset;

    private static Aggregated feature(
            String name, Entity entity, Function function, @Nullable Measure measure, @Nullable Label label) {
        return new Aggregated(name, new Aggregate(entity, function, null, DAY, 0, measure, label));
    }

    private static Policy policy(FeatureDefinition... features) {
        return new Policy("p", Sha256.of(new byte[0]), List.of(features), List.of(), 50, 80);
    }

    private static DecisionStateMachine machine(Policy policy) {
        DecisionStateMachine machine = new DecisionStateMachine(Selections.of(List.of(policy)));
        machine.activate(policy);
        return machine;
    }

    private static Submission payment(String id, int minute, long amount) {
        return Submission.of(id).terminal("T1").at(NOON + minute * MINUTE).amount(amount);
    }

    private double[] decide(DecisionStateMachine machine, Submission submission) {
        Outcome outcome = machine.decide(submission.event(), 0, offset++);
        return ((Outcome.Decided) outcome).decision().featureValues();
    }

    private void label(DecisionStateMachine machine, Submission submission, boolean fraud) {
        assertThat(machine.decide(submission.label(fraud), 0, offset++)).isInstanceOf(Outcome.Labelled.class);
    }

    @Test
    void aValueIsThatOfItsOwnTimeWhateverComesAfterIt() {
        Aggregated mean = feature("mean", Entity.ACCOUNT, Function.MEAN, null, null);
        Measure ratio =
                new Measure("ratio", null, (transaction, f) -> transaction.amountMinor() / f[0], Map.of(0, mean));
        DecisionStateMachine machine =
                machine(policy(mean, feature("ratios", Entity.TERMINAL, Function.SUM, ratio, null)));

        assertThat(decide(machine, payment("one", 0, 100))).containsExactly(100, 1);
        assertThat(decide(machine, payment("two", 1, 300)))
                .as("its own amount included")
                .containsExactly(200, 2.5);
        assertThat(decide(machine, payment("late", -1, 800)))
                .as("the windows of a late one end at its time")
                .containsExactly(800, 1);
        assertThat(decide(machine, payment("three", 2, 400)))
                .as("1 + 1.5 + 1 + 400 / 400; the late one changed the means, not the values")
                .containsExactly(400, 4.5);
    }

    @Test
    void aMeasureMayReadWhatTheAccountsOwnSelectionsGive() {
        Aggregated mean = feature("mean", Entity.ACCOUNT, Function.MEAN, null, null);
        Measure usual =
                new Measure("usual", (transaction, f) -> transaction.amountMinor() < 1.5 * f[0], null, Map.of(0, mean));
        Aggregated robust = feature("robust", Entity.ACCOUNT, Function.MEAN, usual, null);
        Measure excess = new Measure(
                "excess",
                (transaction, f) -> transaction.amountMinor() > 2 * f[1],
                (transaction, f) -> transaction.amountMinor() - 2 * f[1],
                Map.of(0, mean, 1, robust));
        DecisionStateMachine machine =
                machine(policy(mean, robust, feature("excess", Entity.ACCOUNT, Function.SUM, excess, null)));

        decide(machine, payment("one", 0, 100));
        assertThat(decide(machine, payment("two", 1, 900))).containsExactly(500, 100, 700);
        assertThat(decide(machine, payment("three", 2, 200))).containsExactly(400, 150, 700);
        assertThat(machine.lastResult(excess)).isEqualTo(Measure.NOT_TAKEN);
    }

    @Test
    void aLabelReachesEveryWindowThatHasTheTransactionAndCanChange() {
        Measure large = new Measure("large", (transaction, f) -> transaction.amountMinor() > 100, null, Map.of());
        DecisionStateMachine machine = machine(policy(
                feature("frauds", Entity.TERMINAL, Function.SUM, null, Label.FRAUD),
                feature("genuine", Entity.TERMINAL, Function.SUM, null, Label.GENUINE),
                feature("known", Entity.TERMINAL, Function.MEAN, null, Label.KNOWN),
                feature("large_frauds", Entity.TERMINAL, Function.COUNT, large, Label.FRAUD),
                feature("rate", Entity.TERMINAL, Function.FRAUD_RATE, large, null)));
        Submission small = payment("small", 0, 60);
        Submission big = payment("big", 1, 200);
        decide(machine, small);
        decide(machine, big);
        assertThat(decide(machine, payment("a", 2, 0))).containsExactly(0, 0, Double.NaN, 0, 0);

        label(machine, small, true);
        label(machine, big, true);
        assertThat(decide(machine, payment("b", 3, 0))).containsExactly(260, 0, 130, 2 - 1, 1);
        label(machine, big, false);
        assertThat(decide(machine, payment("c", 4, 0))).containsExactly(60, 200, 130, 0, 0);
        label(machine, big, false);
        label(machine, small, false);
        assertThat(decide(machine, payment("d", 5, 0))).containsExactly(0, 260, 130, 0, 0);
        label(machine, big, true);
        assertThat(decide(machine, payment("e", 6, 0))).containsExactly(200, 60, 130, 1, 1);
    }

    @Test
    void sinceTheLastOneThatIsSelected() {
        Measure large = new Measure("large", (transaction, f) -> transaction.amountMinor() > 100, null, Map.of());
        DecisionStateMachine machine = machine(policy(
                feature("since_large", Entity.TERMINAL, Function.SINCE_LAST, large, null),
                feature("count_since_large", Entity.TERMINAL, Function.COUNT_SINCE_LAST, large, null),
                feature("since_genuine", Entity.TERMINAL, Function.SINCE_LAST, null, Label.GENUINE),
                feature("count_since_genuine", Entity.TERMINAL, Function.COUNT_SINCE_LAST, null, Label.GENUINE)));
        double none = Double.NaN;
        Submission first = payment("one", 0, 101);

        assertThat(decide(machine, first)).as("itself does not count").containsExactly(none, none, none, none);
        assertThat(decide(machine, payment("two", 1, 5))).containsExactly(MINUTE, 0, none, none);
        label(machine, first, false);
        assertThat(decide(machine, payment("three", 3, 500))).containsExactly(3 * MINUTE, 1, 3 * MINUTE, 1);
        assertThat(decide(machine, payment("four", 3, 500).account("a2")))
                .as("another one at the same time is before it, and not later than itself")
                .containsExactly(0, 0, 3 * MINUTE, 2);
        assertThat(decide(machine, payment("five", 4, 5))).containsExactly(MINUTE, 0, 4 * MINUTE, 3);
        assertThat(decide(machine, payment("six", 3 + 1_440, 5)))
                .as("the window has passed")
                .containsExactly(none, none, none, none);
    }

    @Test
    void withADelayTheSearchForTheLastOneEndsBeforeThisOne() {
        Aggregate since =
                new Aggregate(Entity.TERMINAL, Function.SINCE_LAST, null, 10 * MINUTE, 5 * MINUTE, null, Label.GENUINE);
        Aggregate count = new Aggregate(
                Entity.TERMINAL, Function.COUNT_SINCE_LAST, null, 10 * MINUTE, 5 * MINUTE, null, Label.GENUINE);
        DecisionStateMachine machine = machine(policy(new Aggregated("since", since), new Aggregated("count", count)));
        Submission first = payment("one", 0, 5);
        Submission second = payment("two", 2, 5);
        decide(machine, first);
        decide(machine, second);
        label(machine, first, false);
        label(machine, second, false);

        assertThat(decide(machine, payment("three", 4, 5)))
                .as("both are younger than the delay")
                .containsExactly(Double.NaN, Double.NaN);
        assertThat(decide(machine, payment("four", 5, 5))).containsExactly(5 * MINUTE, 2);
        assertThat(decide(machine, payment("five", 7, 5)))
                .as("the end of the window is inside")
                .containsExactly(5 * MINUTE, 2);
        assertThat(decide(machine, payment("six", 17, 5)))
                .as("its beginning is outside")
                .containsExactly(Double.NaN, Double.NaN);
    }

    @Test
    void countsTheAccountsAtATerminalWhereAPolicyAsksForThem() {
        Policy counting = policy(new Aggregated(
                "accounts", new Aggregate(Entity.TERMINAL, Function.DISTINCT, Entity.ACCOUNT, 10 * MINUTE, 0)));
        DecisionStateMachine machine = machine(counting);

        assertThat(decide(machine, payment("one", 0, 5))).containsExactly(1);
        assertThat(decide(machine, payment("two", 1, 5))).containsExactly(1);
        assertThat(decide(machine, payment("three", 2, 5).account("a2"))).containsExactly(2);
        assertThat(decide(machine, payment("four", 11, 5).account("a3")))
                .as("the first account's last one has left the window")
                .containsExactly(2);

        DecisionStateMachine without = machine(policy(feature("count", Entity.TERMINAL, Function.COUNT, null, null)));
        assertThatIllegalStateException()
                .isThrownBy(() -> without.activate(counting))
                .withMessageContaining("accounts")
                .withMessageContaining("does not keep");
        assertThat(Selections.of(List.of(counting))).isNotEqualTo(Selections.NONE);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Aggregate(Entity.DEVICE, Function.DISTINCT, Entity.DEVICE, DAY, 0));
    }

    @Test
    void valuesAreRoundedToMillionthsAndCutOff() {
        Measure measure = new Measure("value", null, (transaction, f) -> f[0], Map.of());
        assertThat(measure.of(payment("t", 0, 1).event(), new double[] {0.0000015}))
                .isEqualTo(2);
        assertThat(measure.of(payment("t", 0, 1).event(), new double[] {-2.5})).isEqualTo(-2_500_000);
        assertThat(measure.of(payment("t", 0, 1).event(), new double[] {1e300})).isEqualTo(500_000_000_000_000L);
        assertThat(measure.of(payment("t", 0, 1).event(), new double[] {Double.NEGATIVE_INFINITY}))
                .isEqualTo(-500_000_000_000_000L);
        assertThat(measure.of(payment("t", 0, 1).event(), new double[] {Double.NaN}))
                .isEqualTo(Measure.NOT_TAKEN);
    }

    @Test
    void aPolicyWhoseSelectionsAreNotKeptIsRefused() {
        Measure large = new Measure("large", (transaction, f) -> transaction.amountMinor() > 100, null, Map.of());
        Policy plain = policy(feature("count", Entity.TERMINAL, Function.COUNT, null, null));
        Policy filtered = policy(feature("larger", Entity.TERMINAL, Function.COUNT, large, null));
        Policy labelled = policy(feature("genuine", Entity.TERMINAL, Function.COUNT, large, Label.GENUINE));
        DecisionStateMachine machine = machine(filtered);

        assertThatIllegalStateException()
                .isThrownBy(() -> machine.activate(labelled))
                .withMessageContaining("genuine")
                .withMessageContaining("does not keep");
        decide(machine, payment("one", 0, 200));
        assertThat(machine.score(plain, payment("one", 0, 200).event(), 0, 0)
                        .decision()
                        .featureValues())
                .containsExactly(1);
        assertThatIllegalStateException()
                .isThrownBy(() -> machine.score(labelled, payment("one", 0, 200).event(), 0, 0));
        assertThat(Selections.of(List.of(plain))).isEqualTo(Selections.NONE);
        assertThat(Selections.of(List.of(filtered, labelled)))
                .isEqualTo(Selections.of(List.of(labelled)))
                .isNotEqualTo(Selections.of(List.of(filtered)));
    }

    @Test
    void aMeasureReadsTheAccountOnly() {
        Aggregated foreign = feature("at_terminal", Entity.TERMINAL, Function.COUNT, null, null);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Measure("m", (transaction, f) -> f[0] > 1, null, Map.of(0, foreign)))
                .withMessageContaining("at_terminal");
    }
}
