package io.weir.core.window;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.events.Hash64;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SketchTest {
    private static final int ROUNDS = 400;

    /** The standard error over many sets of ids, in per cent, is at most the one that the Javadoc states, with some room. */
    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "1, 0.3",
        "10, 5",
        "100, 6",
        "300, 6.2",
        "500, 7.5",
        "600, 7.5",
        "700, 7.5",
        "800, 7.5",
        "1000, 7.5",
        "10000, 7.2",
        "100000, 7.2"
    })
    void isOffByNoMoreThanItSays(int ids, double percent) {
        double squares = 0;
        for (int round = 0; round < ROUNDS; round++) {
            byte[] registers = Sketch.empty();
            for (int id = 0; id < ids; id++) {
                Sketch.add(registers, Hash64.of("account-" + round + "-" + id));
            }
            double error = ids == 0 ? Sketch.estimate(registers) : Sketch.estimate(registers) / ids - 1;
            squares += error * error;
        }
        assertThat(100 * Math.sqrt(squares / ROUNDS)).isLessThanOrEqualTo(percent);
    }

    @Test
    void dependsOnNeitherOrderNorRepetitionNorHowItWasPutTogether() {
        for (long seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            long[] hashes = random.longs(random.nextInt(2_000)).toArray();
            byte[] all = Sketch.empty();
            byte[] left = Sketch.empty();
            byte[] right = Sketch.empty();
            for (int i = hashes.length - 1; i >= 0; i--) {
                Sketch.add(all, hashes[i]);
            }
            for (long hash : hashes) {
                Sketch.add(random.nextBoolean() ? left : right, hash);
                Sketch.add(left, hashes[random.nextInt(hashes.length)]);
            }
            Sketch.addAll(left, right);
            assertThat(left).as("seed %s", seed).isEqualTo(all);
        }
    }

    @Test
    void hashesAtTheEndsOfTheRangeHaveARank() {
        byte[] registers = Sketch.empty();
        Sketch.add(registers, 0);
        Sketch.add(registers, -1);

        assertThat(registers[0]).isEqualTo((byte) Sketch.MAX_RANK);
        assertThat(registers[Sketch.REGISTERS - 1]).isEqualTo((byte) 1);
    }
}
