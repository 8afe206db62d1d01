package io.weir.core.decide;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.core.model.TreeEnsemble;
import io.weir.core.policy.Model;
import io.weir.core.policy.Model.ModelReason;
import io.weir.core.policy.Policy;
import io.weir.core.policy.ReasonText;
import io.weir.events.ModelScore;
import io.weir.events.TransactionDecided;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What an engine does for speed, to lend decisions and to say which events come next, changes none of them. */
class LentDecisionsTest {
    private static final int LOGS = 60;
    private static final int RECORDS = 90;

    @Test
    void decisionsThatAreLentSayTheSameAndWhatIsExpectedChangesNothing() {
        for (long seed = 0; seed < LOGS; seed++) {
            RandomLog log = new RandomLog(seed, RECORDS);
            Random random = new Random(~seed);
            Policy policy = withModel(RandomPolicy.of(seed, log).policy);
            DecisionStateMachine giving = machine(policy, false);
            DecisionStateMachine lending = machine(policy, true);
            int expected = 0;
            for (int i = 0; i < RECORDS; i++) {
                RandomLog.Entry entry = log.entries.get(i);
                if (i == expected) {
                    expected = Math.min(RECORDS, i + 1 + random.nextInt(40));
                    lending.expect(log.entries.subList(i, expected).stream()
                            .map(RandomLog.Entry::event)
                            .toList());
                }
                String given = giving.decide(entry.event(), entry.partition(), entry.offset())
                        .toString();
                assertThat(lending.decide(entry.event(), entry.partition(), entry.offset()))
                        .as("seed %s, record %s", seed, i)
                        .hasToString(given);
            }
            assertThat(lending.stateHash()).as("seed %s", seed).isEqualTo(giving.stateHash());
        }
    }

    @Test
    void whoDoesNotBorrowMayKeepDecisions() {
        Policy policy = withModel(RandomPolicy.of(0, new RandomLog(0, RECORDS)).policy);
        DecisionStateMachine giving = machine(policy, false);
        DecisionStateMachine lending = machine(policy, true);

        TransactionDecided given = decide(giving, 0);
        TransactionDecided lent = decide(lending, 0);

        assertThat(decide(giving, 1).featureValues()).isNotSameAs(given.featureValues());
        assertThat(said(decide(giving, 2))).isNotSameAs(said(given));
        assertThat(decide(lending, 1).featureValues()).isSameAs(lent.featureValues());
        assertThat(said(decide(lending, 2))).isSameAs(said(lent));
    }

    private static TransactionDecided decide(DecisionStateMachine machine, int number) {
        Submission submission = Submission.of("t" + number).amount(100 + number);
        return ((Outcome.Decided) machine.decide(submission.event(), 0, number)).decision();
    }

    private static double[] said(TransactionDecided decided) {
        ModelScore said = Objects.requireNonNull(decided.model());
        return said.contributions();
    }

    private static DecisionStateMachine machine(Policy policy, boolean lending) {
        DecisionStateMachine machine = new DecisionStateMachine(Selections.of(List.of(policy)));
        if (lending) {
            machine.lendDecisions();
        }
        machine.activate(policy);
        return machine;
    }

    /** The policy, and a tree of two splits over its first two features. */
    private static Policy withModel(Policy policy) {
        TreeEnsemble trees = TreeEnsemble.builder(2, 0)
                .tree(
                        new int[] {1, -1, 3, -1, -1},
                        new int[] {2, 0, 4, 0, 0},
                        new int[] {0, 0, 1, 0, 0},
                        new float[] {2, -2, 3, -1, 2},
                        new boolean[5],
                        new float[] {8, 4, 4, 2, 2})
                .build();
        List<ModelReason> reasons = List.of(new ModelReason("FIRST", ReasonText.of("the first"), List.of(0)));
        return new Policy(
                policy.id(),
                policy.sha256(),
                policy.features(),
                policy.lists(),
                policy.rules(),
                new Model(policy.sha256(), trees, List.of(0, 1), 60, reasons),
                policy.reviewAt(),
                policy.declineAt(),
                policy.onDeadline());
    }
}
