package io.weir.core.decide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import io.weir.core.model.TreeEnsemble;
import io.weir.core.policy.FeatureDefinition;
import io.weir.core.policy.Model;
import io.weir.core.policy.Model.ModelReason;
import io.weir.core.policy.NumberExpression;
import io.weir.core.policy.Policy;
import io.weir.core.policy.Policy.OnDeadline;
import io.weir.core.policy.ReasonText;
import io.weir.core.policy.Rule;
import io.weir.events.Decision;
import io.weir.events.Feature;
import io.weir.events.ModelScore;
import io.weir.events.Reason;
import io.weir.events.Sha256;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a model adds to a decision. */
class ModelScoringTest {
    private static final Sha256 SHA256 = Sha256.of(new byte[] {2});

    /** Two trees of one split each: over the amount (2 at 1,000 or more, otherwise -2), and over the hour (1 from 6 on, otherwise -1). */
    private static TreeEnsemble trees() {
        return TreeEnsemble.builder(2, 0)
                .tree(
                        new int[] {1, -1, -1},
                        new int[] {2, -1, -1},
                        new int[] {0, 0, 0},
                        new float[] {1_000, -2, 2},
                        new boolean[3],
                        new float[] {4, 3, 1})
                .tree(
                        new int[] {1, -1, -1},
                        new int[] {2, -1, -1},
                        new int[] {1, 0, 0},
                        new float[] {6, -1, 1},
                        new boolean[3],
                        new float[] {4, 2, 2})
                .build();
    }

    private static Policy policy(List<Rule> rules) {
        NumberExpression hour = (transaction, features) -> 9;
        List<FeatureDefinition> features = List.of(
                new FeatureDefinition.Computed("hour", hour),
                new FeatureDefinition.Computed("amount", (transaction, values) -> transaction.amountMinor()));
        ReasonText amount = ReasonText.of(List.of(
                new ReasonText.Literal("amount "),
                new ReasonText.Figure(NumberExpression.feature(1), ReasonText.Format.MONEY)));
        Model model = new Model(
                SHA256,
                trees(),
                List.of(1, 0),
                100,
                List.of(
                        new ModelReason("HOUR", ReasonText.of("the hour"), List.of(1)),
                        new ModelReason("AMOUNT", amount, List.of(0))));
        return new Policy("p", SHA256, features, List.of(), rules, model, 40, 80, OnDeadline.PENDING);
    }

    private static Outcome.Decided decide(Policy policy, long amountMinor) {
        DecisionStateMachine core = new DecisionStateMachine();
        core.activate(policy);
        return (Outcome.Decided)
                core.decide(new Submission().amount(amountMinor).event(), 0, 0);
    }

    @Test
    void theProbabilityAddsPointsAndReasonsShareThem() {
        Outcome.Decided outcome = decide(policy(List.of()), 1_000);
        ModelScore said = outcome.decision().model();
        assertThat(said).isNotNull();
        assertThat(said.modelSha256()).isEqualTo(SHA256);
        assertThat(said.margin()).isEqualTo(3);
        assertThat(said.probability()).isEqualTo(1 / (1 + Math.exp(-3)), within(1e-12));
        assertThat(said.points()).isEqualTo(100 * said.probability());
        assertThat(outcome.decision().score()).isEqualTo(said.points());
        assertThat(outcome.decision().decision()).isEqualTo(Decision.DECLINE);
        // Means: (3 * -2 + 1 * 2) / 4 = -1 of the amounts, 0 of the hours.
        assertThat(said.meanMargin()).isEqualTo(-1, within(1e-9));
        assertThat(said.contributions()).containsExactly(new double[] {3, 1}, within(1e-9));
        assertThat(outcome.decision().reasons())
                .extracting(Reason::code, Reason::text)
                .containsExactly(tuple("AMOUNT", "amount 10.00"), tuple("HOUR", "the hour"));
        assertThat(outcome.decision().reasons().get(0).weight()).isEqualTo(said.points() * 3 / 4, within(1e-9));
        assertThat(outcome.alert()).isNotNull();
        assertThat(outcome.alert().model()).isEqualTo(said);
        assertThat(outcome.alert().contributions()).extracting(Feature::name).containsExactly("amount", "hour");
    }

    @Test
    void pointsOfRulesAndModelAddUp() {
        Rule rule = new Rule("R", (transaction, features) -> true, 25, "because");
        Outcome.Decided outcome = decide(policy(List.of(rule)), 999);
        ModelScore said = outcome.decision().model();
        assertThat(said).isNotNull();
        assertThat(said.margin()).isEqualTo(-1);
        assertThat(outcome.decision().score()).isEqualTo(25 + said.points());
        assertThat(outcome.decision().reasons()).extracting(Reason::code).containsExactly("R", "HOUR");
        assertThat(outcome.decision().reasons().get(1).weight())
                .as("the amount lowers the margin, so the hour has all the points")
                .isEqualTo(said.points(), within(1e-9));
    }
}
