package io.weir.training.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.weir.training.simulator.Simulator.Parameters;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SimulatorTest {
    private static final LocalDate FIRST_DAY = LocalDate.of(2024, 2, 28);
    private static final Parameters SMALL = new Parameters(60, 100, 60, FIRST_DAY, 20.0);

    @Test
    void theSameParametersGiveTheSameTransactions() {
        assertThat(Simulator.simulate(SMALL)).isNotEmpty().isEqualTo(Simulator.simulate(SMALL));
    }

    @Test
    void fewerDaysKeepTimeCustomerTerminalAndIdOfEveryTransaction() {
        SimulatedTransactions all = Simulator.simulate(SMALL);
        SimulatedTransactions fewer = Simulator.simulate(SMALL.withDays(40));

        assertThat(fewer).hasSize((int) all.startingAtDay(40).getFirst().id());
        assertThat(fewer.stream().map(SimulatorTest::withoutAmountAndScenario))
                .isEqualTo(all.stream()
                        .limit(fewer.size())
                        .map(SimulatorTest::withoutAmountAndScenario)
                        .toList());
    }

    @Test
    void fewerDaysKeepAmountsAndFraudsExceptOnTheLastThirteenDays() {
        SimulatedTransactions all = Simulator.simulate(SMALL);
        SimulatedTransactions fewer = Simulator.simulate(SMALL.withDays(40));
        int unchanged = (int) fewer.startingAtDay(40 - 13).getFirst().id();

        assertThat(fewer.subList(0, unchanged)).isEqualTo(all.subList(0, unchanged));
        assertThat(fewer.startingAtDay(40 - 13)).isNotEqualTo(all.subList(unchanged, fewer.size()));
    }

    @Test
    void aCustomerWithoutATerminalInReachPaysNothing() {
        assertThat(Simulator.simulate(new Parameters(20, 5, 30, FIRST_DAY, 1e-9)))
                .isEmpty();
    }

    @Test
    void aSingleDayHasOnlyLargeAmountsAsFraud() {
        SimulatedTransactions transactions = Simulator.simulate(new Parameters(20_000, 50, 1, FIRST_DAY, 30.0));

        assertThat(transactions).anyMatch(SimulatedTransaction::fraud);
        assertThat(transactions)
                .allMatch(transaction -> transaction.scenario() == (transaction.amountMinor() > 220_00 ? 1 : 0));
    }

    @Test
    void aCompromiseHitsItsTerminalsForFourWeeksAndAThirdOfItsCustomersPaymentsForTwo() {
        TransactionColumns columns = oneTransactionADay(40, 3, 2);

        // Compromises start on day 0 alone, at all there are: 2 terminals, 3 customers.
        new FraudScenarios(new Parameters(3, 2, 2, FIRST_DAY, 1.0), columns).apply();

        List<Integer> scenarios = scenarios(columns);
        assertThat(scenarios.subList(0, 14 * 3)).containsOnly(2, 3);
        assertThat(scenarios.subList(14 * 3, 28 * 3)).containsOnly(2);
        assertThat(scenarios.subList(28 * 3, 40 * 3)).containsOnly(0);
        assertThat(scenarios.stream().filter(scenario -> scenario == 3)).hasSize(14 * 3 / 3);
        assertThat(amounts(columns))
                .isEqualTo(scenarios.stream()
                        .map(scenario -> scenario == 3 ? 50L : 10L)
                        .toList());
    }

    @Test
    void aTransactionCompromisedOnSeveralDaysIsMultipliedEachTime() {
        TransactionColumns columns = oneTransactionADay(40, 3, 2);

        new FraudScenarios(new Parameters(3, 2, 40, FIRST_DAY, 1.0), columns).apply();

        assertThat(amounts(columns)).contains(10L, 50L, 250L);
        assertThat(scenarios(columns)).doesNotContain(0, 1).contains(2, 3);
    }

    @Test
    void exactlyTwoHundredAndTwentyIsNotALargeAmount() {
        TransactionColumns columns = new TransactionColumns(0);
        columns.append(1, 0, 0, 220_00);
        columns.append(2, 0, 0, 220_01);

        new FraudScenarios(new Parameters(3, 2, 1, FIRST_DAY, 1.0), columns).apply();

        assertThat(scenarios(columns)).containsExactly(0, 1);
    }

    @Test
    void transactionsOfOneSecondKeepTheirOrder() {
        TransactionColumns columns = new TransactionColumns(0);
        columns.append(7, 0, 3, 1);
        columns.append(5, 1, 2, 2);
        columns.append(7, 2, 1, 3);
        columns.append(5, 3, 0, 4);

        assertThat(amounts(columns.orderedByTime())).containsExactly(2L, 4L, 1L, 3L);
    }

    @Test
    void startingAtADaySplitsAtMidnightUtc() {
        SimulatedTransactions transactions = Simulator.simulate(SMALL);
        long midnightMs =
                FIRST_DAY.plusDays(10).atStartOfDay().toInstant(ZoneOffset.UTC).toEpochMilli();

        List<SimulatedTransaction> rest = transactions.startingAtDay(10);

        assertThat(rest).allMatch(transaction -> transaction.occurredAtMs() >= midnightMs);
        assertThat(transactions.subList(0, transactions.size() - rest.size()))
                .isNotEmpty()
                .allMatch(transaction -> transaction.occurredAtMs() < midnightMs);
        assertThat(transactions.startingAtDay(0)).isEqualTo(transactions);
        assertThat(transactions.startingAtDay(60)).isEmpty();
    }

    @Test
    void daysAndIndexesOutOfRangeAreRefused() {
        SimulatedTransactions transactions = Simulator.simulate(SMALL);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> transactions.startingAtDay(61))
                .withMessageContaining("0..60, was 61");
        assertThatIllegalArgumentException().isThrownBy(() -> transactions.startingAtDay(-1));
        assertThatExceptionOfType(IndexOutOfBoundsException.class)
                .isThrownBy(() -> transactions.get(transactions.size()));
    }

    @Test
    void parametersOutOfRangeAreRefusedByName() {
        assertRefused("customers", () -> new Parameters(2, 100, 10, FIRST_DAY, 5.0));
        assertRefused("terminals", () -> new Parameters(10, 1, 10, FIRST_DAY, 5.0));
        assertRefused("days", () -> SMALL.withDays(0));
        assertRefused("days", () -> SMALL.withDays(24_856));
        assertRefused("customers × days", () -> new Parameters(1_000_000, 100, 51, FIRST_DAY, 5.0));
        assertRefused("radius", () -> new Parameters(10, 100, 10, FIRST_DAY, 0.0));
        assertRefused("radius", () -> new Parameters(10, 100, 10, FIRST_DAY, Double.NaN));
    }

    private static SimulatedTransaction withoutAmountAndScenario(SimulatedTransaction transaction) {
        return new SimulatedTransaction(
                transaction.id(), transaction.occurredAtMs(), transaction.customerId(), transaction.terminalId(), 0, 0);
    }

    private static void assertRefused(String parameter, Runnable making) {
        assertThatIllegalArgumentException().isThrownBy(making::run).withMessageStartingWith(parameter + " must be ");
    }

    private static TransactionColumns oneTransactionADay(int days, int customers, int terminals) {
        TransactionColumns columns = new TransactionColumns(0);
        for (int day = 0; day < days; day++) {
            for (int customer = 0; customer < customers; customer++) {
                int second = day * TransactionColumns.SECONDS_PER_DAY + customer;
                columns.append(second, customer, (day + customer) % terminals, 10);
            }
        }
        return columns;
    }

    private static List<Integer> scenarios(TransactionColumns columns) {
        return IntStream.range(0, columns.size()).map(columns::scenario).boxed().toList();
    }

    private static List<Long> amounts(TransactionColumns columns) {
        return IntStream.range(0, columns.size()).mapToObj(columns::amountMinor).toList();
    }
}
