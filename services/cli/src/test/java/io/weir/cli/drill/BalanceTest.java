package io.weir.cli.drill;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.cli.drill.DecisionLog.Decided;
import io.weir.cli.drill.PaymentLoad.Told;
import io.weir.events.Decision;
import io.weir.server.audit.AuditReport;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What the books of a drill must not overlook. */
class BalanceTest {
    private final Map<String, Told> told = new HashMap<>(Map.of(
            "genuine", new Told("APPROVE", 1, 0, 10),
            "pending", Told.PENDING,
            "fraud", new Told("REVIEW", 40, 0, 12)));
    private final Map<String, Decided> decided = new HashMap<>(Map.of(
            "genuine", new Decided(Decision.APPROVE, 1, 0, 10, 1),
            "pending", new Decided(Decision.APPROVE, 2, 0, 11, 1),
            "fraud", new Decided(Decision.REVIEW, 40, 0, 12, 1)));
    private final Map<String, Integer> alerts = new HashMap<>(Map.of("fraud", 1));
    private final Map<String, Set<String>> submitted = new HashMap<>(
            Map.of("genuine", Set.of("0/10"), "pending", Set.of("0/11", "0/14"), "fraud", Set.of("0/12")));
    private int deadLetters;
    private long verified = 3;

    @Test
    void whatIsRightBalances() {
        assertThat(balance().faults()).isEmpty();
    }

    @Test
    void anAcknowledgedPaymentWithoutADecisionIsLost() {
        told.put("lost", Told.PENDING);
        assertThat(balance().faults()).containsExactly("1 acknowledged and never decided");
    }

    @Test
    void aSecondDecisionIsDoubled() {
        decided.put("genuine", new Decided(Decision.APPROVE, 1, 0, 10, 2));
        verified = 4;
        assertThat(balance().faults()).containsExactly("1 decided more than once");
    }

    @Test
    void aDecisionOnWhatIsNotOnTheLogIsAStranger() {
        submitted.put("genuine", Set.of("0/9"));
        assertThat(balance().faults()).containsExactly("1 decided and not on the log");
    }

    @Test
    void aCallerWhoWasToldSomethingElseIsNoticed() {
        told.put("fraud", new Told("APPROVE", 40, 0, 12));
        assertThat(balance().faults()).containsExactly("1 whose caller was told otherwise");
    }

    @Test
    void alertsAreExactlyWhatDecisionsAskFor() {
        alerts.put("fraud", 2);
        alerts.put("genuine", 1);
        assertThat(balance().faults())
                .containsExactly("1 that should have one alert and have not", "1 with an alert and no decision for it");
    }

    @Test
    void aDeadLetterThatNobodyCausedIsNoticed() {
        deadLetters = 1;
        assertThat(balance().faults()).containsExactly("1 dead letters of 0 bad records");
    }

    @Test
    void aDecisionThatTheAuditDidNotSeeIsNoticed() {
        verified = 2;
        assertThat(balance().faults()).containsExactly("the audit saw 2 decisions of 3");
    }

    private Balance balance() {
        AuditReport audit = new AuditReport(
                verified, Map.of(), Map.of(), List.of(), new AuditReport.Chain(1, 0, 1, 1), 0, 0, 0, 0, 0.0);
        return Balance.of(told, decided, alerts, submitted, 0, deadLetters, audit);
    }
}
