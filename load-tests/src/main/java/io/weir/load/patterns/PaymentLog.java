package io.weir.load.patterns;

import io.weir.load.NewTopics;
import io.weir.server.log.Cluster;
import io.weir.server.log.KafkaSettings;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * A log of payments numbered from 0, on topics of its own. Payment i lies in partition i modulo partitions at offset i divided
 * by them, so that results can be held against committed positions.
 */
public final class PaymentLog implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(100);

    private final Cluster cluster;
    private final String topic;
    private final int partitions;
    private final Admin admin;
    private final KafkaProducer<byte[], byte[]> producer;
    private final AtomicReference<Exception> failure = new AtomicReference<>();
    private long appended;

    /**
     * An empty log.
     *
     * @throws IOException when its topic cannot be created
     */
    public PaymentLog(Cluster cluster, String topic, int partitions) throws IOException {
        this.cluster = cluster;
        this.topic = topic;
        this.partitions = partitions;
        admin = Admin.create(new HashMap<String, Object>(KafkaSettings.admin(cluster)));
        Map<String, Object> settings = new HashMap<>(KafkaSettings.gatewayProducer(cluster));
        // Nobody waits for an answer here: what the broker cannot take yet may take its time.
        settings.put("max.block.ms", 60_000);
        settings.put("delivery.timeout.ms", 60_000);
        producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
        create(topic);
    }

    /** Creates a topic for results. */
    public void create(String output) throws IOException {
        NewTopics.create(admin, output, partitions);
    }

    public String topic() {
        return topic;
    }

    public int partitions() {
        return partitions;
    }

    Cluster cluster() {
        return cluster;
    }

    /** How many payments were appended. */
    public long appended() {
        return appended;
    }

    /** Appends the next payment, soon. */
    void append() {
        Payment payment = Payment.number(appended);
        int partition = (int) (appended % partitions);
        var unused = producer.send(
                new ProducerRecord<>(topic, partition, payment.key(), payment.value()), (metadata, failed) -> {
                    if (failed != null) {
                        failure.set(failed);
                    }
                });
        appended++;
    }

    /**
     * Appends so many, as fast as it goes; returns when all are acknowledged.
     *
     * @throws IOException when one is not
     */
    public void append(long payments) throws IOException {
        for (long i = 0; i < payments; i++) {
            append();
        }
        flush();
    }

    void flush() throws IOException {
        producer.flush();
        Exception failed = failure.get();
        if (failed != null) {
            throw new IOException("a payment could not be appended", failed);
        }
    }

    /**
     * What a group made of this log.
     *
     * @param committed payments before its committed positions
     * @param missing of these, how many have no result
     * @param repeated results beyond the first of a payment
     * @param early results of payments that lie after the committed positions
     * @param disordered results that came after one of a later payment of their partition, the first of each counted
     */
    public record Outcome(long committed, long missing, long repeated, long early, long disordered) {
        /**
         * This, if it is what was promised.
         *
         * @throws IOException if it is not
         */
        public Outcome check(Guarantee guarantee) throws IOException {
            boolean kept = missing == 0 && disordered == 0;
            if (guarantee == Guarantee.EXACTLY_ONCE) {
                kept &= repeated == 0 && early == 0;
            }
            if (!kept) {
                throw new IOException("a pattern has not kept its promise of " + guarantee + ": " + this);
            }
            return this;
        }
    }

    /** Holds committed results against committed positions. For when nobody of the group is at work. */
    public Outcome outcome(String group, String output) throws IOException, InterruptedException {
        long[] positions = positions(group);
        int[] results = new int[(int) appended];
        long disordered = read(output, results);
        long committed = 0;
        long missing = 0;
        long repeated = 0;
        long early = 0;
        for (int payment = 0; payment < results.length; payment++) {
            repeated += Math.max(0, results[payment] - 1);
            if (payment / partitions < positions[payment % partitions]) {
                committed++;
                missing += results[payment] == 0 ? 1 : 0;
            } else {
                early += results[payment];
            }
        }
        return new Outcome(committed, missing, repeated, early, disordered);
    }

    private long[] positions(String group) throws IOException, InterruptedException {
        long[] positions = new long[partitions];
        try {
            Map<TopicPartition, OffsetAndMetadata> committed = admin.listConsumerGroupOffsets(group)
                    .partitionsToOffsetAndMetadata()
                    .get();
            committed.forEach((partition, position) -> positions[partition.partition()] = position.offset());
            return positions;
        } catch (ExecutionException e) {
            throw new IOException("the positions of " + group + " cannot be read", e);
        }
    }

    /** Counts results by payment; returns how many are out of order. */
    private long read(String output, int[] results) {
        List<TopicPartition> all = IntStream.range(0, partitions)
                .mapToObj(partition -> new TopicPartition(output, partition))
                .toList();
        long[] newest = new long[partitions];
        Arrays.fill(newest, -1);
        long disordered = 0;
        try (KafkaConsumer<byte[], byte[]> consumer = reader()) {
            Map<TopicPartition, Long> ends = consumer.endOffsets(all);
            consumer.assign(all);
            consumer.seekToBeginning(all);
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    long payment = Work.sequence(record.value());
                    boolean first = results[(int) payment]++ == 0;
                    disordered += first && payment < newest[record.partition()] ? 1 : 0;
                    newest[record.partition()] = Math.max(newest[record.partition()], payment);
                }
            }
        }
        return disordered;
    }

    KafkaConsumer<byte[], byte[]> reader() {
        Map<String, Object> settings = new HashMap<>(KafkaSettings.tailConsumer(cluster, "patterns-reader"));
        return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    @Override
    public void close() {
        producer.close();
        admin.close();
    }
}
