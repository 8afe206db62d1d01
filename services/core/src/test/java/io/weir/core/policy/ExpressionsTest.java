package io.weir.core.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.events.TransactionSubmitted;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ExpressionsTest {
    private static final double[] NO_FEATURES = {};
    private static final IntegerExpression ONE = IntegerExpression.constant(1);
    private static final IntegerExpression ERROR = IntegerExpression.divide(ONE, IntegerExpression.constant(0));
    private static final BooleanExpression FAILING = Comparison.EQUAL.ofIntegers(ERROR, ONE);
    private static final BooleanExpression TRUE = BooleanExpression.constant(true);
    private static final BooleanExpression FALSE = BooleanExpression.constant(false);

    @Test
    void oneSideCanSettleAConditionWhateverTheOtherEndsIn() {
        assertThat(holds(BooleanExpression.and(FAILING, FALSE))).isFalse();
        assertThat(holds(BooleanExpression.and(FALSE, FAILING))).isFalse();
        assertThat(holds(BooleanExpression.or(FAILING, TRUE))).isTrue();
        assertThat(holds(BooleanExpression.or(TRUE, FAILING))).isTrue();
        for (BooleanExpression failing : List.of(
                BooleanExpression.and(FAILING, TRUE),
                BooleanExpression.and(TRUE, FAILING),
                BooleanExpression.or(FAILING, FALSE),
                BooleanExpression.or(FALSE, FAILING),
                BooleanExpression.and(FAILING, FAILING),
                BooleanExpression.or(FAILING, FAILING),
                BooleanExpression.not(FAILING),
                BooleanExpression.choose(FAILING, TRUE, TRUE),
                Membership.ofInteger(ONE, List.of(ONE, ERROR)))) {
            assertThatThrownBy(() -> holds(failing)).isInstanceOf(ArithmeticException.class);
        }
        assertThat(holds(BooleanExpression.choose(TRUE, TRUE, FAILING))).isTrue();
    }

    @Test
    void integersDoNotWrapAround() {
        IntegerExpression least = IntegerExpression.constant(Long.MIN_VALUE);
        IntegerExpression most = IntegerExpression.constant(Long.MAX_VALUE);
        IntegerExpression minusOne = IntegerExpression.constant(-1);
        for (IntegerExpression failing : List.of(
                IntegerExpression.add(most, ONE),
                IntegerExpression.subtract(least, ONE),
                IntegerExpression.multiply(most, IntegerExpression.constant(2)),
                IntegerExpression.multiply(least, minusOne),
                IntegerExpression.divide(least, minusOne),
                IntegerExpression.negate(least),
                IntegerExpression.remainder(ONE, IntegerExpression.constant(0)),
                IntegerExpression.truncate(NumberExpression.constant(0x1p63)),
                IntegerExpression.truncate(NumberExpression.constant(-0x1p63)),
                IntegerExpression.truncate(NumberExpression.constant(Double.NaN)))) {
            assertThatThrownBy(() -> value(failing)).isInstanceOf(ArithmeticException.class);
        }
        assertThat(value(IntegerExpression.remainder(least, minusOne))).isZero();
        assertThat(value(IntegerExpression.truncate(NumberExpression.constant(-1.9))))
                .isEqualTo(-1);
    }

    @Test
    void nanIsEqualToNothing() {
        NumberExpression nan = NumberExpression.constant(Double.NaN);
        for (Comparison comparison : Comparison.values()) {
            assertThat(holds(comparison.ofNumbers(nan, nan))).isEqualTo(comparison == Comparison.NOT_EQUAL);
        }
        assertThat(holds(Membership.ofNumber(nan, List.of(nan)))).isFalse();
        NumberExpression minusZero = NumberExpression.constant(-0.0);
        assertThat(holds(Membership.ofNumber(NumberExpression.constant(0.0), List.of(minusZero))))
                .isTrue();
    }

    @Test
    void looksElementsUp() {
        StringExpression currency = TransactionFields.STRINGS.get("currency");
        assertThat(holds(Membership.ofString(currency, Set.of("EUR", "USD")))).isTrue();
        assertThat(holds(Membership.ofString(currency, Set.of("USD")))).isFalse();
        assertThat(holds(Membership.ofInteger(ONE, 9, 1, -3))).isTrue();
        assertThat(holds(Membership.ofInteger(ONE, 9, -3))).isFalse();
    }

    @Test
    void knowsTheHourAndTheDayOfTheWeek() {
        long seed = 3;
        Random random = new Random(seed);
        for (int i = 0; i < 10_000; i++) {
            long occurredAtMs = random.nextLong(8_000_000_000_000L) - 4_000_000_000_000L;
            ZonedDateTime time = Instant.ofEpochMilli(occurredAtMs).atZone(ZoneOffset.UTC);
            TransactionSubmitted transaction = transaction(occurredAtMs);
            assertThat(TransactionFields.INTEGERS.get("hour").evaluate(transaction, NO_FEATURES))
                    .as("seed %d, %d ms", seed, occurredAtMs)
                    .isEqualTo(time.getHour());
            assertThat(TransactionFields.INTEGERS.get("dayOfWeek").evaluate(transaction, NO_FEATURES))
                    .as("seed %d, %d ms", seed, occurredAtMs)
                    .isEqualTo(time.getDayOfWeek().getValue());
        }
    }

    @Test
    void readsAnAbsentFieldAsTheEmptyString() {
        TransactionFields.STRINGS.forEach((name, field) ->
                assertThat(field.evaluate(transaction(0), NO_FEATURES)).as(name).isNotNull());
        assertThat(TransactionFields.STRINGS.get("country").evaluate(transaction(0), NO_FEATURES))
                .isEmpty();
        assertThat(TransactionFields.STRINGS.get("terminalId").evaluate(transaction(0), NO_FEATURES))
                .isEqualTo("term1");
    }

    private static boolean holds(BooleanExpression expression) {
        return expression.evaluate(transaction(0), NO_FEATURES);
    }

    private static long value(IntegerExpression expression) {
        return expression.evaluate(transaction(0), NO_FEATURES);
    }

    private static TransactionSubmitted transaction(long occurredAtMs) {
        return new TransactionSubmitted(
                "t1", "a1", occurredAtMs, occurredAtMs, 100, "EUR", "term1", null, null, null, null, null, null, null);
    }
}
