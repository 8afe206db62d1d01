package io.weir.core.decide;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.core.policy.Aggregate;
import io.weir.core.policy.Aggregate.Function;
import io.weir.core.policy.Entity;
import io.weir.core.policy.FeatureDefinition.Aggregated;
import io.weir.core.policy.FeatureDefinition.Computed;
import io.weir.core.policy.Policy;
import io.weir.events.Sha256;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What people are shown of an account or another entity. */
class ProfileTest {
    private static final long NOW = 1_750_000_000_000L;

    private static Aggregated feature(String name, Entity entity, Function function, @Nullable Entity distinct) {
        return new Aggregated(name, new Aggregate(entity, function, distinct, 60_000, 0));
    }

    private static final Policy POLICY = new Policy(
            "p",
            Sha256.of(new byte[0]),
            List.of(
                    feature("account_sum", Entity.ACCOUNT, Function.SUM, null),
                    feature("terminal_frauds", Entity.TERMINAL, Function.FRAUD_COUNT, null),
                    new Computed("amount", (transaction, values) -> transaction.amountMinor()),
                    feature("account_terminals", Entity.ACCOUNT, Function.DISTINCT, Entity.TERMINAL),
                    feature("account_pause", Entity.ACCOUNT, Function.SINCE_LAST, null)),
            List.of(),
            50,
            80);

    private static void fold(DecisionStateMachine core) {
        core.fold(
                Submission.of("one").at(NOW - 100_000).amount(1).terminal("T1").event(), 0, 0);
        core.fold(Submission.of("two").at(NOW - 5_000).amount(20).terminal("T2").event(), 0, 1);
        core.fold(Submission.of("three").at(NOW).amount(300).terminal("T1").event(), 0, 2);
        core.fold(Submission.of("three").at(NOW).label(true), 0, 3);
    }

    @Test
    void showsThePolicysAggregatesOfThatKindAtTheNewestEvent() {
        DecisionStateMachine core = new DecisionStateMachine();
        fold(core);
        core.activate(POLICY);

        Map<String, Double> account = new LinkedHashMap<>();
        account.put("account_sum", 320.0);
        account.put("account_terminals", 2.0);
        account.put("account_pause", 5_000.0);
        assertThat(core.profile(Entity.ACCOUNT, "a1"))
                .isEqualTo(new Profile(Entity.ACCOUNT, "a1", 3, 0, NOW - 100_000, NOW, 1, account));
        assertThat(core.profile(Entity.ACCOUNT, "a1").windows().keySet())
                .as("in the policy's order")
                .containsExactlyElementsOf(account.keySet());
        assertThat(core.profile(Entity.TERMINAL, "T1"))
                .isEqualTo(new Profile(
                        Entity.TERMINAL, "T1", 2, 0, NOW - 100_000, NOW, 1, Map.of("terminal_frauds", 1.0)));
        assertThat(core.profile(Entity.TERMINAL, "T2"))
                .isEqualTo(new Profile(
                        Entity.TERMINAL, "T2", 1, 0, NOW - 5_000, NOW - 5_000, 0, Map.of("terminal_frauds", 0.0)));
    }

    @Test
    void thereIsNoneOfWhatIsNotKnownAndNoWindowWithoutAPolicy() {
        DecisionStateMachine core = new DecisionStateMachine();
        fold(core);

        assertThat(core.profile(Entity.ACCOUNT, "a1").windows()).isEmpty();
        assertThat(core.profile(Entity.ACCOUNT, "a2")).isNull();
        assertThat(core.profile(Entity.MERCHANT, "T1")).isNull();
    }

    @Test
    void eventsInPanesAreCountedApart() {
        DecisionStateMachine core = new DecisionStateMachine(1);
        fold(core);
        assertThat(core.profile(Entity.ACCOUNT, "a1"))
                .isEqualTo(new Profile(Entity.ACCOUNT, "a1", 1, 2, NOW, NOW, 1, Map.of()));

        DecisionStateMachine panesOnly = new DecisionStateMachine(0);
        fold(panesOnly);
        assertThat(panesOnly.profile(Entity.ACCOUNT, "a1"))
                .isEqualTo(new Profile(Entity.ACCOUNT, "a1", 0, 3, 0, NOW, 0, Map.of()));
        assertThat(panesOnly.panedValues()).as("looking does not count").isZero();
    }
}
