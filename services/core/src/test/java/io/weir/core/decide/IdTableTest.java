package io.weir.core.decide;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.core.policy.Entity;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdTableTest {
    /** Tables have no more slots here, so ids that agree in these bits of the hash's upper half all begin at one slot. */
    private static final int SLOTS = 1 << 12;

    private final IdTable<TrackedEntity> table = new IdTable<>();

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void findsWhatWasAddedAndNothingElse(long seed) {
        Random random = new Random(seed);
        Map<String, Integer> oracle = new HashMap<>();
        for (int i = 0; i < 20_000; i++) {
            check(oracle, "id-" + random.nextInt(15_000));
        }
        assertThat(table.all()).extracting(TrackedEntity::id).containsExactlyInAnyOrderElementsOf(oracle.keySet());
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void findsIdsThatWereChosenToLieInOnePlace(long seed) {
        Random random = new Random(seed);
        List<String> ids = new ArrayList<>(colliding(random.nextInt(SLOTS), 600));
        IntStream.range(0, 600).mapToObj(i -> "id-" + i).forEach(ids::add);
        Map<String, Integer> oracle = new HashMap<>();
        for (int i = 0; i < 5_000; i++) {
            check(oracle, ids.get(random.nextInt(ids.size())));
        }
        assertThat(table.size()).isEqualTo(oracle.size()).isGreaterThan(1_000);
    }

    private static List<String> colliding(int place, int count) {
        return IntStream.iterate(0, i -> i + 1)
                .mapToObj(i -> "c-" + i)
                .filter(id -> (IdTable.hash(id) >>> Integer.SIZE & (SLOTS - 1)) == place)
                .limit(count)
                .toList();
    }

    /** Looks up, and adds what is not there. */
    private void check(Map<String, Integer> oracle, String id) {
        Integer expected = oracle.get(id);
        assertThat(table.number(id)).isEqualTo(expected == null ? -1 : expected);
        if (expected != null) {
            assertThat(table.get(expected).id()).isEqualTo(id);
            assertThat(table.find(id)).isSameAs(table.get(expected));
            return;
        }
        assertThat(table.find(id)).isNull();
        oracle.put(id, table.size());
        table.add(new TrackedEntity(Entity.TERMINAL, id, table.size(), 16, Selections.of(List.of())));
    }
}
