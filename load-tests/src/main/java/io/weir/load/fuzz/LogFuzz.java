package io.weir.load.fuzz;

import io.weir.events.SchemaIds;
import io.weir.events.Topics;
import io.weir.load.fuzz.LogBooks.Position;
import io.weir.server.log.Cluster;
import io.weir.server.log.KafkaSettings;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.IntConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Bad records on {@code weir.transactions} and {@code weir.control} between good ones, from a producer that cares for
 * nothing. Every good one must be decided, every refused one be a dead letter, each once, and no partition may stop.
 *
 * @param seed the same records from the same seed
 * @param records how many
 * @param badShare of them, 0 to 1
 * @param giants among them: values of 20 MB that compress to less than the topic takes
 */
public record LogFuzz(Cluster cluster, SchemaIds schemaIds, long seed, int records, double badShare, int giants) {
    private static final int LARGEST_REQUEST = 64 << 20;
    private static final int IN_FLIGHT = 500;
    /** One in so many of the bad ones goes to the control topic. */
    private static final int CONTROL_EVERY = 20;

    /**
     * What came of it.
     *
     * @param counts by kind of record
     * @param decided the ids of good transactions, some of them
     */
    public record Result(Counts counts, List<String> decided) {}

    /**
     * Writes them all and waits for what becomes of them.
     *
     * @param patience without any progress, before what is missing counts as lost
     * @param progress told how many have been written, now and then
     */
    public Result run(Duration patience, IntConsumer progress) throws InterruptedException {
        long nowMs = System.currentTimeMillis();
        String prefix = "fuzz-" + seed + "-" + Long.toString(nowMs, Character.MAX_RADIX) + "-";
        try (LogBooks books = new LogBooks(cluster, schemaIds);
                KafkaProducer<byte[], byte[]> producer =
                        new KafkaProducer<>(settings(), new ByteArraySerializer(), new ByteArraySerializer())) {
            int partitions =
                    producer.partitionsFor(Topics.TRANSACTIONS.topicName()).size();
            FuzzedRecords onTheLog = new FuzzedRecords(seed, schemaIds, prefix, partitions, nowMs);
            FuzzedControl control = new FuzzedControl(seed, schemaIds, nowMs);
            Random random = new Random(~seed);
            Deque<Sent> inFlight = new ArrayDeque<>();
            for (int i = 0; i < records; i++) {
                FuzzedRecord record = giants > 0 && i % (1 + records / giants) == records / giants / 2
                        ? onTheLog.giant()
                        : random.nextDouble() >= badShare
                                ? onTheLog.good()
                                : random.nextInt(CONTROL_EVERY) == 0 ? control.next() : onTheLog.bad();
                inFlight.add(new Sent(record, producer.send(record.record())));
                if (inFlight.size() > IN_FLIGHT) {
                    enter(books, inFlight.remove());
                    progress.accept(i);
                }
            }
            while (!inFlight.isEmpty()) {
                enter(books, inFlight.remove());
            }
            return new Result(books.balance(patience), books.decidedIds());
        }
    }

    private record Sent(FuzzedRecord record, Future<RecordMetadata> written) {}

    private static void enter(LogBooks books, Sent sent) throws InterruptedException {
        try {
            RecordMetadata at = sent.written.get();
            books.written(new Position(at.topic(), at.partition(), at.offset()), sent.record);
        } catch (ExecutionException e) {
            throw new IllegalStateException(
                    "the broker did not take a record of " + sent.record.kind() + ": " + e.getCause(), e);
        }
    }

    private Map<String, Object> settings() {
        Map<String, Object> settings = new HashMap<>(KafkaSettings.gatewayProducer(cluster));
        settings.put("client.id", "weir-fuzz");
        settings.put("max.request.size", LARGEST_REQUEST);
        settings.put("buffer.memory", LARGEST_REQUEST);
        settings.put("max.block.ms", "60000");
        settings.put("delivery.timeout.ms", "60000");
        settings.put("linger.ms", "5");
        return settings;
    }
}
