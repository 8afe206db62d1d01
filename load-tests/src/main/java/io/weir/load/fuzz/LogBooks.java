package io.weir.load.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.weir.events.DuplicateDetected;
import io.weir.events.EventReader;
import io.weir.events.SchemaIds;
import io.weir.events.Topics;
import io.weir.events.TransactionDecided;
import io.weir.load.fuzz.FuzzedRecord.Fate;
import io.weir.server.log.Cluster;
import io.weir.server.log.KafkaSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * What was written, and what became of each record by its position: decisions, repetitions and dead letters that are
 * committed from the moment the books are opened.
 */
final class LogBooks implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(100);
    /** Something that comes twice comes soon after. */
    private static final Duration AFTERMATH = Duration.ofMillis(500);

    private static final int IDS_KEPT = 200;

    /** Where a record lies. */
    record Position(String topic, int partition, long offset) {}

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final EventReader reader;
    private final Map<Position, FuzzedRecord> written = new HashMap<>();
    private final Map<Position, List<String>> outcomes = new HashMap<>();
    private final List<String> decidedIds = new ArrayList<>();
    private final Counts counts = new Counts();

    LogBooks(Cluster cluster, SchemaIds schemaIds) {
        reader = new EventReader(schemaIds);
        Map<String, Object> settings = new HashMap<>(KafkaSettings.tailConsumer(cluster, "weir-fuzz-books"));
        consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        List<TopicPartition> partitions = new ArrayList<>();
        for (Topics topic : List.of(Topics.DECISIONS, Topics.DUPLICATES, Topics.DEAD_LETTERS)) {
            consumer.partitionsFor(topic.topicName())
                    .forEach(p -> partitions.add(new TopicPartition(p.topic(), p.partition())));
        }
        consumer.assign(partitions);
        consumer.seekToEnd(partitions);
        partitions.forEach(consumer::position); // fixes the position now, not at the first poll
    }

    /** A record was written. */
    void written(Position at, FuzzedRecord record) {
        written.put(at, record);
    }

    /** Some of the transactions that were to be decided, and were. */
    List<String> decidedIds() {
        return List.copyOf(decidedIds);
    }

    /** Waits until every record has its outcome, or nothing more comes for so long; then compares. */
    Counts balance(Duration patience) {
        long missing = written.values().stream()
                .filter(record -> record.fate() != Fate.PASSED_OVER)
                .count();
        long progressNs = System.nanoTime();
        while (System.nanoTime() - progressNs < (missing > 0 ? patience : AFTERMATH).toNanos()) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                missing -= outcome(record) ? 1 : 0;
                progressNs = System.nanoTime();
            }
        }
        written.forEach(this::compare);
        return counts;
    }

    /** Whether it is the first outcome of a record of ours. */
    private boolean outcome(ConsumerRecord<byte[], byte[]> record) {
        Position source;
        String outcome;
        if (record.topic().equals(Topics.DEAD_LETTERS.topicName())) {
            source = new Position(
                    header(record, "source.topic"),
                    Integer.parseInt(header(record, "source.partition")),
                    Long.parseLong(header(record, "source.offset")));
            outcome = header(record, "error");
            compareBytes(source, record);
        } else if (reader.read(record.value()) instanceof TransactionDecided decided) {
            source = log(decided.sourcePartition(), decided.sourceOffset());
            outcome = "decided";
            FuzzedRecord of = written.get(source);
            if (of != null && of.fate() == Fate.DECIDED && decidedIds.size() < IDS_KEPT) {
                decidedIds.add(decided.transactionId());
            }
        } else if (reader.read(record.value()) instanceof DuplicateDetected duplicate) {
            source = log(duplicate.sourcePartition(), duplicate.sourceOffset());
            outcome = "repetition";
        } else {
            throw new IllegalStateException("not an outcome: " + record);
        }
        List<String> all = outcomes.computeIfAbsent(source, first -> new ArrayList<>());
        all.add(outcome);
        return all.size() == 1 && written.containsKey(source);
    }

    private static Position log(int partition, long offset) {
        return new Position(Topics.TRANSACTIONS.topicName(), partition, offset);
    }

    /** A dead letter has the bytes of its original, or as many as a dead letter can hold. */
    private void compareBytes(Position source, ConsumerRecord<byte[], byte[]> letter) {
        FuzzedRecord original = written.get(source);
        if (original == null) {
            return;
        }
        byte[] value = original.record().value();
        boolean cut = letter.headers().lastHeader("value.bytes") != null;
        byte[] kept =
                cut && value != null && letter.value() != null ? Arrays.copyOf(value, letter.value().length) : value;
        if (!Arrays.equals(kept, letter.value())
                || !Arrays.equals(original.record().key(), letter.key())) {
            counts.fault("the dead letter of " + describe(source, original) + " has other bytes");
        }
    }

    private void compare(Position at, FuzzedRecord record) {
        List<String> came = outcomes.getOrDefault(at, List.of());
        counts.add(record.kind(), came.isEmpty() ? "passed over" : String.join(" + ", came));
        boolean well =
                switch (record.fate()) {
                    case DECIDED -> came.equals(List.of("decided"));
                    case DEAD_LETTER -> came.size() == 1 && !came.contains("decided") && !came.contains("repetition");
                    case ONE_OF_THEM -> came.size() == 1;
                    case PASSED_OVER -> came.isEmpty();
                };
        if (!well) {
            counts.fault(describe(at, record) + " is to be " + record.fate() + ", but is " + came);
        }
    }

    private static String describe(Position at, FuzzedRecord record) {
        return record.kind() + " at " + at.topic() + "-" + at.partition() + " offset " + at.offset();
    }

    private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
        Header header = record.headers().lastHeader(name);
        return header == null ? "" : new String(header.value(), UTF_8);
    }

    @Override
    public void close() {
        consumer.close();
    }
}
