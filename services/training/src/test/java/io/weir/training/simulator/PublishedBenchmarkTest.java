package io.weir.training.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The full run is the published benchmark. */
class PublishedBenchmarkTest {
    /**
     * Of our own CSV, after its rows had been found equal to the published ones, all 1,754,155, ids within one second
     * apart.
     */
    private static final String CSV_SHA_256 = "eaf00cb5be45ee04ee5278b21117f8d54b19fd89c9633ed6b9c75a17b8f024be";

    private static SimulatedTransactions transactions;

    @BeforeAll
    static void simulate() {
        transactions = Simulator.simulate(Simulator.Parameters.PUBLISHED);
    }

    @Test
    void countsAreThePublishedOnes() {
        int[] byScenario = new int[4];
        for (SimulatedTransaction transaction : transactions) {
            byScenario[transaction.scenario()]++;
        }

        assertThat(transactions).hasSize(1_754_155);
        assertThat(byScenario).containsExactly(1_754_155 - 14_681, 973, 9_077, 4_631);
        assertThat(transactions.stream().filter(SimulatedTransaction::fraud).count())
                .isEqualTo(14_681);
        assertThat(transactions.stream()
                        .mapToInt(SimulatedTransaction::customerId)
                        .distinct()
                        .count())
                .isEqualTo(4_990);
    }

    @Test
    void everyRowIsThePublishedOne() throws IOException, NoSuchAlgorithmException {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        try (Writer out = new BufferedWriter(new OutputStreamWriter(
                new DigestOutputStream(OutputStream.nullOutputStream(), digest), StandardCharsets.US_ASCII))) {
            SimulatedTransactionCsv.write(transactions, out);
        }

        assertThat(HexFormat.of().formatHex(digest.digest())).isEqualTo(CSV_SHA_256);
    }

    @Test
    void transactionsOfOneSecondAreOrderedByCustomerAndIdsByPosition() {
        assertThat(IntStream.range(0, transactions.size()))
                .allMatch(i -> transactions.get(i).id() == i);
        assertThat(IntStream.range(1, transactions.size()))
                .allMatch(i -> inOrder(transactions.get(i - 1), transactions.get(i)));
    }

    @Test
    void startingAtADayBeginsAtItsMidnight() {
        long midnightMs = Instant.parse("2018-05-01T00:00:00Z").toEpochMilli();

        SimulatedTransaction first = transactions.startingAtDay(30).getFirst();

        assertThat(first.occurredAtMs()).isBetween(midnightMs, midnightMs + 3_600_000);
        assertThat(transactions.get((int) first.id() - 1).occurredAtMs()).isLessThan(midnightMs);
    }

    private static boolean inOrder(SimulatedTransaction one, SimulatedTransaction next) {
        return one.occurredAtMs() < next.occurredAtMs()
                || (one.occurredAtMs() == next.occurredAtMs() && one.customerId() <= next.customerId());
    }
}
