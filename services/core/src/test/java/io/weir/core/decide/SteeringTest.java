package io.weir.core.decide;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.core.policy.Entity;
import io.weir.core.policy.FeatureDefinition;
import io.weir.core.policy.Policy;
import io.weir.core.policy.Policy.OnDeadline;
import io.weir.core.policy.PolicyList;
import io.weir.core.policy.PolicyList.Kind;
import io.weir.core.policy.ReasonText;
import io.weir.core.policy.Rule;
import io.weir.events.Decision;
import io.weir.events.ListChanged;
import io.weir.events.Reason;
import io.weir.events.RuleShadowed;
import io.weir.events.Sha256;
import io.weir.events.TransactionDecided;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Lists, demands, and rules in shadow: what they lead to, and from which position of the control topic on. */
class SteeringTest {
    private static final Sha256 SHA256 = Sha256.of(new byte[] {1});

    private final DecisionStateMachine core = new DecisionStateMachine();
    private long offset;

    @Test
    void aListDecidesFromItsEventOn() {
        core.activate(policy(List.of(rule("A", 10, null, false)), Kind.BLOCK));
        assertThat(decide("T").decision()).isEqualTo(Decision.APPROVE);

        core.steering().fold(changed(List.of("T"), List.of()), 5);
        TransactionDecided blocked = decide("T");
        assertThat(blocked.decision()).isEqualTo(Decision.DECLINE);
        assertThat(blocked.score()).as("a list adds no points").isEqualTo(10);
        assertThat(blocked.reasons()).containsExactly(new Reason("block", "on block", 0), new Reason("A", "of A", 10));
        assertThat(blocked.featureValues()).containsExactly(1);
        assertThat(decide("U").decision()).isEqualTo(Decision.APPROVE);
        assertThat(decide(null).decision()).as("no terminal").isEqualTo(Decision.APPROVE);

        core.steering().fold(changed(List.of(), List.of("T")), 9);
        assertThat(decide("T").decision()).isEqualTo(Decision.APPROVE);
        Steering steering = core.steering();
        core.steer(steering, 5);
        assertThat(decide("T").decision()).as("before the event").isEqualTo(Decision.APPROVE);
        core.steer(steering, 6);
        assertThat(decide("T").decision()).as("after it").isEqualTo(Decision.DECLINE);
        core.steer(steering, 9);
        assertThat(decide("T").decision()).as("until it is taken off").isEqualTo(Decision.DECLINE);
        core.steer(steering, 10);
        assertThat(decide("T").decision()).isEqualTo(Decision.APPROVE);
    }

    @Test
    void aRuleInShadowIsRecordedAndAddsNothing() {
        core.activate(policy(List.of(rule("A", 50, null, false), rule("B", 10, Decision.DECLINE, true))));
        TransactionDecided before = decide("T");
        assertThat(before.decision()).isEqualTo(Decision.REVIEW);
        assertThat(before.reasons()).extracting(Reason::code).containsExactly("A");
        assertThat(before.shadowRules()).containsExactly("B");

        core.steering().fold(new RuleShadowed("p", SHA256, "A", true, "fires too often", 1, "guard"), 3);
        TransactionDecided after = decide("T");
        assertThat(after.decision()).isEqualTo(Decision.APPROVE);
        assertThat(after.score()).isZero();
        assertThat(after.shadowRules()).containsExactly("A", "B");

        core.steering().fold(new RuleShadowed("p", SHA256, "A", false, "mended", 2, "alice"), 4);
        assertThat(decide("T").decision()).isEqualTo(Decision.REVIEW);
        core.steering().fold(new RuleShadowed("p", Sha256.of(new byte[0]), "A", true, "another policy", 3, "bob"), 5);
        assertThat(decide("T").decision()).isEqualTo(Decision.REVIEW);
    }

    /** Every set of demands at every score, against the order that the documentation promises. */
    @Test
    void whatDeclinesComesFirstThenWhatApprovesThenTheThresholds() {
        Policy policy = policy(List.of());
        for (int mask = 0; mask < 8; mask++) {
            Set<Decision> demanded = EnumSet.noneOf(Decision.class);
            for (Decision decision : Decision.values()) {
                if ((mask >> Arrays.asList(Decision.values()).indexOf(decision) & 1) != 0) {
                    demanded.add(decision);
                }
            }
            for (double score : new double[] {0, 39.9, 40, 79.9, 80, 100}) {
                Decision expected = demanded.contains(Decision.DECLINE)
                        ? Decision.DECLINE
                        : demanded.contains(Decision.APPROVE)
                                ? Decision.APPROVE
                                : score >= 80
                                        ? Decision.DECLINE
                                        : score >= 40 || demanded.contains(Decision.REVIEW)
                                                ? Decision.REVIEW
                                                : Decision.APPROVE;
                assertThat(policy.decisionFor(score, demanded))
                        .as("score %s, demanded %s", score, demanded)
                        .isEqualTo(expected);
            }
        }
    }

    @Test
    void anAllowedAccountIsApprovedUnlessSomethingDeclines() {
        core.activate(policy(List.of(rule("A", 90, null, false)), Kind.ALLOW, Kind.WATCH));
        core.steering().fold(new ListChanged("allow", List.of("T"), List.of(), "", 1, "alice"), 1);
        core.steering().fold(new ListChanged("watch", List.of("U"), List.of(), "", 1, "alice"), 2);
        assertThat(decide("T").decision()).isEqualTo(Decision.APPROVE);
        assertThat(decide("U").decision()).isEqualTo(Decision.DECLINE);
    }

    private TransactionDecided decide(@Nullable String terminal) {
        long at = offset++;
        Outcome outcome = core.decide(Submission.of("t" + at).terminal(terminal).event(), 0, at);
        return ((Outcome.Decided) outcome).decision();
    }

    private static ListChanged changed(List<String> added, List<String> removed) {
        return new ListChanged("block", added, removed, "", 1, "alice");
    }

    private static Rule rule(String code, double weight, @Nullable Decision demands, boolean shadow) {
        return new Rule(code, (transaction, features) -> true, weight, demands, shadow, ReasonText.of("of " + code));
    }

    private static Policy policy(List<Rule> rules, Kind... kinds) {
        List<FeatureDefinition> features = Arrays.stream(kinds)
                .<FeatureDefinition>map(kind -> new FeatureDefinition.Listed(name(kind), Entity.TERMINAL))
                .toList();
        List<PolicyList> lists = Arrays.stream(kinds)
                .map(kind -> new PolicyList(
                        name(kind), Arrays.asList(kinds).indexOf(kind), kind, ReasonText.of("on " + name(kind))))
                .toList();
        return new Policy("p", SHA256, features, lists, rules, null, 40, 80, OnDeadline.PENDING);
    }

    private static String name(Kind kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }
}
