package io.weir.cli.bench;

import io.weir.cli.bench.Outage.Arrival;
import io.weir.server.log.Cluster;
import io.weir.server.log.KafkaSettings;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/** A {@code read_committed} reader of a topic of decisions, from its beginning, who notes when they come. */
final class DecisionWatch implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration TICK = Duration.ofMillis(50);

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final LongSupplier appended;
    private final List<Arrival> arrivals = new ArrayList<>();
    private final Thread reading;
    private volatile long decided;
    private volatile long arrivedNs = System.nanoTime();
    private volatile boolean stopping;
    private volatile @Nullable RuntimeException failure;

    /** @param appended how many transactions have been appended, whenever asked */
    DecisionWatch(Cluster cluster, String topic, int partitionCount, LongSupplier appended) {
        this.appended = appended;
        Map<String, Object> settings = new HashMap<>(KafkaSettings.tailConsumer(cluster, "weir-bench-watch"));
        consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        List<TopicPartition> partitions = new ArrayList<>();
        for (int partition = 0; partition < partitionCount; partition++) {
            partitions.add(new TopicPartition(topic, partition));
        }
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        reading = Thread.ofPlatform().daemon().name("watch").start(this::read);
    }

    private void read() {
        try {
            long read = 0;
            while (!stopping) {
                int came = consumer.poll(POLL).count();
                if (came > 0) {
                    read += came;
                    arrivedNs = System.nanoTime();
                    synchronized (arrivals) {
                        arrivals.add(new Arrival(arrivedNs, appended.getAsLong(), read));
                    }
                    decided = read;
                }
            }
        } catch (RuntimeException e) {
            failure = e;
        }
    }

    /** What came from a moment on. */
    List<Arrival> since(long fromNs) {
        synchronized (arrivals) {
            return arrivals.stream().filter(arrival -> arrival.atNs() >= fromNs).toList();
        }
    }

    /**
     * Waits until so many decisions have come.
     *
     * @param patience for more to come
     * @throws IOException when they do not, or too many do
     */
    void await(long expected, Duration patience, BooleanSupplier isAlive) throws IOException, InterruptedException {
        long fromNs = System.nanoTime();
        while (decided < expected) {
            long quietNs = System.nanoTime() - Math.max(fromNs, arrivedNs);
            if (!isAlive.getAsBoolean() || failure != null || quietNs > patience.toNanos()) {
                throw new IOException("only " + decided + " of " + expected + " decisions came", failure);
            }
            Thread.sleep(TICK);
        }
    }

    @Override
    public void close() {
        stopping = true;
        boolean interrupted = false;
        while (reading.isAlive()) {
            try {
                reading.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        consumer.close();
    }
}
