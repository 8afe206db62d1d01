package io.weir.core.window;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.events.Hash64;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FraudTimesTest {

    @Test
    void countsLikeAPlainListWhileTimesComeAndGoAndTheHorizonAdvances() {
        for (long seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            FraudTimes times = new FraudTimes();
            List<Long> model = new ArrayList<>();
            long horizon = 0;
            for (int step = 0; step < 80; step++) {
                long time = horizon - 3 + random.nextInt(20);
                if (random.nextInt(3) == 0) {
                    times.remove(time);
                    model.remove(time);
                } else {
                    times.add(time, horizon);
                    if (time > horizon) {
                        model.add(time);
                    }
                }
                horizon += random.nextInt(4) == 0 ? random.nextInt(6) : 0;
                long now = horizon;
                model.removeIf(old -> old <= now);

                long after = horizon + random.nextInt(10);
                long through = after + random.nextInt(14) - 4;
                assertThat(times.count(after, through))
                        .as("seed %s, step %s", seed, step)
                        .isEqualTo((int) model.stream()
                                .filter(t -> t > after && t <= through)
                                .count());
                assertThat(hash(times, horizon))
                        .as("seed %s, step %s", seed, step)
                        .isEqualTo(hash(model));
            }
        }
    }

    private static long hash(FraudTimes times, long horizonMs) {
        Hash64 hash = new Hash64();
        times.addTo(hash, horizonMs);
        return hash.value();
    }

    private static long hash(List<Long> model) {
        Hash64 hash = new Hash64().add(model.size());
        model.stream().sorted().forEach(hash::add);
        return hash.value();
    }
}
