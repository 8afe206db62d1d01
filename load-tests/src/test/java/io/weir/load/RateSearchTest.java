package io.weir.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RateSearchTest {
    @Test
    void doublesAndThenHalvesWhatLiesBetween() {
        assertThat(search(1_000, 1.1, 5_200))
                .containsExactly(1_000.0, 2_000.0, 4_000.0, 8_000.0, 6_000.0, 5_000.0, 5_500.0);
    }

    @Test
    void findsAnyLimitWithinWhatWasAskedFor() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int i = 0; i < 1_000; i++) {
            double limit = 100 * Math.pow(1_000, random.nextDouble());
            RateSearch search = new RateSearch(1_000, 1.2);
            for (double rate = search.next(); !Double.isNaN(rate); rate = search.next()) {
                search.tried(rate <= limit);
            }
            assertThat(search.highest()).as("limit %s, seed %s", limit, seed).isBetween(limit / 1.2, limit);
        }
    }

    @Test
    void givesUpFarBelowTheFirst() {
        assertThat(search(1_000, 1.1, 0)).hasSize(6);
    }

    private static List<Double> search(double first, double within, double limit) {
        List<Double> tried = new ArrayList<>();
        RateSearch search = new RateSearch(first, within);
        for (double rate = search.next(); !Double.isNaN(rate); rate = search.next()) {
            tried.add(rate);
            search.tried(rate <= limit);
        }
        return tried;
    }
}
