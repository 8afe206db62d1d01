package io.weir.server.health;

import io.weir.server.log.LogRecord;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Which accounts make a partition hot: the most frequent keys of the records that the engines of this process have taken of
 * each partition in the last five to ten minutes. Memory is bounded and nothing is allocated per record: Space-Saving with
 * {@value #COUNTERS} counters a partition and period, which has every key with more than a {@value #COUNTERS}th of the records.
 *
 * @see <a href="https://doi.org/10.1007/978-3-540-30570-5_27">Metwally, Agrawal, El Abbadi: Efficient computation of frequent
 *     and top-k elements in data streams, 2005</a>
 */
public final class HotKeys {
    static final int COUNTERS = 64;

    private static final long PERIOD_NS = Duration.ofMinutes(5).toNanos();

    private final LongSupplier nanoTime;
    private Map<Integer, Sketch> present = new HashMap<>();
    private Map<Integer, Sketch> past = Map.of();
    private long periodBeganNs;

    /** Nothing counted yet; time is {@link System#nanoTime}. */
    public HotKeys() {
        this(System::nanoTime);
    }

    HotKeys(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.periodBeganNs = nanoTime.getAsLong();
    }

    /**
     * A frequent key.
     *
     * @param share of the partition's records that are certainly its own, 0 to 1
     */
    public record HotKey(int partition, String key, double share) {}

    /** Counts what an engine has taken. Any thread. */
    public synchronized void count(List<LogRecord> records) {
        goOn();
        Sketch sketch = null;
        int partition = -1;
        for (LogRecord record : records) {
            byte[] key = record.key();
            if (key == null) {
                continue; // a dead letter
            }
            if (sketch == null || record.partition() != partition) {
                partition = record.partition();
                sketch = present.computeIfAbsent(partition, first -> new Sketch());
            }
            sketch.count(key);
        }
    }

    /** The keys with at least this share of their partition, the largest first, {@code limit} at most. */
    public synchronized List<HotKey> top(double leastShare, int limit) {
        goOn();
        Map<Integer, Counts> merged = new HashMap<>();
        present.forEach((partition, sketch) ->
                merged.computeIfAbsent(partition, first -> new Counts()).add(sketch));
        past.forEach((partition, sketch) ->
                merged.computeIfAbsent(partition, first -> new Counts()).add(sketch));
        List<HotKey> hot = new ArrayList<>();
        merged.forEach((partition, counts) -> counts.byKey.forEach((key, count) -> {
            double share = (double) count / counts.total;
            if (share >= leastShare && counts.total >= COUNTERS) {
                hot.add(new HotKey(partition, key, share));
            }
        }));
        hot.sort(Comparator.comparingDouble(HotKey::share)
                .reversed()
                .thenComparing(HotKey::partition)
                .thenComparing(HotKey::key));
        return List.copyOf(hot.subList(0, Math.min(limit, hot.size())));
    }

    private void goOn() {
        long now = nanoTime.getAsLong();
        if (now - periodBeganNs >= PERIOD_NS) {
            past = now - periodBeganNs >= 2 * PERIOD_NS ? Map.of() : present;
            present = new HashMap<>();
            periodBeganNs = now;
        }
    }

    /** What two periods have counted for certain. */
    private static final class Counts {
        private final Map<String, Long> byKey = new HashMap<>();
        private long total;

        void add(Sketch sketch) {
            total += sketch.total;
            for (int i = 0; i < sketch.used; i++) {
                String key = new String(sketch.keys[i], StandardCharsets.UTF_8);
                byKey.merge(key, sketch.counts[i] - sketch.errors[i], Long::sum);
            }
        }
    }

    /** Space-Saving: a key without a counter takes over the smallest one, and that one's count as its error. */
    private static final class Sketch {
        private final byte[][] keys = new byte[COUNTERS][0];
        private final int[] hashes = new int[COUNTERS];
        private final long[] counts = new long[COUNTERS];
        private final long[] errors = new long[COUNTERS];
        private int used;
        private long total;

        void count(byte[] key) {
            total++;
            int hash = Arrays.hashCode(key);
            int smallest = 0;
            for (int i = 0; i < used; i++) {
                if (hashes[i] == hash && Arrays.equals(keys[i], key)) {
                    counts[i]++;
                    return;
                }
                if (counts[i] < counts[smallest]) {
                    smallest = i;
                }
            }
            int place = used < COUNTERS ? used++ : smallest;
            errors[place] = counts[place];
            counts[place]++;
            keys[place] = key;
            hashes[place] = hash;
        }
    }
}
