package io.weir.core.decide;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.core.policy.Aggregate;
import io.weir.core.policy.Aggregate.Function;
import io.weir.core.policy.Entity;
import io.weir.core.policy.FeatureDefinition;
import io.weir.core.policy.FeatureDefinition.Aggregated;
import io.weir.core.policy.FeatureDefinition.Computed;
import io.weir.core.policy.Policy;
import io.weir.events.Event;
import io.weir.events.Sha256;
import io.weir.events.TransactionLabelled;
import io.weir.events.TransactionSubmitted;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The 15 features of the Fraud Detection Handbook, from a stream with labels 7 days late, equal what its definitions give
 * on a table in which the truth is known from the start.
 */
class HandbookFeaturesTest {
    private static final long HOUR = 3_600_000L;
    private static final long DAY = 24 * HOUR;
    private static final long DELAY = 7 * DAY;
    private static final long START = Instant.parse("2018-04-01T00:00:00Z").toEpochMilli();
    private static final int[] WINDOW_DAYS = {1, 7, 30};

    private record Row(TransactionSubmitted transaction, boolean fraud) {
        long time() {
            return transaction.occurredAtMs();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void equalTheBooksDefinitionsOnTheWholeTable(long seed) {
        List<Row> table = table(new Random(seed));
        DecisionStateMachine core = new DecisionStateMachine();
        core.activate(policy());
        Deque<Row> unlabelled = new ArrayDeque<>();
        long offset = 0;
        int fraudRates = 0;
        for (int i = 0; i < table.size(); i++) {
            Row row = table.get(i);
            while (!unlabelled.isEmpty() && unlabelled.peek().time() + DELAY <= row.time()) {
                assertThat(core.decide(label(unlabelled.remove()), 0, offset++)).isEqualTo(new Outcome.Labelled());
            }
            Outcome outcome = core.decide(row.transaction, 0, offset++);
            unlabelled.add(row);

            double[] values = ((Outcome.Decided) outcome).decision().featureValues();
            assertThat(values).as("seed %s, row %s: %s", seed, i, row).isEqualTo(byTheBook(table, i));
            fraudRates += values[14] > 0 && values[14] < 1 ? 1 : 0;
        }
        assertThat(fraudRates).as("rows with a fraud rate to speak of").isGreaterThan(table.size() / 10);
    }

    /** 60 days, dense enough that customers and terminals meet again, on whole minutes so that times tie. */
    private static List<Row> table(Random random) {
        List<TransactionSubmitted> transactions = new ArrayList<>();
        for (int i = 0; i < 1_500; i++) {
            transactions.add(Submission.of("t" + i)
                    .account("customer-" + random.nextInt(20))
                    .terminal("terminal-" + random.nextInt(12))
                    .amount(random.nextInt(30_000))
                    .at(START + random.nextInt(60 * 24 * 4) * 15 * 60_000L)
                    .event());
        }
        transactions.sort(Comparator.comparingLong(TransactionSubmitted::occurredAtMs));
        return transactions.stream()
                .map(one -> new Row(one, random.nextInt(8) == 0))
                .toList();
    }

    private static Event label(Row row) {
        return new TransactionLabelled(
                row.transaction.transactionId(),
                row.transaction.accountId(),
                row.time() + DELAY,
                row.time() + DELAY,
                row.fraud,
                "chargeback");
    }

    private static Policy policy() {
        List<FeatureDefinition> features = new ArrayList<>();
        features.add(new Computed("amount", (transaction, values) -> transaction.amountMinor() / 100.0));
        features.add(new Computed("weekend", (transaction, values) -> {
            long weekday =
                    Math.floorMod(Math.floorDiv(transaction.occurredAtMs(), DAY) + 3, 7L); // 1970-01-01: Thursday
            return weekday >= 5 ? 1 : 0;
        }));
        features.add(new Computed(
                "night", (transaction, values) -> Math.floorMod(transaction.occurredAtMs(), DAY) / HOUR <= 6 ? 1 : 0));
        for (int days : WINDOW_DAYS) {
            features.add(window("customer_count_" + days, Entity.ACCOUNT, Function.COUNT, days, 0));
            features.add(window("customer_mean_" + days, Entity.ACCOUNT, Function.MEAN, days, 0));
        }
        for (int days : WINDOW_DAYS) {
            features.add(window("terminal_count_" + days, Entity.TERMINAL, Function.COUNT, days, DELAY));
            features.add(window("terminal_risk_" + days, Entity.TERMINAL, Function.FRAUD_RATE, days, DELAY));
        }
        return new Policy("handbook", Sha256.of(new byte[0]), features, List.of(), 50, 80);
    }

    private static FeatureDefinition window(String name, Entity entity, Function function, int days, long delayMs) {
        return new Aggregated(name, new Aggregate(entity, function, null, days * DAY, delayMs));
    }

    private static double[] byTheBook(List<Row> table, int index) {
        Row row = table.get(index);
        var time = Instant.ofEpochMilli(row.time()).atZone(ZoneOffset.UTC);
        double[] values = new double[15];
        values[0] = row.transaction.amountMinor() / 100.0;
        values[1] = time.getDayOfWeek() == DayOfWeek.SATURDAY || time.getDayOfWeek() == DayOfWeek.SUNDAY ? 1 : 0;
        values[2] = time.getHour() <= 6 ? 1 : 0;
        for (int w = 0; w < WINDOW_DAYS.length; w++) {
            long length = WINDOW_DAYS[w] * DAY;
            List<Row> ofCustomer = table.subList(0, index + 1).stream()
                    .filter(one -> one.transaction.accountId().equals(row.transaction.accountId()))
                    .filter(one -> one.time() > row.time() - length)
                    .toList();
            long sum = ofCustomer.stream()
                    .mapToLong(one -> one.transaction.amountMinor())
                    .sum();
            values[3 + 2 * w] = ofCustomer.size();
            values[4 + 2 * w] = (double) sum / ofCustomer.size();

            List<Row> atTerminal = table.stream()
                    .filter(one -> row.transaction.terminalId().equals(one.transaction.terminalId()))
                    .filter(one -> one.time() > row.time() - DELAY - length && one.time() <= row.time() - DELAY)
                    .toList();
            double frauds = atTerminal.stream().filter(Row::fraud).count();
            values[9 + 2 * w] = atTerminal.size();
            values[10 + 2 * w] = atTerminal.isEmpty() ? 0 : frauds / atTerminal.size();
        }
        return values;
    }
}
