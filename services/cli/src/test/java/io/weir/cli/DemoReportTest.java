package io.weir.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.events.Decision;
import io.weir.load.Latencies;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The books balance only if they do. */
class DemoReportTest {
    @Test
    void oneDecisionForEachSubmittedTransactionAndOneAlertForEachThatNeedsOneBalances() {
        DemoReport report = report(10, 10, 10, 10, 0, 3, 2);
        assertThat(report.balanced()).isTrue();
        assertThat(report.text()).contains("The books balance.");
        assertThat(report.json().getBoolean("balanced")).isTrue();
    }

    @Test
    void aTransactionNeverAcknowledgedDoesNotBalance() {
        unbalanced(report(10, 9, 9, 9, 0, 3, 2));
    }

    @Test
    void aSecondDecisionOnATransactionDoesNotBalance() {
        unbalanced(report(10, 10, 11, 10, 0, 3, 2));
    }

    @Test
    void anAcknowledgedTransactionWithoutDecisionDoesNotBalance() {
        unbalanced(report(10, 10, 9, 9, 1, 3, 2));
    }

    @Test
    void anAlertTooManyOrTooFewDoesNotBalance() {
        unbalanced(report(10, 10, 10, 10, 0, 3, 1));
        unbalanced(report(10, 10, 10, 10, 0, 2, 2));
    }

    private static void unbalanced(DemoReport report) {
        assertThat(report.balanced()).isFalse();
        assertThat(report.text()).contains("THE BOOKS DO NOT BALANCE");
    }

    /** With one decline; {@code alerts} and {@code reviews} are given. */
    private static DemoReport report(
            int submitted, int acknowledged, int decisions, int decided, int lost, int alerts, int reviews) {
        return new DemoReport(
                submitted,
                100,
                Duration.ofSeconds(1),
                acknowledged,
                submitted - acknowledged,
                Map.of(),
                decisions,
                decided,
                lost,
                alerts,
                Map.of(Decision.REVIEW, reviews, Decision.DECLINE, 1),
                0,
                0,
                new Latencies(),
                new Latencies(),
                List.of());
    }
}
