package io.weir.server.score;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.weir.server.score.Simulation.Size;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/**
 * Engines over a log in memory, with deaths, rebalances and zombies wherever a seed puts them; then {@link Invariants}.
 *
 * <p>{@code -Dweir.simulation.seeds=N} runs N seeds, {@code -Dweir.simulation.seed=S} begins with seed S: with N = 1 it
 * repeats what a failure's message names.
 */
class EngineSimulationTest {
    private static final int SEEDS = Integer.getInteger("weir.simulation.seeds", 2_000);
    private static final long FIRST_SEED =
            Long.getLong("weir.simulation.seed", new SplittableRandom().nextLong(1L << 40));
    private static final Logger LOGGER = (Logger) LoggerFactory.getLogger("io.weir.server");
    private static Level level;

    @BeforeAll
    static void hush() {
        level = LOGGER.getLevel();
        LOGGER.setLevel(Level.OFF);
    }

    @AfterAll
    static void speak() {
        LOGGER.setLevel(level);
    }

    @Test
    void whateverHappensTheInvariantsHold() {
        Map<String, Integer> counts = new TreeMap<>();
        for (long seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            Simulation simulation = run(seed, new Size(50 + random.nextInt(500), 0, false));
            simulation.counts.forEach((what, count) -> counts.merge(what, count, Integer::sum));
        }
        System.out.println(SEEDS + " seeds from " + FIRST_SEED + ": " + counts);
    }

    private static Simulation run(long seed, Size size) {
        Simulation simulation = new Simulation(seed, size);
        try {
            simulation.run();
            new Invariants(simulation.log).hold();
        } catch (RuntimeException | Error e) {
            throw new AssertionError("seed " + seed + ", " + size + ": " + e.getMessage(), e);
        }
        return simulation;
    }
}
