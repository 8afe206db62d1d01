package io.weir.training.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class SimulatedTransactionCsvTest {

    @Test
    void rendersTimesWithSecondsAndAmountsWithTwoDecimals() throws IOException {
        StringBuilder csv = new StringBuilder();

        SimulatedTransactionCsv.write(
                List.of(
                        new SimulatedTransaction(0, ms("2018-04-01T00:00:00Z"), 1, 2, 0, 0),
                        new SimulatedTransaction(1, ms("2018-04-01T10:20:00Z"), 4_999, 9_999, 5, 1),
                        new SimulatedTransaction(2, ms("2018-09-30T23:59:59Z"), 0, 0, 123_450, 3)),
                csv);

        assertThat(csv).hasToString("""
                transaction_id,datetime,customer_id,terminal_id,amount,tx_fraud,scenario
                0,2018-04-01T00:00:00,1,2,0.00,0,0
                1,2018-04-01T10:20:00,4999,9999,0.05,1,1
                2,2018-09-30T23:59:59,0,0,1234.50,1,3
                """);
    }

    @Test
    void writesTheHeaderAloneForNoTransactions() throws IOException {
        StringBuilder csv = new StringBuilder();

        SimulatedTransactionCsv.write(List.of(), csv);

        assertThat(csv.toString().lines()).hasSize(1);
        assertThat(csv).endsWith("scenario\n");
    }

    private static long ms(String instant) {
        return Instant.parse(instant).toEpochMilli();
    }
}
