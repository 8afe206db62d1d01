package io.weir.load;

import io.weir.server.log.Cluster;
import io.weir.server.log.KafkaSettings;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * How fast a topic grows as a {@code read_committed} reader sees it, whoever writes it: every contender is measured by the
 * same means, and by what it has committed, not by what it says. Asking for last stable offsets costs the broker next to
 * nothing; who counts the records does so afterwards.
 */
public final class CommittedOutput implements AutoCloseable {
    private static final Duration TICK = Duration.ofMillis(200);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final long TIMEOUT_MS = 30_000;
    /** The first fifth is left to the compiler, the end to stragglers. */
    private static final double STEADY_FROM = 0.2;

    private static final double STEADY_TO = 0.95;
    /** Without growth for so long, records are counted. */
    private static final long STILL_NS = Duration.ofSeconds(3).toNanos();

    private final Cluster cluster;
    private final Admin admin;
    private final List<TopicPartition> partitions = new ArrayList<>();
    private final long openedNs = System.nanoTime();

    /** The output of a topic that exists; to be opened when who writes to it is started. */
    public CommittedOutput(Cluster cluster, String topic, int partitionCount) {
        this.cluster = cluster;
        admin = Admin.create(new HashMap<String, Object>(KafkaSettings.admin(cluster)));
        for (int partition = 0; partition < partitionCount; partition++) {
            partitions.add(new TopicPartition(topic, partition));
        }
    }

    /**
     * How a topic grew.
     *
     * @param records how many there are in the end
     * @param seconds from when the output was opened to the last
     * @param perSecond between a fifth and 95 % of them: of who works in one step, that is its pace once it is compiled. Who
     *     works in several, through topics of its own, may have done most of the work before the first is seen
     */
    public record Growth(long records, double seconds, double perSecond) {
        /** Over all of it: the start of the process is in it, and what had to be compiled. */
        public double wholePerSecond() {
            return records / seconds;
        }
    }

    /**
     * Waits until so many records have been committed since the last stable offsets were 0.
     *
     * @param expected how many
     * @param patience for more to come
     * @param isAlive whether who writes still does
     * @param progress told of the offset reached
     * @throws IOException when they do not come, saying how many did
     */
    public Growth await(long expected, Duration patience, BooleanSupplier isAlive, LongConsumer progress)
            throws IOException, InterruptedException {
        List<long[]> samples = new ArrayList<>();
        long grewNs = System.nanoTime();
        long countedNs = grewNs;
        long before = 0;
        while (true) {
            long stable = lastStable();
            long nowNs = System.nanoTime();
            if (stable > before) {
                samples.add(new long[] {nowNs, stable});
                grewNs = nowNs;
                before = stable;
                progress.accept(stable);
            } else if (stable >= expected && nowNs - Math.max(grewNs, countedNs) > STILL_NS) {
                long records = count();
                if (records >= expected) {
                    return growth(expected, records, samples);
                }
                countedNs = nowNs;
            }
            if (!isAlive.getAsBoolean() || nowNs - grewNs > patience.toNanos()) {
                throw new IOException("only " + count() + " of " + expected + " records were committed to "
                        + partitions.getFirst().topic());
            }
            Thread.sleep(TICK);
        }
    }

    /**
     * Watches it grow for so long, from the first that is seen on, or until it stays as it is; for who has more to do than there is
     * time.
     *
     * @param patience for the first to come
     * @param isAlive whether who writes still does
     * @param stop ends who writes, in order
     * @throws IOException when nothing comes, or who writes dies
     */
    public Growth watch(Duration watched, Duration patience, BooleanSupplier isAlive, Runnable stop)
            throws IOException, InterruptedException {
        List<long[]> samples = new ArrayList<>();
        long startedNs = System.nanoTime();
        long nowNs = startedNs;
        while (nowNs - startedNs < (samples.isEmpty() ? patience : watched).toNanos()
                && (samples.isEmpty() || nowNs - samples.getLast()[0] < STILL_NS)) {
            if (!isAlive.getAsBoolean()) {
                throw new IOException("who writes to " + partitions.getFirst().topic() + " has died");
            }
            long stable = lastStable();
            nowNs = System.nanoTime();
            if (samples.isEmpty() ? stable > 0 : stable > samples.getLast()[1]) {
                startedNs = samples.isEmpty() ? nowNs : startedNs;
                samples.add(new long[] {nowNs, stable});
            }
            Thread.sleep(TICK);
        }
        stop.run();
        if (samples.isEmpty()) {
            throw new IOException(
                    "nothing was committed to " + partitions.getFirst().topic());
        }
        double recordsPerOffset = (double) count() / lastStable();
        return growth(Math.round(samples.getLast()[1] * recordsPerOffset), samples);
    }

    private Growth growth(long expected, long records, List<long[]> samples) throws IOException {
        if (records != expected) {
            throw new IOException(records + " records were committed to "
                    + partitions.getFirst().topic() + ", not " + expected);
        }
        return growth(records, samples);
    }

    /** Offsets count a commit's marker as well: they only say which share of the records was there. */
    private Growth growth(long records, List<long[]> samples) {
        long[] last = samples.getLast();
        long[] from = first(samples, (long) (last[1] * STEADY_FROM));
        long[] to = first(samples, (long) (last[1] * STEADY_TO));
        double share = (double) (to[1] - from[1]) / last[1];
        return new Growth(
                records,
                (last[0] - openedNs) / 1e9,
                from == to ? Double.NaN : records * share / ((to[0] - from[0]) / 1e9));
    }

    private static long[] first(List<long[]> samples, long offset) {
        for (long[] sample : samples) {
            if (sample[1] >= offset) {
                return sample;
            }
        }
        return samples.getLast();
    }

    private long lastStable() throws IOException, InterruptedException {
        Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
        partitions.forEach(partition -> latest.put(partition, OffsetSpec.latest()));
        try {
            return admin
                    .listOffsets(latest, new ListOffsetsOptions(IsolationLevel.READ_COMMITTED))
                    .all()
                    .get(TIMEOUT_MS, TimeUnit.MILLISECONDS)
                    .values()
                    .stream()
                    .mapToLong(result -> result.offset())
                    .sum();
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException(
                    "the broker does not say how far " + partitions.getFirst().topic() + " goes", e);
        }
    }

    /** Reads them all, committed ones only, as a consumer that does nothing with them. */
    public long count() {
        LongAdder records = new LongAdder();
        read(record -> {
            if (record.value() != null) {
                records.increment();
            }
        });
        return records.sum();
    }

    /** Reads what has been committed until now, from the beginning. */
    public void read(Consumer<ConsumerRecord<byte[], byte[]>> each) {
        Map<String, Object> settings = new HashMap<>(KafkaSettings.readSide(cluster, "weir-bench"));
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(POLL).forEach(each);
            }
        }
    }

    @Override
    public void close() {
        admin.close();
    }
}
