package io.weir.server.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.weir.core.policy.Policy;
import io.weir.events.Decision;
import io.weir.events.EventReader;
import io.weir.events.TransactionDecided;
import io.weir.server.log.LogRecord;
import io.weir.server.policy.DefaultPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What two engines decided on the real broker, explained, and decided by another policy. */
class ExplainAndBacktestTest {
    private static final long SEED = Long.getLong("weir.seed", 7);

    private static AuditFixture fixture;
    private static final List<TransactionDecided> decided = new ArrayList<>();

    @BeforeAll
    static void decide() throws Exception {
        fixture = new AuditFixture(SEED);
        fixture.engine("explain-one");
        fixture.engine("explain-two");
        fixture.submit(400);
        fixture.awaitDecisions();
        fixture.stopEngines();
        EventReader reader = new EventReader(fixture.log.schemas());
        for (List<LogRecord> records : fixture.decisions().values()) {
            records.forEach(record -> decided.add((TransactionDecided) reader.read(record.value())));
        }
    }

    @AfterAll
    static void stop() {
        fixture.close();
    }

    @Test
    void theEventsListedAddUpToTheFeatures() {
        List<TransactionDecided> alerts = decided.stream()
                .filter(decision -> decision.decision().alerts())
                .limit(8)
                .toList();
        assertThat(alerts).as("seed %d", SEED).isNotEmpty();
        for (TransactionDecided alert : alerts) {
            Explanation explanation = fixture.auditor().explain(alert.transactionId(), null, 20, new AuditProgress());
            assertThat(explanation.identical()).isTrue();
            assertThat(explanation.recorded()).isEqualTo(alert);
            assertThat(explanation.features())
                    .hasSize(alert.featureValues().length)
                    .allSatisfy(feature ->
                            assertThat(feature.addsUp()).as(feature.name()).isTrue());
            double ofRules = explanation.rules().stream()
                    .filter(Explanation.ExplainedRule::hit)
                    .mapToDouble(Explanation.ExplainedRule::weight)
                    .sum();
            double ofModel = Objects.requireNonNull(alert.model()).points();
            assertThat(Math.min(ofRules + ofModel, 100)).isEqualTo(alert.score(), within(1e-9));
            assertThat(ExplanationText.of(explanation))
                    .contains(
                            alert.transactionId(),
                            "recomputed",
                            "identical",
                            alert.policySha256().hex())
                    .contains("account_count_1h >= 8", "probability of fraud", "log-odds");
            JsonObject json = explanation.json();
            JsonArray features = json.getJsonArray("features");
            assertThat(features).hasSize(alert.featureValues().length);
            assertThat(json.getString("recomputed")).isEqualTo("identical");
        }
    }

    @Test
    void whatIsNotThereCannotBeExplained() {
        assertThatThrownBy(() -> fixture.auditor().explain("nobody", null, 20, new AuditProgress()))
                .isInstanceOf(AuditException.class)
                .hasMessageContaining("nobody");
        assertThatThrownBy(() -> fixture.auditor().explain("t1", "somebody else", 20, new AuditProgress()))
                .isInstanceOf(AuditException.class)
                .hasMessageContaining("somebody else");
    }

    @Test
    void thePolicyThatDecidedFlipsNothingAndNothingIsWritten() throws Exception {
        Map<String, Long> ends = fixture.ends();
        Map<?, ?> committed = fixture.committed();
        BacktestReport report = backtest(DefaultPolicy.document());
        assertThat(report.compared()).isEqualTo(fixture.submitted.size());
        assertThat(report.flipped()).isZero();
        assertThat(report.mostValuable()).isEmpty();
        assertThat(report.recorded().recall()).isEqualTo(report.other().recall());
        assertThat(fixture.ends()).isEqualTo(ends);
        assertThat(fixture.committed()).isEqualTo(committed);
    }

    @Test
    void aHigherThresholdFlipsExactlyTheDecisionsBelowIt() {
        Policy other = AuditFixture.compile(other());
        long expected = decided.stream()
                .filter(decision -> decision.decision() != other.decisionFor(decision.score(), demanded(decision)))
                .count();
        BacktestReport report = backtest(other());
        assertThat(expected).isPositive();
        assertThat(report.flipped()).isEqualTo(expected);
        assertThat(report.flips(Decision.REVIEW, Decision.APPROVE))
                .isEqualTo(decided.stream()
                        .filter(decision -> decision.decision() == Decision.REVIEW
                                && other.decisionFor(decision.score(), demanded(decision)) == Decision.APPROVE)
                        .count());
        assertThat(report.mostValuable()).hasSizeLessThanOrEqualTo(20).isNotEmpty();
        for (int i = 1; i < report.mostValuable().size(); i++) {
            assertThat(report.mostValuable().get(i).amountMinor())
                    .isLessThanOrEqualTo(report.mostValuable().get(i - 1).amountMinor());
        }
        assertThat(report.recorded().recall())
                .isNotNull()
                .isGreaterThanOrEqualTo(report.other().recall());
        assertThat(report.text()).contains("recall", "recorded");
        assertThat(report.json().getLong("flipped")).isEqualTo(expected);
    }

    private static Set<Decision> demanded(TransactionDecided decision) {
        return decision.reasons().stream().anyMatch(reason -> reason.code().equals("HIGH_VELOCITY"))
                ? Set.of(Decision.REVIEW)
                : Set.of();
    }

    private static String other() {
        return DefaultPolicy.document().replace("decline: 60", "decline: 100");
    }

    private static BacktestReport backtest(String document) {
        return Objects.requireNonNull(fixture.auditor()
                .backtest(AuditFixture.compile(document), AuditFilter.ALL, new AuditProgress(), () -> false));
    }
}
