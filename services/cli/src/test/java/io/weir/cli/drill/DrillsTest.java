package io.weir.cli.drill;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.cli.Progress;
import io.weir.local.BrokerVersion;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The short form of those drills without which nothing else counts. Whether books balance, never how long anything took.
 *
 * <p>{@code -Dweir.drill.repeat=N} runs each N times, with seeds that follow each other; {@code -Dweir.drill.seed=S} begins
 * with seed S: without repetition it does what a failure's message names.
 */
class DrillsTest {
    private static final double PER_SECOND = 100;
    private static final int REPETITIONS = Integer.getInteger("weir.drill.repeat", 1);
    private static final long FIRST_SEED = Long.getLong("weir.drill.seed", System.nanoTime() & 0xffff);

    static Stream<Arguments> drills() {
        return LongStream.range(FIRST_SEED, FIRST_SEED + REPETITIONS).boxed().flatMap(seed -> Stream.of(
                        "kill-engine", "pause-engine", "poison")
                .map(name -> Arguments.of(name, seed)));
    }

    @ParameterizedTest
    @MethodSource("drills")
    void theBooksBalanceAfter(String name, long seed, @TempDir Path directory) throws Exception {
        BrokerVersion kafka = BrokerVersion.own();
        Drill drill = Drills.with(new RollingUpgrade(kafka, kafka)).named(name);

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
                .as("weir drill %s --seed %d --rate %.0f --short: %s", name, seed, PER_SECOND, result)
                .isNull();
    }
}
