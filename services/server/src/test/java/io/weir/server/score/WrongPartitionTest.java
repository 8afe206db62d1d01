package io.weir.server.score;

import static io.weir.server.score.EngineFixture.NOON_MS;
import static io.weir.server.score.EngineFixture.header;
import static io.weir.server.score.EngineFixture.transaction;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.events.DuplicateDetected;
import io.weir.events.Topics;
import io.weir.events.TransactionDecided;
import io.weir.events.TransactionSubmitted;
import io.weir.server.deadletters.DeadLetterFilter;
import io.weir.server.deadletters.Redrive;
import io.weir.server.log.HomePartition;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A foreign writer with another partitioner, and engines side by side, on the real broker. */
class WrongPartitionTest {
    private static final int TRANSACTIONS = 12;

    private EngineFixture engines;

    @BeforeEach
    void start() throws Exception {
        engines = new EngineFixture();
    }

    @AfterEach
    void stop() {
        engines.close();
    }

    @Test
    void aTransactionThatASecondWriterPutsIntoAnotherPartitionIsDecidedOnceAndRedrivenToWhereItBelongs()
            throws Exception {
        engines.ready(engines.scorer("one"));
        engines.ready(engines.scorer("two"));
        for (int i = 0; i < TRANSACTIONS; i++) {
            TransactionSubmitted transaction = transaction("t" + i, "account " + i, NOON_MS + i, 1_000);
            engines.log.append(Topics.TRANSACTIONS, transaction);
            int elsewhere = (home(transaction.accountId()) + 1) % EngineFixture.PARTITIONS;
            engines.log.appendRaw(Topics.TRANSACTIONS, elsewhere, transaction.key(), engines.log.encoded(transaction));
        }
        List<ConsumerRecord<byte[], byte[]>> letters =
                engines.log.read(Topics.DEAD_LETTERS, all -> all.size() >= TRANSACTIONS);
        assertThat(letters)
                .hasSize(TRANSACTIONS)
                .allSatisfy(letter -> assertThat(header(letter, "error")).isEqualTo("WrongPartition"))
                .allSatisfy(letter -> assertThat(header(letter, "message")).contains("murmur2", "redrive"));
        assertThat(engines.decided(TRANSACTIONS))
                .extracting(TransactionDecided::transactionId)
                .doesNotHaveDuplicates()
                .hasSize(TRANSACTIONS);

        assertThat(new Redrive(engines.log.cluster(), "test")
                        .run(DeadLetterFilter.parse(List.of("error=WrongPartition")), count -> {})
                        .letters())
                .isEqualTo(TRANSACTIONS);
        List<DuplicateDetected> duplicates =
                engines.log.events(Topics.DUPLICATES, DuplicateDetected.class, TRANSACTIONS);
        assertThat(duplicates).hasSize(TRANSACTIONS).allSatisfy(duplicate -> assertThat(duplicate.sourcePartition())
                .isEqualTo(home(duplicate.accountId())));
        engines.chains(TRANSACTIONS);
    }

    private static int home(String account) {
        return HomePartition.of(account.getBytes(StandardCharsets.UTF_8), EngineFixture.PARTITIONS);
    }
}
