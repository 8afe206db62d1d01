package io.weir.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.cli.bench.Verdicts.Agreement;
import io.weir.core.policy.Aggregate;
import io.weir.core.policy.Aggregate.Function;
import io.weir.core.policy.Entity;
import io.weir.core.policy.FeatureDefinition.Aggregated;
import io.weir.core.policy.Policy;
import io.weir.events.Decision;
import io.weir.events.Sha256;
import io.weir.events.TransactionDecided;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What two contenders decided is held together by position, feature by feature of the account. */
class VerdictsTest {
    private static final Sha256 SHA256 = Sha256.of(new byte[0]);
    private static final Policy POLICY = new Policy(
            "p",
            SHA256,
            List.of(
                    new Aggregated("terminal", new Aggregate(Entity.TERMINAL, Function.COUNT, null, 60_000, 0)),
                    new Aggregated("account", new Aggregate(Entity.ACCOUNT, Function.COUNT, null, 60_000, 0))),
            List.of(),
            40,
            80);

    private final Verdicts one = new Verdicts(POLICY);
    private final Verdicts other = new Verdicts(POLICY);

    @Test
    void featuresOverOtherEntitiesMayDiffer() throws IOException {
        one.add(decided(0, 7, 1, 1, Decision.APPROVE));
        one.add(decided(1, 7, 2, 1, Decision.APPROVE));
        other.add(decided(1, 7, 2, 1, Decision.APPROVE));
        other.add(decided(0, 7, 9, 1, Decision.REVIEW));

        Agreement agreement = one.with(other);

        assertThat(agreement).isEqualTo(new Agreement(2, 0, 2, 1, 1));
        assertThat(agreement.isSound()).isTrue();
    }

    @Test
    void featuresOverTheAccountMayNot() throws IOException {
        one.add(decided(0, 7, 1, 1, Decision.APPROVE));
        other.add(decided(0, 7, 1, Math.nextUp(1.0), Decision.APPROVE));

        assertThat(one.with(other)).isEqualTo(new Agreement(1, 0, 0, 1, 1));
        assertThat(one.with(other).isSound()).isFalse();
    }

    @Test
    void whatOnlyOneHasDecidedIsCounted() throws IOException {
        one.add(decided(0, 7, 1, 1, Decision.APPROVE));
        other.add(decided(0, 8, 1, 1, Decision.APPROVE));

        assertThat(one.with(other)).isEqualTo(new Agreement(0, 2, 0, 0, 0));
        assertThat(one.with(other).isSound()).isFalse();
    }

    @Test
    void decidedTwiceIsNotDecided() {
        one.add(decided(0, 7, 1, 1, Decision.APPROVE));
        one.add(decided(0, 7, 1, 1, Decision.APPROVE));

        assertThat(one.repeated()).isEqualTo(1);
        assertThatThrownBy(() -> one.with(other)).isInstanceOf(IOException.class);
    }

    private static TransactionDecided decided(
            int partition, long offset, double terminal, double account, Decision decision) {
        return new TransactionDecided(
                partition + "/" + offset,
                "customer",
                0,
                0,
                100,
                "EUR",
                decision,
                terminal,
                List.of(),
                new double[] {terminal, account},
                "p",
                SHA256,
                partition,
                offset,
                0);
    }
}
