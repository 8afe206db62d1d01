package io.weir.core.window;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.events.Hash64;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LabelledEventsTest {

    private record Labelled(long timeMs, long value) {}

    @Test
    void answersLikeAPlainListWhileEventsComeAndGoAndTheHorizonAdvances() {
        for (long seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            LabelledEvents events = new LabelledEvents();
            List<Labelled> model = new ArrayList<>();
            long horizon = 0;
            for (int step = 0; step < 80; step++) {
                Labelled one = new Labelled(horizon - 3 + random.nextInt(20), random.nextInt(5) - 2);
                if (random.nextInt(3) == 0) {
                    events.remove(one.timeMs, one.value);
                    model.remove(one);
                } else {
                    events.add(one.timeMs, one.value, horizon);
                    if (one.timeMs > horizon) {
                        model.add(one);
                    }
                }
                horizon += random.nextInt(4) == 0 ? random.nextInt(6) : 0;
                long now = horizon;
                model.removeIf(old -> old.timeMs <= now);

                long after = horizon + random.nextInt(10);
                long through = after + random.nextInt(14) - 4;
                List<Labelled> window = model.stream()
                        .filter(l -> l.timeMs > after && l.timeMs <= through)
                        .toList();
                String at = "seed " + seed + ", step " + step;
                assertThat(events.count(after, through)).as(at).isEqualTo(window.size());
                assertThat(events.sum(after, through))
                        .as(at)
                        .isEqualTo(window.stream().mapToLong(Labelled::value).sum());
                assertThat(events.last(after, through))
                        .as(at)
                        .isEqualTo(window.stream()
                                .mapToLong(Labelled::timeMs)
                                .max()
                                .orElse(Long.MIN_VALUE));
                assertThat(hash(events, horizon)).as(at).isEqualTo(hash(model));
            }
        }
    }

    private static long hash(LabelledEvents events, long horizonMs) {
        Hash64 hash = new Hash64();
        events.addTo(hash, horizonMs);
        return hash.value();
    }

    private static long hash(List<Labelled> model) {
        Hash64 hash = new Hash64().add(model.size());
        model.stream()
                .sorted(Comparator.comparing(Labelled::timeMs).thenComparing(Labelled::value))
                .forEach(one -> hash.add(one.timeMs).add(one.value));
        return hash.value();
    }
}
