package io.weir.core.decide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.core.policy.Aggregate;
import io.weir.core.policy.Aggregate.Function;
import io.weir.core.policy.Entity;
import io.weir.core.policy.FeatureDefinition;
import io.weir.core.policy.FeatureDefinition.Aggregated;
import io.weir.core.policy.FeatureDefinition.Computed;
import io.weir.core.policy.NumberExpression;
import io.weir.core.policy.Policy;
import io.weir.core.policy.Rule;
import io.weir.events.Decision;
import io.weir.events.Feature;
import io.weir.events.FraudAlertRaised;
import io.weir.events.Reason;
import io.weir.events.Sha256;
import io.weir.events.TransactionDecided;
import io.weir.events.TransactionSubmitted;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** From feature values to score, decision, reasons and alert. */
class ScoringTest {
    private static final Sha256 DOCUMENT = Sha256.of("document".getBytes(StandardCharsets.UTF_8));

    private static Policy policy(List<FeatureDefinition> features, List<Rule> rules) {
        return new Policy("p-1", DOCUMENT, features, rules, 50, 80);
    }

    private static Rule always(String code, double weight) {
        return new Rule(code, (transaction, features) -> true, weight, "because of " + code);
    }

    private static Rule never(String code) {
        return new Rule(code, (transaction, features) -> false, 100, "never");
    }

    private static Rule failing(String code) {
        return new Rule(
                code,
                (transaction, features) -> {
                    throw new ArithmeticException("/ by zero");
                },
                100,
                "never");
    }

    private static Outcome.Decided decide(Policy policy, TransactionSubmitted transaction) {
        DecisionStateMachine core = new DecisionStateMachine(Selections.of(List.of(policy)));
        core.activate(policy);
        return (Outcome.Decided) core.decide(transaction, 2, 77);
    }

    private static Outcome.Decided decide(Rule... rules) {
        return decide(policy(List.of(), List.of(rules)), new Submission().event());
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0, 0, APPROVE",
        "49.999, 0, 49.999, APPROVE",
        "50, 0, 50, REVIEW",
        "20, 30, 50, REVIEW",
        "79.999, 0, 79.999, REVIEW",
        "80, 0, 80, DECLINE",
        "100, 100, 100, DECLINE",
        "100, -30, 70, REVIEW",
        "-30, 0, 0, APPROVE",
        "-100, 60, 0, APPROVE"
    })
    void weightsAddUpAreClampedAndMeetTheThresholds(double first, double second, double score, Decision decision) {
        TransactionDecided decided =
                decide(always("A", first), always("B", second)).decision();

        assertThat(decided.score()).isEqualTo(score);
        assertThat(decided.decision()).isEqualTo(decision);
    }

    @Test
    void aScoreIsNeverNegativeZero() {
        double score = decide(always("A", -0.0)).decision().score();

        assertThat(Double.doubleToRawLongBits(score)).isZero();
    }

    @Test
    void theSumIsClampedNotItsSteps() {
        assertThat(decide(always("A", -100), always("B", 100), always("C", 90), always("D", -10))
                        .decision()
                        .score())
                .isEqualTo(80);
    }

    @Test
    void reasonsAreTheRulesHitInThePolicysOrder() {
        assertThat(decide(always("Z", 10), never("N"), always("A", -5), failing("F"), always("M", 10))
                        .decision()
                        .reasons())
                .containsExactly(
                        new Reason("Z", "because of Z", 10),
                        new Reason("A", "because of A", -5),
                        new Reason("M", "because of M", 10));
        assertThat(decide(never("N")).decision().reasons()).isEmpty();
    }

    @Test
    void aRuleThatEndsInAnErrorDoesNotHoldAndTheOthersCount() {
        TransactionDecided decided = decide(failing("F"), always("A", 55)).decision();

        assertThat(decided.score()).isEqualTo(55);
        assertThat(decided.decision()).isEqualTo(Decision.REVIEW);
    }

    @Test
    void aFeatureThatEndsInAnErrorIsNotANumberAndTheOthersAreComputed() {
        List<FeatureDefinition> features = List.of(
                new Computed("fails", (transaction, values) -> transaction.amountMinor() / (int) (values[0] * 0)),
                new Computed("amount", (transaction, values) -> transaction.amountMinor()),
                new Computed("double", (transaction, values) -> 2 * values[1]),
                new Computed("uses", (transaction, values) -> values[0] + 1));
        Rule rule = new Rule("R", (transaction, values) -> values[2] == 14, 10, "twice seven");

        TransactionDecided decided = decide(
                        policy(features, List.of(rule)),
                        new Submission().amount(7).event())
                .decision();

        assertThat(decided.featureValues()).containsExactly(Double.NaN, 7, 14, Double.NaN);
        assertThat(decided.score()).isEqualTo(10);
    }

    @Test
    void whateverNaNAnExpressionYieldsTheSameBitsAreRecorded() {
        NumberExpression negativeNaN = (transaction, values) -> Double.longBitsToDouble(0xFFF8000000000000L);
        NumberExpression division = (transaction, values) -> (transaction.amountMinor() - 1_000.0) / 0.0;

        double[] values = decide(
                        policy(List.of(new Computed("a", negativeNaN), new Computed("b", division)), List.of()),
                        new Submission().amount(1_000).event())
                .decision()
                .featureValues();

        for (double value : values) {
            assertThat(Double.doubleToRawLongBits(value)).isEqualTo(0x7FF8000000000000L);
        }
    }

    @Test
    void aDecisionCarriesTheSubmissionThePolicyAndThePosition() {
        TransactionSubmitted transaction =
                new Submission().receivedAt(1_750_000_000_123L).event();
        Outcome.Decided outcome =
                decide(policy(List.of(new Computed("f", (t, values) -> 4.5)), List.of(always("A", 10))), transaction);

        assertThat(outcome.decision())
                .isEqualTo(new TransactionDecided(
                        "t1",
                        "a1",
                        1_750_000_000_000L,
                        1_750_000_000_123L,
                        1_000,
                        "EUR",
                        Decision.APPROVE,
                        10,
                        List.of(new Reason("A", "because of A", 10)),
                        new double[] {4.5},
                        "p-1",
                        DOCUMENT,
                        2,
                        77,
                        transaction.submissionHash()));
        assertThat(outcome.alert()).as("nobody must look at an approval").isNull();
    }

    @ParameterizedTest
    @CsvSource({"60, REVIEW", "90, DECLINE"})
    void anAlertNamesItsFeaturesAndCarriesTheDecision(double weight, Decision decision) {
        Submission submission = new Submission().terminal("T").receivedAt(1_750_000_000_123L);
        submission.merchantId = "M";
        List<FeatureDefinition> features = List.of(
                new Computed("amount", (t, values) -> t.amountMinor()),
                new Aggregated("count", new Aggregate(Entity.TERMINAL, Function.COUNT, null, 1_000, 0)));

        Outcome.Decided outcome = decide(policy(features, List.of(always("A", weight))), submission.event());

        assertThat(outcome.alert())
                .isEqualTo(new FraudAlertRaised(
                        "t1",
                        "a1",
                        1_750_000_000_000L,
                        1_750_000_000_123L,
                        1_000,
                        "EUR",
                        "T",
                        "M",
                        decision,
                        weight,
                        List.of(new Reason("A", "because of A", weight)),
                        List.of(new Feature("amount", 1_000), new Feature("count", 1)),
                        "p-1",
                        DOCUMENT,
                        2,
                        77));
    }

    @Test
    void anEntityThatTheTransactionDoesNotNameHasNoTransactions() {
        List<FeatureDefinition> features = new ArrayList<>();
        for (Function function : Function.values()) {
            if (function != Function.COUNT_SINCE_LAST) {
                Entity counted = function == Function.DISTINCT ? Entity.ACCOUNT : null;
                features.add(new Aggregated(
                        function.name(), new Aggregate(Entity.DEVICE, function, counted, 86_400_000, 0)));
            }
        }

        assertThat(decide(policy(features, List.of()), new Submission().event())
                        .decision()
                        .featureValues())
                .containsExactly(0, 0, Double.NaN, Double.NaN, Double.NaN, 0, 0, 0, Double.NaN);
    }

    @Test
    void withoutAPolicyNothingIsDecidedAndNothingFolded() {
        DecisionStateMachine core = new DecisionStateMachine();
        long before = core.stateHash();

        assertThat(core.hasPolicy()).isFalse();
        assertThatThrownBy(() -> core.decide(new Submission().event(), 0, 0))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("no policy");
        assertThat(core.stateHash()).isEqualTo(before);
    }

    @Test
    void anActivatedPolicyDecidesFromTheNextEventOnOverTheStateThatIsThere() {
        DecisionStateMachine core = new DecisionStateMachine();
        core.fold(Submission.of("t1").event(), 0, 0);
        Aggregate count = new Aggregate(Entity.ACCOUNT, Function.COUNT, null, 1_000, 0);
        core.activate(policy(List.of(new Aggregated("count", count)), List.of()));
        Outcome.Decided first =
                (Outcome.Decided) core.decide(Submission.of("t2").event(), 0, 1);
        core.activate(new Policy("p-2", DOCUMENT, List.of(), List.of(always("A", 90)), 50, 80));
        Outcome.Decided second =
                (Outcome.Decided) core.decide(Submission.of("t3").event(), 0, 2);

        assertThat(core.hasPolicy()).isTrue();
        assertThat(first.decision().policyId()).isEqualTo("p-1");
        assertThat(first.decision().featureValues()).containsExactly(2);
        assertThat(second.decision().policyId()).isEqualTo("p-2");
        assertThat(second.decision().decision()).isEqualTo(Decision.DECLINE);
    }
}
