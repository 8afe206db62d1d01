package io.weir.server.health;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.weir.server.health.HotKeys.HotKey;
import io.weir.server.log.LogRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HotKeysTest {
    private final AtomicLong nowNs = new AtomicLong();
    private final HotKeys keys = new HotKeys(nowNs::get);

    private static LogRecord record(int partition, String key) {
        return new LogRecord("t", partition, 0, 0, key == null ? null : key.getBytes(UTF_8), null, Map.of());
    }

    private void count(int partition, String key, int times) {
        for (int i = 0; i < times; i++) {
            keys.count(List.of(record(partition, key)));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void amongManyAccountsTheHotOnesAreFoundAndNeverSaidToBeHotterThanTheyAre(long seed) {
        Random random = new Random(seed);
        Map<String, Integer> exact = new HashMap<>();
        int total = 50_000;
        List<LogRecord> batch = new ArrayList<>();
        for (int i = 0; i < total; i++) {
            double draw = random.nextDouble();
            String key = draw < 0.3 ? "hot" : draw < 0.4 ? "warm" : "account-" + random.nextInt(20_000);
            exact.merge(key, 1, Integer::sum);
            batch.add(record(3, key));
        }
        keys.count(batch);

        List<HotKey> top = keys.top(0.05, 5);
        assertThat(top).as("seed %d", seed).extracting(HotKey::key).containsExactly("hot", "warm");
        for (HotKey key : top) {
            double share = exact.get(key.key()) / (double) total;
            assertThat(key.share())
                    .as("seed %d, %s", seed, key.key())
                    .isLessThanOrEqualTo(share)
                    .isEqualTo(share, within(1.0 / HotKeys.COUNTERS));
            assertThat(key.partition()).isEqualTo(3);
        }
    }

    @Test
    void eachPartitionHasItsOwn() {
        count(0, "a", 100);
        count(1, "b", 60);
        count(1, "c", 40);
        assertThat(keys.top(0.5, 5)).containsExactly(new HotKey(0, "a", 1), new HotKey(1, "b", 0.6));
        assertThat(keys.top(0, 1)).containsExactly(new HotKey(0, "a", 1));
    }

    @Test
    void whatWasHotLongAgoIsForgotten() {
        count(0, "a", 100);
        nowNs.addAndGet(Duration.ofMinutes(6).toNanos());
        count(0, "b", 100);
        assertThat(keys.top(0, 5)).extracting(HotKey::key).containsExactly("a", "b");
        nowNs.addAndGet(Duration.ofMinutes(6).toNanos());
        count(0, "b", 100);
        assertThat(keys.top(0, 5)).containsExactly(new HotKey(0, "b", 1));
        nowNs.addAndGet(Duration.ofMinutes(11).toNanos());
        assertThat(keys.top(0, 5)).isEmpty();
    }

    @Test
    void aHandfulOfRecordsMakesNobodyHotAndRecordsWithoutAKeyNobodyAtAll() {
        count(0, "a", HotKeys.COUNTERS - 1);
        count(1, null, 1_000);
        assertThat(keys.top(0, 5)).isEmpty();
    }
}
