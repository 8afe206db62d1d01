package io.weir.training.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.events.TransactionSubmitted;
import io.weir.training.simulator.SimulatedTransaction;
import io.weir.training.simulator.SimulatedTransactionCsv;
import java.io.IOException;
import java.io.StringReader;
import java.util.List;
import org.junit.jupiter.api.Test;

class TransactionCsvTest {
    private static final String HEADER = "tx_fraud,transaction_id,datetime,customer_id,terminal_id,amount,more\n";

    @Test
    void readsWhatSimulateWrites() throws IOException {
        StringBuilder csv = new StringBuilder();
        SimulatedTransactionCsv.write(
                List.of(
                        new SimulatedTransaction(0, 1_522_540_831_000L, 5, 7, 57_16, 0),
                        new SimulatedTransaction(1, 1_522_540_900_000L, 6, 8, 300_05, 2)),
                csv);

        List<LabelledTransaction> read = TransactionCsv.read(new StringReader(csv.toString()));

        assertThat(read).extracting(LabelledTransaction::fraud).containsExactly(false, true);
        TransactionSubmitted second = read.get(1).transaction();
        assertThat(second.transactionId()).isEqualTo("1");
        assertThat(second.accountId()).isEqualTo("6");
        assertThat(second.terminalId()).isEqualTo("8");
        assertThat(second.occurredAtMs()).isEqualTo(1_522_540_900_000L);
        assertThat(second.amountMinor()).isEqualTo(300_05);
    }

    @Test
    void bringsThemIntoTheOrderOfTime() throws IOException {
        List<LabelledTransaction> read = read("0,b,2018-04-02 00:00:00,c,t,1,x\n\n1,a,2018-04-01T10:00:00,c,,2.5,x\n");

        assertThat(read).extracting(each -> each.transaction().transactionId()).containsExactly("a", "b");
        assertThat(read.getFirst().transaction().terminalId()).isNull();
    }

    @Test
    void namesTheLineAndTheColumn() {
        assertThatThrownBy(() -> read("0,b,yesterday,c,t,1,x\n"))
                .hasMessageContaining("line 2: datetime is 'yesterday'");
        assertThatThrownBy(() -> read("0,b,2018-04-02T00:00:00,c,t,1.234,x\n"))
                .hasMessageContaining("line 2: amount is '1.234'");
        assertThatThrownBy(() -> read("\nmaybe,b,2018-04-02T00:00:00,c,t,1,x\n"))
                .hasMessageContaining("line 3: tx_fraud is 'maybe'");
        assertThatThrownBy(() -> read("0,b,2018-04-02T00:00:00,c\n"))
                .hasMessageContaining("line 2: terminal_id is missing");
        assertThatThrownBy(() -> TransactionCsv.read(new StringReader("id,amount\n")))
                .hasMessageContaining("no column transaction_id");
        assertThatThrownBy(() -> TransactionCsv.read(new StringReader(""))).hasMessageContaining("empty");
    }

    private static List<LabelledTransaction> read(String lines) throws IOException {
        return TransactionCsv.read(new StringReader(HEADER + lines));
    }
}
