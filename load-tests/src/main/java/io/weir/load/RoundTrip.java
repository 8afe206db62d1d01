package io.weir.load;

import io.weir.events.Event;
import io.weir.events.EventReader;
import io.weir.events.EventWriter;
import io.weir.events.MalformedValueException;
import io.weir.events.SchemaIds;
import io.weir.events.TransactionDecided;
import io.weir.events.TransactionSubmitted;
import io.weir.server.log.Cluster;
import io.weir.server.log.KafkaSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * From one topic to another: appends transactions on a schedule fixed in advance, and takes the time from when each was due
 * until a {@code read_committed} consumer has what answers it. Whoever reads the one topic and writes the other is measured,
 * by the same means as everybody else; where both are the same topic, it is the log itself.
 *
 * <p>Producer and consumer are those of Weir's gateway. One thread sends, one reads.
 */
public final class RoundTrip {
    /** Unanswered during the burst. */
    private static final int BURST_IN_FLIGHT = 256;

    private static final Duration POLL = Duration.ofMillis(100);

    private final Cluster cluster;
    private final EventWriter writer;
    private final String input;
    private final String output;
    private final Correlation correlation;
    private final Duration patience;

    /** Which input an output record answers. */
    @FunctionalInterface
    public interface Correlation {
        /** The transaction's id, or null if the record answers none. On one thread. */
        @Nullable
        String transactionId(ConsumerRecord<byte[], byte[]> answer);

        /** By the id in the event that the record holds: a copy of the transaction, or the decision on it. */
        static Correlation byEvent(SchemaIds schemaIds) {
            EventReader reader = new EventReader(schemaIds);
            return answer -> {
                try {
                    Event event = reader.read(answer.value());
                    return switch (event) {
                        case TransactionSubmitted copy -> copy.transactionId();
                        case TransactionDecided decided -> decided.transactionId();
                        default -> null;
                    };
                } catch (MalformedValueException e) {
                    return null;
                }
            };
        }
    }

    /**
     * A client; {@link #run} connects it.
     *
     * @param input topic to append to, by account
     * @param output topic of the answers, which exists
     * @param patience for the next answer, above all for the first, which comes once whoever answers has started
     */
    public RoundTrip(
            Cluster cluster,
            SchemaIds schemaIds,
            String input,
            String output,
            Correlation correlation,
            Duration patience) {
        this.cluster = cluster;
        this.writer = new EventWriter(schemaIds);
        this.input = input;
        this.output = output;
        this.correlation = correlation;
        this.patience = patience;
    }

    /**
     * Appends as planned, and waits for the answers.
     *
     * @param transactions as many as the plan has requests, with different ids
     * @return outcomes: {@code answered}, {@code repeated} (answers beyond the first), {@code missing}, {@code failed}
     *     (appends that were not acknowledged)
     * @throws IOException when the burst is not answered
     */
    public LoadResult run(LoadPlan plan, List<TransactionSubmitted> transactions)
            throws IOException, InterruptedException {
        Map<String, Object> settings = new HashMap<>(KafkaSettings.gatewayProducer(cluster));
        settings.put("max.block.ms", "30000"); // the first append waits for metadata
        try (var consumer = consumer();
                var producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            Answers answers = new Answers(plan, transactions);
            Thread reading = Thread.ofPlatform().daemon().name("answers").start(() -> answers.read(consumer));
            try {
                return send(plan, transactions, producer, answers);
            } finally {
                answers.stopping = true;
                reading.join();
            }
        }
    }

    private LoadResult send(
            LoadPlan plan,
            List<TransactionSubmitted> transactions,
            KafkaProducer<byte[], byte[]> producer,
            Answers answers)
            throws IOException, InterruptedException {
        for (int i = 0; i < plan.burst(); i++) {
            answers.awaitRoom(1);
            send(producer, transactions.get(i), i, answers);
        }
        answers.awaitRoom(BURST_IN_FLIGHT);
        Latencies lateness = new Latencies();
        Schedule schedule = new Schedule(System.nanoTime(), plan.perSecond());
        answers.schedule = schedule;
        int scheduled = plan.warmUp() + plan.measured();
        long lastNs = 0;
        for (int i = 0; i < scheduled; i++) {
            schedule.await(i);
            lastNs = System.nanoTime();
            if (i >= plan.warmUp()) {
                lateness.record(lastNs - schedule.dueNs(i));
            }
            send(producer, transactions.get(plan.burst() + i), plan.burst() + i, answers);
        }
        producer.flush();
        answers.awaitAll();
        double seconds = (lastNs - schedule.dueNs(plan.warmUp())) / 1e9;
        double achieved = plan.measured() == 1 ? plan.perSecond() : (plan.measured() - 1) / seconds;
        return new LoadResult(
                plan.perSecond(),
                achieved,
                answers.outcomes(),
                answers.latencies.microseconds(),
                lateness.microseconds());
    }

    private void send(
            KafkaProducer<byte[], byte[]> producer, TransactionSubmitted transaction, int index, Answers answers) {
        byte[] key = transaction.key().getBytes(StandardCharsets.UTF_8);
        var unused = producer.send(new ProducerRecord<>(input, key, writer.write(transaction)), (done, failure) -> {
            if (failure != null) {
                answers.failed(index);
            }
        });
    }

    /** Of all partitions, from their ends. */
    private KafkaConsumer<byte[], byte[]> consumer() {
        Map<String, Object> settings = new HashMap<>(KafkaSettings.gatewayDecisions(cluster));
        var consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        List<TopicPartition> partitions = new ArrayList<>();
        consumer.partitionsFor(output)
                .forEach(info -> partitions.add(new TopicPartition(info.topic(), info.partition())));
        consumer.assign(partitions);
        consumer.seekToEnd(partitions);
        partitions.forEach(consumer::position); // seeking is lazy; asking for the position is not
        return consumer;
    }

    /** What has come back. */
    private final class Answers {
        private final LoadPlan plan;
        private final Map<String, Integer> indexes;
        private final BitSet answered = new BitSet();
        private final Latencies latencies = new Latencies();
        private final LongAdder first = new LongAdder();
        private final LongAdder repeated = new LongAdder();
        private final LongAdder failed = new LongAdder();
        private final LongAdder failedMeasured = new LongAdder();
        private final Semaphore room = new Semaphore(BURST_IN_FLIGHT);
        /** Set before the first record of the schedule is sent, and so before it is answered. */
        private volatile @Nullable Schedule schedule;

        private volatile @Nullable RuntimeException ended;
        private volatile boolean stopping;

        Answers(LoadPlan plan, List<TransactionSubmitted> transactions) {
            this.plan = plan;
            this.indexes = HashMap.newHashMap(plan.requests());
            for (int i = 0; i < plan.requests(); i++) {
                indexes.put(transactions.get(i).transactionId(), i);
            }
            if (indexes.size() != plan.requests()) {
                throw new IllegalArgumentException("transactions with the same id cannot be told apart");
            }
        }

        void read(KafkaConsumer<byte[], byte[]> consumer) {
            try {
                while (!stopping) {
                    ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
                    long nowNs = System.nanoTime();
                    for (ConsumerRecord<byte[], byte[]> answer : records) {
                        Integer index = indexes.get(correlation.transactionId(answer));
                        if (index != null) {
                            took(index, nowNs);
                        }
                    }
                }
            } catch (RuntimeException e) {
                ended = e;
            }
        }

        private void took(int index, long nowNs) {
            if (answered.get(index)) {
                if (isMeasured(index)) {
                    repeated.increment();
                }
                return;
            }
            answered.set(index);
            first.increment();
            Schedule running = schedule;
            if (index < plan.burst()) {
                room.release();
            } else if (isMeasured(index) && running != null) {
                latencies.record(nowNs - running.dueNs(index - plan.burst()));
            }
        }

        void failed(int index) {
            failed.increment();
            if (isMeasured(index)) {
                failedMeasured.increment();
            }
        }

        private boolean isMeasured(int index) {
            return index >= plan.burst() + plan.warmUp();
        }

        void awaitRoom(int places) throws IOException, InterruptedException {
            if (!room.tryAcquire(places, patience.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IOException("nothing more came from " + output + " after " + first.sum() + " answers", ended);
            }
        }

        /** Waits until all have come, or nothing more does. */
        void awaitAll() throws IOException, InterruptedException {
            long before = 0;
            long grewNs = System.nanoTime();
            while (first.sum() + failed.sum() < plan.requests() && System.nanoTime() - grewNs < patience.toNanos()) {
                if (ended != null) {
                    throw new IOException("answers cannot be read from " + output, ended);
                }
                Thread.sleep(10);
                if (first.sum() > before) {
                    before = first.sum();
                    grewNs = System.nanoTime();
                }
            }
        }

        Map<String, Long> outcomes() {
            Map<String, Long> outcomes = new LinkedHashMap<>();
            outcomes.put("answered", latencies.count());
            outcomes.put("repeated", repeated.sum());
            outcomes.put("missing", plan.measured() - latencies.count() - failedMeasured.sum());
            outcomes.put("failed", failedMeasured.sum());
            return outcomes;
        }
    }
}
