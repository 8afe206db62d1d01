package io.weir.cli.drill;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.cli.Progress;
import io.weir.local.BrokerVersion;
import java.io.PrintWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The short form of those drills without which nothing else counts. Whether books balance, never how long anything took. */
class DrillsTest {
    private static final double PER_SECOND = 100;

    @ParameterizedTest
    @ValueSource(strings = {"kill-engine", "pause-engine", "poison"})
    void theBooksBalanceAfter(String name, @TempDir Path directory) throws Exception {
        booksBalance(name, BrokerVersion.own(), directory);
    }

    /** There engines share partitions out among themselves, and transactions are of the first kind. */
    @Test
    void theBooksBalanceOnTheOldestBrokers(@TempDir Path directory) throws Exception {
        booksBalance("pause-engine", BrokerVersion.OLDEST_FOR_PRODUCTION, directory);
    }

    private static void booksBalance(String name, BrokerVersion kafka, Path directory) throws Exception {
        long seed = Long.getLong("weir.drill.seed", System.nanoTime() & 0xffff);
        Drill drill =
                Drills.with(new RollingUpgrade(kafka, BrokerVersion.own())).named(name);

        DrillResult result = new DrillRun(
                        drill,
                        seed,
                        PER_SECOND,
                        true,
                        kafka,
                        directory.resolve(name),
                        Progress.to(new PrintWriter(System.out, true)))
                .run();

        assertThat(result.failure())
                .as("weir drill %s --kafka %s --seed %d --rate %.0f --short: %s", name, kafka, seed, PER_SECOND, result)
                .isNull();
    }
}
