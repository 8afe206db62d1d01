package io.weir.server.views;

import io.weir.events.Decision;
import io.weir.events.EventWriter;
import io.weir.events.Feature;
import io.weir.events.FraudAlertRaised;
import io.weir.events.PolicyPublished;
import io.weir.events.Reason;
import io.weir.events.Sha256;
import io.weir.events.TransactionDecided;
import io.weir.events.TransactionSubmitted;
import io.weir.server.log.memory.MemoryLog;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Events with as little as a test has to say. */
final class SampleEvents {
    static final String DOCUMENT = "amount,count_1d";
    static final Sha256 POLICY = Sha256.of(DOCUMENT.getBytes(StandardCharsets.UTF_8));

    private static final EventWriter WRITER = new EventWriter(MemoryLog.IDS);
    private static final HeldEvent.Reader READER = new HeldEvent.Reader(MemoryLog.IDS);

    private SampleEvents() {}

    static HeldEvent<TransactionDecided> held(TransactionDecided decided) {
        return READER.hold(decided, WRITER.write(decided));
    }

    static HeldAlert heldAlert(int id) {
        FraudAlertRaised alert = alert(id);
        return HeldAlert.of(alert, READER.hold(alert, WRITER.write(alert)));
    }

    static PolicyPublished policy() {
        return new PolicyPublished("card", POLICY, DOCUMENT, 1, "test");
    }

    static TransactionDecided decided(String transactionId, String accountId, Decision decision, long occurredAtMs) {
        return new TransactionDecided(
                transactionId,
                accountId,
                occurredAtMs,
                occurredAtMs + 5,
                1_250,
                "EUR",
                decision,
                decision == Decision.APPROVE ? 3 : 80,
                decision == Decision.APPROVE ? List.of() : reasons("R1"),
                new double[] {12.5, occurredAtMs},
                "card",
                POLICY,
                1,
                occurredAtMs,
                7);
    }

    static TransactionSubmitted submitted(
            String transactionId, String accountId, String terminalId, long occurredAtMs) {
        return new TransactionSubmitted(
                transactionId,
                accountId,
                occurredAtMs,
                occurredAtMs + 5,
                1_250,
                "EUR",
                terminalId,
                null,
                null,
                null,
                null,
                null,
                null,
                null);
    }

    static FraudAlertRaised alert(int id) {
        return alert(
                id, "account-" + id % 17, id % 3 == 0 ? Decision.DECLINE : Decision.REVIEW, id % 101, "R" + id % 5);
    }

    static FraudAlertRaised alert(int id, String accountId, Decision decision, double score, String rule) {
        return new FraudAlertRaised(
                "tx-" + id,
                accountId,
                id,
                id + 5,
                1_250,
                "EUR",
                "terminal-" + id % 11,
                null,
                decision,
                score,
                reasons(rule),
                List.of(new Feature("amount", 12.5)),
                "card",
                POLICY,
                1,
                id);
    }

    private static List<Reason> reasons(String rule) {
        return List.of(new Reason(rule, "rule " + rule + " was hit", 40));
    }
}
