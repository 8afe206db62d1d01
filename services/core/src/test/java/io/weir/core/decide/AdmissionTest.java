package io.weir.core.decide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.weir.core.decide.Admission.Violation;
import io.weir.core.policy.Policy;
import io.weir.events.Decision;
import io.weir.events.Event;
import io.weir.events.FraudAlertRaised;
import io.weir.events.Sha256;
import io.weir.events.TransactionDecided;
import io.weir.events.TransactionLabelled;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What may be folded, field by field. */
class AdmissionTest {
    private static final long NOW = 1_750_000_000_000L;
    private static final String LONGEST = "x".repeat(128);

    static Stream<Arguments> idFields() {
        return Stream.of(
                field("transactionId", (s, value) -> s.transactionId = value),
                field("accountId", (s, value) -> s.accountId = value),
                field("terminalId", (s, value) -> s.terminalId = value),
                field("merchantId", (s, value) -> s.merchantId = value),
                field("merchantCategory", (s, value) -> s.merchantCategory = value),
                field("counterpartyId", (s, value) -> s.counterpartyId = value),
                field("deviceId", (s, value) -> s.deviceId = value),
                field("ip", (s, value) -> s.ip = value),
                field("country", (s, value) -> s.country = value),
                field("channel", (s, value) -> s.channel = value));
    }

    private static Arguments field(String name, BiConsumer<Submission, String> set) {
        return arguments(name, set);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("idFields")
    void idsAreShortAndReadable(String field, BiConsumer<Submission, String> set) {
        for (String good : List.of("x", " ", LONGEST, "naïve", "\uD83D\uDC1F", "日本")) {
            assertThat(violation(set, good)).as("%s '%s'", field, good).isNull();
        }
        assertViolation(violation(set, ""), field, "is empty");
        assertViolation(violation(set, LONGEST + "x"), field, "has 129 characters");
        assertViolation(violation(set, "a\u0000"), field, "has a control character at index 1");
        assertViolation(violation(set, "\u007f"), field, "has a control character at index 0");
        assertViolation(violation(set, "ab\n"), field, "has a control character at index 2");
        assertViolation(violation(set, "a\uD83D"), field, "has half a surrogate pair at index 1");
        assertViolation(violation(set, "\uDC1F\uD83D"), field, "has half a surrogate pair at index 0");
    }

    private static Violation violation(BiConsumer<Submission, String> set, String value) {
        Submission submission = new Submission();
        set.accept(submission, value);
        return Admission.violation(submission.event());
    }

    private static void assertViolation(Violation violation, String field, String problem) {
        assertThat(violation).isNotNull();
        assertThat(violation.field()).isEqualTo(field);
        assertThat(violation.problem()).isEqualTo(problem);
        assertThat(violation.remedy()).isNotBlank();
        assertThat(violation.toString()).startsWith(field + " " + problem + "; ");
    }

    static Stream<Arguments> boundaries() {
        return Stream.of(
                one("amountMinor", true, s -> s.amount(0)),
                one("amountMinor", false, s -> s.amount(-1)),
                one("amountMinor", false, s -> s.amount(Long.MIN_VALUE)),
                one("amountMinor", true, s -> s.amount(1_000_000_000_000L)),
                one("amountMinor", false, s -> s.amount(1_000_000_000_001L)),
                one("amountMinor", false, s -> s.amount(Long.MAX_VALUE)),
                one("currency", true, s -> s.currency = "AZZ"),
                one("currency", false, s -> s.currency = ""),
                one("currency", false, s -> s.currency = "EU"),
                one("currency", false, s -> s.currency = "EURO"),
                one("currency", false, s -> s.currency = "eur"),
                one("currency", false, s -> s.currency = "E@R"),
                one("currency", false, s -> s.currency = "E[R"),
                one("currency", false, s -> s.currency = "ÄUR"),
                one("occurredAtMs", true, s -> s.at(1)),
                one("occurredAtMs", false, s -> s.at(0)),
                one("occurredAtMs", false, s -> s.at(Long.MIN_VALUE).receivedAt(NOW)),
                one("occurredAtMs", true, s -> s.at(NOW).receivedAt(NOW - 300_000)),
                one("occurredAtMs", false, s -> s.at(NOW).receivedAt(NOW - 300_001)),
                one("occurredAtMs", false, s -> s.at(Long.MAX_VALUE).receivedAt(NOW)),
                one("occurredAtMs", false, s -> s.at(NOW).receivedAt(Long.MIN_VALUE)),
                one("occurredAtMs", true, s -> s.at(1).receivedAt(Admission.MAX_TIME_MS)),
                one("receivedAtMs", true, s -> s.at(Admission.MAX_TIME_MS).receivedAt(Admission.MAX_TIME_MS)),
                one("receivedAtMs", false, s -> s.at(1).receivedAt(Admission.MAX_TIME_MS + 1)),
                one("receivedAtMs", false, s -> s.at(Long.MAX_VALUE).receivedAt(Long.MAX_VALUE)));
    }

    private static Arguments one(String field, boolean admitted, Consumer<Submission> change) {
        Submission submission = new Submission().at(NOW);
        change.accept(submission);
        return arguments(field, admitted, submission);
    }

    @ParameterizedTest
    @MethodSource("boundaries")
    void numbersCurrencyAndTimesHaveBounds(String field, boolean admitted, Submission submission) {
        Violation violation = Admission.violation(submission.event());

        if (admitted) {
            assertThat(violation).isNull();
        } else {
            assertThat(violation).isNotNull();
            assertThat(violation.field()).isEqualTo(field);
            assertThat(violation.problem()).isNotBlank();
            assertThat(violation.remedy()).isNotBlank();
        }
    }

    @Test
    void labelsAreHeldToTheSameRules() {
        assertThat(Admission.violation(label("t", "a", NOW, NOW - 300_000, null)))
                .isNull();
        assertThat(Admission.violation(label("t", "a", NOW, NOW, "chargeback"))).isNull();
        assertThat(Admission.violation(label("", "a", NOW, NOW, null)).field()).isEqualTo("transactionId");
        assertThat(Admission.violation(label("t", "", NOW, NOW, null)).field()).isEqualTo("accountId");
        assertThat(Admission.violation(label("t", "a", NOW, NOW, "")).field()).isEqualTo("source");
        assertThat(Admission.violation(label("t", "a", NOW, NOW - 300_001, null))
                        .field())
                .isEqualTo("occurredAtMs");
        assertThat(Admission.violation(label("t", "a", 0, NOW, null)).field()).isEqualTo("occurredAtMs");
    }

    private static TransactionLabelled label(String id, String account, long occurred, long received, String source) {
        return new TransactionLabelled(id, account, occurred, received, true, source);
    }

    @Test
    void whatIsNotAdmittedIsRefusedByDecideIgnoredByFoldAndChangesNothing() {
        DecisionStateMachine deciding = new DecisionStateMachine();
        deciding.activate(new Policy("none", Sha256.of(new byte[0]), List.of(), List.of(), 50, 80));
        DecisionStateMachine folding = new DecisionStateMachine();
        deciding.decide(Submission.of("t1").at(NOW).event(), 0, 0);
        folding.fold(Submission.of("t1").at(NOW).event(), 0, 0);
        long before = deciding.stateHash();
        assertThat(folding.stateHash()).isEqualTo(before);

        Submission future = Submission.of("t2").at(NOW + 10 * 365 * 86_400_000L).receivedAt(NOW);
        for (Event event :
                List.of(future.event(), Submission.of("t3").amount(-1).event())) {
            assertThat(deciding.decide(event, 0, 1))
                    .isInstanceOfSatisfying(Outcome.Refused.class, refused -> assertThat(refused.error())
                            .isEqualTo("InvalidTransaction"));
            folding.fold(event, 0, 1);
        }
        Event label = label("t1", "a1", NOW, NOW - 300_001, null);
        assertThat(deciding.decide(label, 0, 2)).isInstanceOfSatisfying(Outcome.Refused.class, refused -> {
            assertThat(refused.error()).isEqualTo("InvalidLabel");
            assertThat(refused.message()).startsWith("occurredAtMs is 300001 ms after it was received; give ");
        });
        folding.fold(label, 0, 2);

        assertThat(deciding.stateHash()).isEqualTo(before);
        assertThat(folding.stateHash()).isEqualTo(before);
    }

    @Test
    void whatDoesNotBelongOnTheTransactionLogIsRefusedAndIgnored() {
        DecisionStateMachine core = new DecisionStateMachine();
        Sha256 sha256 = Sha256.of(new byte[0]);
        Event decided = new TransactionDecided(
                "t", "a", 1, 1, 1, "EUR", Decision.APPROVE, 0, List.of(), new double[0], "p", sha256, 0, 0, 0);
        Event alert = new FraudAlertRaised(
                "t", "a", 1, 1, 1, "EUR", null, null, Decision.REVIEW, 50, List.of(), List.of(), "p", sha256, 0, 0);
        long before = core.stateHash();

        for (Event event : List.of(decided, alert)) {
            core.fold(event, 0, 0);
            assertThat(core.decide(event, 0, 0)).isInstanceOfSatisfying(Outcome.Refused.class, refused -> {
                assertThat(refused.error()).isEqualTo("UnexpectedEvent");
                assertThat(refused.message()).startsWith(event.type().name());
            });
        }
        assertThat(core.stateHash()).isEqualTo(before);
    }
}
