package io.weir.load.patterns;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.HdrHistogram.Histogram;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/**
 * Payments on a schedule that waits for nobody, and how long it takes until a {@code read_committed} reader has the result of
 * each, from when the payment was due.
 *
 * @param perSecond payments a second
 * @param warmUp first part of the schedule, not measured
 * @param measured the rest
 */
public record SteadyLoad(int perSecond, Duration warmUp, Duration measured) {
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final long HIGHEST_US = 60_000_000;

    /** Payments that are measured. */
    private int payments(Duration part) {
        return (int) (part.toMillis() * perSecond / 1_000);
    }

    /**
     * Runs the schedule; begins when the result of a first payment is there.
     *
     * @param log an empty one
     * @param isAlive whether who works on it still does
     * @return latencies in microseconds
     * @throws IOException when results do not come
     */
    public Histogram run(PaymentLog log, String output, BooleanSupplier isAlive)
            throws IOException, InterruptedException {
        List<TopicPartition> results = IntStream.range(0, log.partitions())
                .mapToObj(partition -> new TopicPartition(output, partition))
                .toList();
        try (KafkaConsumer<byte[], byte[]> reader = log.reader()) {
            reader.assign(results);
            reader.seekToBeginning(results);
            log.append(1);
            read(reader, 1, 1, 0, isAlive);
            int all = payments(warmUp.plus(measured));
            long startNs = System.nanoTime();
            CompletableFuture<Void> feeding = CompletableFuture.runAsync(() -> feed(log, all, startNs));
            Histogram latencies = read(reader, all, 1 + payments(warmUp), startNs, isAlive);
            feeding.join();
            log.flush();
            return latencies;
        } catch (CompletionException e) {
            throw new IOException("the load could not be appended", e);
        }
    }

    private void feed(PaymentLog log, int payments, long startNs) {
        for (int i = 0; i < payments; i++) {
            long dueNs = startNs + i * 1_000_000_000L / perSecond;
            long leftNs = dueNs - System.nanoTime();
            while (leftNs > 0) {
                LockSupport.parkNanos(leftNs);
                leftNs = dueNs - System.nanoTime();
            }
            log.append();
        }
    }

    /** Reads so many results; notes the latencies of payments from number {@code from} on. */
    private Histogram read(
            KafkaConsumer<byte[], byte[]> reader, int results, long from, long startNs, BooleanSupplier isAlive)
            throws IOException {
        Histogram latencies = new Histogram(1, HIGHEST_US, 3);
        long newestNs = System.nanoTime();
        int read = 0;
        while (read < results) {
            for (ConsumerRecord<byte[], byte[]> record : reader.poll(POLL)) {
                newestNs = System.nanoTime();
                read++;
                long payment = Work.sequence(record.value());
                if (payment >= from && startNs != 0) {
                    long dueNs = startNs + (payment - 1) * 1_000_000_000L / perSecond;
                    latencies.recordValue(Math.clamp((newestNs - dueNs) / 1_000, 1, HIGHEST_US));
                }
            }
            if (!isAlive.getAsBoolean() || System.nanoTime() - newestNs > PATIENCE.toNanos()) {
                throw new IOException("only " + read + " of " + results + " results came");
            }
        }
        return latencies;
    }
}
