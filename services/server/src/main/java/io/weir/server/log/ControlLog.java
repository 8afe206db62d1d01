package io.weir.server.log;

import io.weir.events.Event;
import io.weir.events.EventReader;
import io.weir.events.EventWriter;
import io.weir.events.MalformedValueException;
import io.weir.events.SchemaIds;
import io.weir.events.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** The control topic, read as a whole and appended to. Blocking; for start-up and commands. */
public final class ControlLog {
    private static final TopicPartition CONTROL = new TopicPartition(Topics.CONTROL.topicName(), 0);
    private static final Duration POLL = Duration.ofMillis(200);

    private final Cluster cluster;
    private final SchemaIds schemaIds;

    public ControlLog(Cluster cluster, SchemaIds schemaIds) {
        this.cluster = cluster;
        this.schemaIds = schemaIds;
    }

    /**
     * An event on the topic.
     *
     * @param offset where; there is one partition
     */
    public record Entry(long offset, Event event) {}

    /** All events on the topic now, in order; what is no event is left out. */
    public List<Entry> readAll() {
        Map<String, Object> settings = new HashMap<>(KafkaSettings.onceConsumer(cluster, "weir-control-reader"));
        EventReader reader = new EventReader(schemaIds);
        List<Entry> events = new ArrayList<>();
        try (var consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(List.of(CONTROL));
            consumer.seekToBeginning(List.of(CONTROL));
            long end = consumer.endOffsets(List.of(CONTROL)).getOrDefault(CONTROL, 0L);
            while (consumer.position(CONTROL) < end) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    try {
                        events.add(new Entry(record.offset(), reader.read(record.value())));
                    } catch (MalformedValueException e) {
                        // The engines say so where they pass it over.
                    }
                }
            }
        }
        return events;
    }

    /** Appends events in order; returns the offset of the last when all are acknowledged, -1 if there are none. */
    public long append(List<? extends Event> events) {
        Map<String, Object> settings = new HashMap<>(KafkaSettings.controlProducer(cluster));
        EventWriter writer = new EventWriter(schemaIds);
        long offset = -1;
        try (var producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (Event event : events) {
                byte[] key = event.key().getBytes(StandardCharsets.UTF_8);
                offset = producer.send(new ProducerRecord<>(Topics.CONTROL.topicName(), key, writer.write(event)))
                        .get()
                        .offset();
            }
            return offset;
        } catch (ExecutionException e) {
            throw new IllegalStateException("the control topic did not take an event: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while appending to the control topic", e);
        }
    }
}
