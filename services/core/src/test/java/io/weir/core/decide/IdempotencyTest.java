package io.weir.core.decide;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.core.policy.Aggregate;
import io.weir.core.policy.Aggregate.Function;
import io.weir.core.policy.Entity;
import io.weir.core.policy.FeatureDefinition.Aggregated;
import io.weir.core.policy.Policy;
import io.weir.events.DuplicateDetected;
import io.weir.events.Sha256;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A submission is decided once, however often it comes. */
class IdempotencyTest {
    private static final long NOW = 1_750_000_000_000L;
    private static final long H = Aggregate.HORIZON_MS;

    private final DecisionStateMachine core = new DecisionStateMachine();
    private long offset = 100;

    @BeforeEach
    void activate() {
        core.activate(new Policy(
                "counts",
                Sha256.of(new byte[0]),
                List.of(
                        new Aggregated("account", count(Entity.ACCOUNT)),
                        new Aggregated("terminal", count(Entity.TERMINAL))),
                List.of(),
                50,
                80));
    }

    private static Aggregate count(Entity entity) {
        return new Aggregate(entity, Function.COUNT, null, Aggregate.MAX_WINDOW_MS, 0);
    }

    private Outcome submit(Submission submission) {
        return core.decide(submission.event(), 3, offset++);
    }

    private static double[] values(Outcome outcome) {
        assertThat(outcome).isInstanceOf(Outcome.Decided.class);
        return ((Outcome.Decided) outcome).decision().featureValues();
    }

    private static DuplicateDetected duplicate(Outcome outcome) {
        assertThat(outcome).isInstanceOf(Outcome.Repeated.class);
        return ((Outcome.Repeated) outcome).duplicate();
    }

    private static Submission payment(String id) {
        return Submission.of(id).at(NOW).terminal("T");
    }

    @Test
    void aRetryIsToldWhereTheOriginalLiesAndIsNotFolded() {
        submit(payment("one"));
        submit(payment("two"));
        long before = core.stateHash();

        assertThat(duplicate(submit(payment("one").receivedAt(NOW + 9))))
                .isEqualTo(new DuplicateDetected("one", "a1", NOW + 9, false, 3, 102, 100));
        assertThat(duplicate(submit(payment("two").receivedAt(NOW + 8))))
                .isEqualTo(new DuplicateDetected("two", "a1", NOW + 8, false, 3, 103, 101));
        assertThat(core.stateHash()).isEqualTo(before);
        assertThat(values(submit(payment("three")))).containsExactly(3, 3);
    }

    @Test
    void theSameIdWithAnotherPayloadConflictsAndIsNotFolded() {
        submit(payment("one"));
        long before = core.stateHash();

        assertThat(duplicate(submit(payment("one").amount(1_001))).conflicting())
                .isTrue();
        assertThat(duplicate(submit(payment("one").at(NOW + 1))).conflicting()).isTrue();
        assertThat(duplicate(submit(payment("one").terminal(null))).conflicting())
                .isTrue();
        assertThat(duplicate(submit(payment("one").terminal("T2"))).conflicting())
                .isTrue();
        assertThat(duplicate(submit(payment("one"))).conflicting())
                .as("the first still counts")
                .isFalse();
        assertThat(core.stateHash()).isEqualTo(before);
        assertThat(core.entities()).isEqualTo(1);
    }

    @Test
    void idsOfOtherAccountsAreOtherTransactions() {
        submit(payment("one"));

        assertThat(values(submit(payment("one").account("a2")))).containsExactly(1, 2);
    }

    @Test
    void aRefusedSubmissionDoesNotTakeItsId() {
        assertThat(submit(payment("one").amount(-1))).isInstanceOf(Outcome.Refused.class);

        assertThat(values(submit(payment("one")))).containsExactly(1, 1);
    }

    @Test
    void aTransactionBeyondTheHorizonIsDecidedOnceAndItsRetryRecognised() {
        submit(payment("now"));
        Submission old = payment("old").at(NOW - H);
        assertThat(values(submit(old))).as("it is in no window").containsExactly(0, 0);
        long before = core.stateHash();

        assertThat(duplicate(submit(old.receivedAt(NOW + 5))))
                .isEqualTo(new DuplicateDetected("old", "a1", NOW + 5, false, 3, 102, 101));
        assertThat(duplicate(submit(old.amount(7))).conflicting()).isTrue();
        assertThat(core.stateHash()).isEqualTo(before);
    }

    @Test
    void aTransactionLateForItsAccountStillCountsForAnEntityThatReachesBackToIt() {
        submit(payment("now").terminal("other"));
        Submission old = payment("old").at(NOW - H);
        assertThat(values(submit(old))).containsExactly(0, 1);

        assertThat(submit(old)).isInstanceOf(Outcome.Repeated.class);
        assertThat(values(submit(payment("next").account("a2").at(NOW - H))))
                .as("folded once")
                .containsExactly(1, 2);
    }

    @Test
    void theLast256BeyondTheHorizonAreRemembered() {
        submit(payment("now"));
        for (int i = 0; i <= 256; i++) {
            submit(payment("old-" + i).at(NOW - H - i));
        }
        for (int i = 256; i >= 1; i--) {
            assertThat(duplicate(submit(payment("old-" + i).at(NOW - H - i))).originalOffset())
                    .isEqualTo(101 + i);
        }

        assertThat(submit(payment("old-0").at(NOW - H))).as("the bound").isInstanceOf(Outcome.Decided.class);
    }

    @Test
    void aRetryIsRecognisedUntilItsOriginalLeavesTheHorizon() {
        submit(payment("one"));
        submit(payment("last").at(NOW + H - 1));
        assertThat(submit(payment("one"))).isInstanceOf(Outcome.Repeated.class);

        submit(payment("beyond").at(NOW + H));
        assertThat(submit(payment("one"))).as("the bound").isInstanceOf(Outcome.Decided.class);
    }

    @Test
    void aLabelOnWhatIsNotRememberedIsRefusedWithTheReason() {
        Outcome unknown = core.decide(payment("one").label(true), 3, offset++);
        assertThat(unknown).isInstanceOfSatisfying(Outcome.Refused.class, refused -> {
            assertThat(refused.error()).isEqualTo("UnknownTransaction");
            assertThat(refused.message()).contains("one", "a1", "120 days", "16384");
        });
        assertThat(core.accounts()).as("a label makes no account").isZero();

        submit(payment("now"));
        submit(payment("old").at(NOW - H));
        assertThat(core.decide(payment("old").label(true), 3, offset++)).isInstanceOf(Outcome.Refused.class);
        assertThat(core.decide(payment("now").label(true), 3, offset++)).isEqualTo(new Outcome.Labelled());
    }

    @Test
    void theSameLabelAgainChangesNothing() {
        submit(payment("one"));
        core.decide(payment("one").label(true), 3, offset++);
        long before = core.stateHash();

        assertThat(core.decide(payment("one").label(true), 3, offset++)).isEqualTo(new Outcome.Labelled());
        assertThat(core.stateHash()).isEqualTo(before);
        core.decide(payment("one").label(false), 3, offset++);
        assertThat(core.stateHash()).isNotEqualTo(before);
    }
}
