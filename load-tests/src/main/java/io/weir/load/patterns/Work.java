package io.weir.load.patterns;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * What is done with a record before its result is produced. Thread-safe.
 *
 * @param kind what it waits for
 * @param hashRounds how much {@link Kind#CPU} computes, see {@link #calibrate}
 * @param output the topic of results
 */
public record Work(Kind kind, int hashRounds, String output) {
    /** What work waits for. */
    public enum Kind {
        /** Nothing: the record is read, that is all. */
        LIGHT(Duration.ZERO),
        /** Somebody's answer, which takes 5 ms and no processor. */
        IO(Duration.ofMillis(5)),
        /** A processor: so many rounds of a hash as took about 200 µs when they were calibrated. */
        CPU(Duration.ofNanos(200_000));

        private final Duration cost;

        Kind(Duration cost) {
            this.cost = cost;
        }

        /** How long one takes. */
        public Duration cost() {
            return cost;
        }
    }

    /** Threads that wait, or answers waited for: what one service would put up with from one caller. */
    private static final int CALLS_AT_ONCE = 64;

    /** What a batch may take: with more, its first result is late, and a stop in order takes long. */
    private static final Duration BATCH = Duration.ofMillis(100);

    private static final int MOST_IN_A_BATCH = 2_000;
    private static final int CALIBRATION_ROUNDS = 200_000;
    private static final int CALIBRATION_TRIES = 5;

    /** How many rounds of the hash take as long as {@link Kind#CPU} should, on this machine. */
    public static int calibrate() {
        long fastestNs = Long.MAX_VALUE;
        for (int i = 0; i < CALIBRATION_TRIES; i++) { // the first ones compile
            long startedNs = System.nanoTime();
            byte[] unused = hash(new byte[32], CALIBRATION_ROUNDS);
            fastestNs = Math.min(fastestNs, System.nanoTime() - startedNs);
        }
        return (int) Math.max(1, Kind.CPU.cost.toNanos() * CALIBRATION_ROUNDS / fastestNs);
    }

    /** How many may be worked on at once: as many as wait without a processor, or as there are processors. */
    int atOnce() {
        return kind == Kind.IO ? CALLS_AT_ONCE : Runtime.getRuntime().availableProcessors();
    }

    /**
     * How many records make a batch.
     *
     * @param atOnce how many of them are worked on at once
     */
    int batch(int atOnce) {
        long most = kind.cost.isZero() ? MOST_IN_A_BATCH : BATCH.dividedBy(kind.cost) * atOnce;
        return Math.clamp(most, 1, MOST_IN_A_BATCH);
    }

    /** Does it on this thread. */
    ProducerRecord<byte[], byte[]> now(ConsumerRecord<byte[], byte[]> record) {
        Payment payment = Payment.read(record.value());
        if (kind == Kind.IO) {
            answer();
        }
        return result(record, payment);
    }

    /** Does it without a thread that waits: on a processor's own, or by a timer. */
    Mono<ProducerRecord<byte[], byte[]>> later(ConsumerRecord<byte[], byte[]> record) {
        return switch (kind) {
            case LIGHT -> Mono.fromSupplier(() -> now(record));
            case IO ->
                Mono.fromSupplier(() -> Payment.read(record.value()))
                        .delayElement(kind.cost)
                        .map(payment -> result(record, payment));
            case CPU -> Mono.fromSupplier(() -> now(record)).subscribeOn(Schedulers.parallel());
        };
    }

    private void answer() {
        try {
            Thread.sleep(kind.cost);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for an answer", e);
        }
    }

    /** To the partition that the record came from: results of a partition are in the order of its records. */
    private ProducerRecord<byte[], byte[]> result(ConsumerRecord<byte[], byte[]> record, Payment payment) {
        byte[] hash = kind == Kind.CPU ? hash(record.value(), hashRounds) : null;
        return new ProducerRecord<>(output, record.partition(), record.key(), value(payment, hash));
    }

    private static byte[] value(Payment payment, byte @Nullable [] hash) {
        ByteBuffer value =
                ByteBuffer.allocate(2 * Long.BYTES).putLong(payment.sequence()).putLong(payment.amountMinor());
        return hash == null
                ? value.array()
                : value.putLong(Long.BYTES, ByteBuffer.wrap(hash).getLong()).array();
    }

    /** The sequence number of the payment whose result this is. */
    static long sequence(byte[] result) {
        return ByteBuffer.wrap(result).getLong();
    }

    private static byte[] hash(byte[] bytes, int rounds) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            byte[] hash = bytes;
            for (int i = 0; i < rounds; i++) {
                hash = sha256.digest(hash);
            }
            return hash;
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
