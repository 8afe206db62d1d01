package io.weir.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.events.TransactionSubmitted;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TransactionFileTest {
    private static final TransactionSubmitted SHORT = new TransactionSubmitted(
            "t-1", "customer-1", 1_000, 1_000, 4_200, "EUR", "terminal-7", null, null, null, null, null, null, null);
    private static final TransactionSubmitted LONG = new TransactionSubmitted(
            "t-2",
            "customer \"2\"",
            2_000,
            2_000,
            1,
            "EUR",
            null,
            "merchant",
            "5411",
            "counterparty",
            "device",
            "10.0.0.1",
            "CH",
            "ecommerce");

    @Test
    void whatIsWrittenIsReadAgain(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("some/transactions.ndjson");
        TransactionFile.write(file, List.of(SHORT, LONG).iterator());
        assertThat(TransactionFile.read(file, 2)).containsExactly(SHORT, LONG);
        assertThat(TransactionFile.read(file, 1)).containsExactly(SHORT);
        assertThatThrownBy(() -> TransactionFile.read(file, 3))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("has 2 transactions, not 3");
    }

    @Test
    void aLineIsTheBodyOfARequest() {
        assertThat(TransactionFile.line(SHORT))
                .isEqualTo("{\"transactionId\":\"t-1\",\"accountId\":\"customer-1\",\"occurredAtMs\":1000,"
                        + "\"amountMinor\":4200,\"currency\":\"EUR\",\"terminalId\":\"terminal-7\"}");
    }
}
